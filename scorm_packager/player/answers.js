/* How each standard writes a response and the right one: SCORM 1.2, SCORM 2004 and xAPI differ in signs, words and lengths.
 *
 * Each function takes (question, response, language) and returns {type, response, patterns}; a response that nobody judges
 * (likert) has no patterns. The lengths are those that every LMS must take, so nothing longer is ever sent.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var LONG = ["short-text", "long-text"];

  function isText(question) {
    return question.kind === "fill-in" || LONG.indexOf(question.kind) >= 0;
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

  function joined(question, response, between, inside, name) {
    return Jampel.course.parts(question, response).map((part) => {
      return part.map(name || String).join(inside);
    }).join(between);
  }

  /* The right response in the player's own form, null when there is none or several are right. */
  function right(question) {
    return question.kind === "likert" || isText(question) || question.kind === "numeric" ? null : Jampel.course.right(question);
  }

  function accepted(question) {
    return question.accepted || [];
  }

  /* RTE 3.4.4, cmi.interactions: CMIFeedback of at most 255 characters. */
  function scorm12(question, response) {
    function write(value) {
      if (question.kind === "true-false") return value ? "t" : "f";
      if (isText(question)) return oneLine(value).slice(0, 255);
      return joined(question, value, ",", question.kind === "matching" ? "." : ",").slice(0, 255);
    }
    var best = right(question), patterns = [];
    if (best !== null && best !== undefined) patterns = [write(best)];
    else if (question.kind === "numeric") patterns = [tidy(question.value)];
    else if (isText(question)) patterns = accepted(question).map(write);
    return { type: isText(question) ? "fill-in" : Jampel.course.type(question), response: write(response), patterns: patterns };
  }

  /* short_identifier_type; Moodle takes only letters, digits, "_" and "." here. */
  function shortName(text) {
    return String(text).replace(/[^\w.]/g, "_").slice(0, 250);
  }

  /* RTE 4.2.9: [,] and [.] between parts; texts are localized strings of at most 250 characters, long ones 4000. */
  function scorm2004(question, response, language) {
    var most = LONG.indexOf(question.kind) >= 0 ? 4000 : 250;
    function write(value) {
      if (question.kind === "true-false") return String(value);
      if (isText(question)) return "{lang=" + language + "}" + words(value, most);
      if (question.kind === "numeric") return joined(question, value, "", "");
      return joined(question, value, "[,]", "[.]", shortName);
    }
    var best = right(question), patterns = [], type = Jampel.course.type(question);
    if (best !== null && best !== undefined) patterns = [write(best)];
    else if (question.kind === "numeric") patterns = [range(question)];
    else if (isText(question)) {
      type = most === 4000 ? "long-fill-in" : "fill-in";
      patterns = accepted(question).map((text) => cases(question) + write(text));
    }
    return { type: type, response: write(response), patterns: patterns };
  }

  function cases(question) {
    return "{case_matters=" + (question.case_sensitive ? "true" : "false") + "}";
  }

  function range(question) {
    var tolerance = question.tolerance || 0;
    return tidy(question.value - tolerance) + "[:]" + tidy(question.value + tolerance);
  }

  /* xAPI Data 2.4.4.1 and appendix C. */
  function xapi(question, response) {
    function write(value) {
      if (question.kind === "true-false") return String(value);
      return joined(question, value, "[,]", "[.]");
    }
    var best = right(question), patterns = [], type = Jampel.course.type(question);
    if (best !== null && best !== undefined) patterns = [write(best)];
    else if (question.kind === "numeric") patterns = [range(question)];
    else if (isText(question)) {
      type = LONG.indexOf(question.kind) >= 0 ? "long-fill-in" : "fill-in";
      patterns = accepted(question).map((text) => cases(question) + text);
    }
    return { type: type, response: response === undefined ? "" : write(response), patterns: patterns };
  }

  Jampel.answers = { scorm12: scorm12, scorm2004: scorm2004, xapi: xapi };
})();
