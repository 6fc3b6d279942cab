/* How each standard writes a response and the right one: SCORM 1.2, SCORM 2004 and xAPI differ in signs, words and lengths.
 *
 * Each function takes (question, response, language) and returns {type, response, patterns}; a response that nobody judges
 * (likert) has no patterns. The lengths are those that every LMS must take, so nothing longer is ever sent.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  function isLong(question) {
    return question.kind === "short-text";
  }

  function isText(question) {
    return question.kind === "fill-in" || isLong(question);
  }

  function oneLine(text) {
    return String(text).replace(/\s+/g, " ").trim();
  }

  /* The signs between parts mean something to the standard; in a learner's words they must not. */
  function words(text, most) {
    return oneLine(text).replace(/\[([,.:])\]/g, "$1").replace(/^\{/, "(").slice(0, most);
  }

  function tidy(value) {
    return String(Math.round(value * 1e9) / 1e9);
  }

  /* `how` a standard writes: truth(boolean), text(words, question, language), the signs `between` the parts of a response and `inside` one,
     name(identifier), `most` characters of all together, range(question) of numbers, cases(question) before a text that is right, `long` the type of long texts. */
  function standard(how) {
    return (question, response, language) => {
      function write(value) {
        if (value === undefined) return "";
        if (question.kind === "true-false") return how.truth(value);
        if (isText(question)) return how.text(value, question, language);
        var name = question.kind === "numeric" ? String : how.name;
        return Jampel.course.parts(question, value).map((part) => part.map(name).join(how.inside)).join(how.between).slice(0, how.most);
      }
      var best = Jampel.course.right(question), patterns = [], type = Jampel.course.type(question);
      if (best !== null) patterns = [write(best)];
      else if (question.kind === "numeric") patterns = [how.range(question)];
      else if (isText(question)) patterns = (question.accepted || []).map((text) => how.cases(question) + write(text));
      return { type: isLong(question) ? how.long : type, response: write(response), patterns: patterns };
    };
  }

  /* short_identifier_type; Moodle takes only letters, digits, "_" and "." here. */
  function shortName(text) {
    return String(text).replace(/[^\w.]/g, "_").slice(0, 250);
  }

  function cases(question) {
    return "{case_matters=" + (question.case_sensitive ? "true" : "false") + "}";
  }

  function range(question) {
    var tolerance = question.tolerance || 0;
    return tidy(question.value - tolerance) + "[:]" + tidy(question.value + tolerance);
  }

  /* RTE 3.4.4, cmi.interactions: CMIFeedback of at most 255 characters. */
  var scorm12 = standard({
    truth: (value) => value ? "t" : "f",
    text: (value) => oneLine(value).slice(0, 255),
    most: 255,
    between: ",",
    inside: ".",
    name: String,
    range: (question) => tidy(question.value),
    cases: () => "",
    long: "fill-in"
  });

  /* RTE 4.2.9: [,] and [.] between parts; texts are localized strings of at most 250 characters, long ones 4000. */
  var scorm2004 = standard({
    truth: String,
    text: (value, question, language) => "{lang=" + language + "}" + words(value, isLong(question) ? 4000 : 250),
    between: "[,]",
    inside: "[.]",
    name: shortName,
    range: range,
    cases: cases,
    long: "long-fill-in"
  });

  /* xAPI Data 2.4.4.1 and appendix C. */
  var xapi = standard({
    truth: String, text: String, between: "[,]", inside: "[.]", name: String, range: range, cases: cases, long: "long-fill-in"
  });

  Jampel.answers = { scorm12: scorm12, scorm2004: scorm2004, xapi: xapi };
})();
