/* SCORM 2004 Run-Time Environment (3rd and 4th edition): its elements, words and forms, over what both SCORMs share.
 *
 * cmi.exit stays "suspend": an LMS gives suspend_data back only after that, and a learner may come back to do better. Completion and
 * success are both said from the first moment, so that no LMS and no sequencing rule has to guess them.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var COMPLETION = "cmi.completion_status";
  var SUCCESS = "cmi.success_status";
  var two = Jampel.scorm.two;

  /* timeinterval (second,10,2): P[T[nH][nM][n.nnS]] */
  function interval(seconds) {
    var hundredths = Math.max(0, Math.round(seconds * 100));
    var whole = Math.floor(hundredths / 100), rest = hundredths % 100;
    return "PT" + Math.floor(whole / 3600) + "H" + (Math.floor(whole / 60) % 60) + "M" + (whole % 60) + (rest ? "." + two(rest) : "") + "S";
  }

  /* time (second,10,0) in UTC; Moodle takes a zone only after exactly such decimals, and at most two of them. */
  function moment(date) {
    return date.toISOString().slice(0, 22) + "Z";
  }

  /* real (10,7) */
  function real(value) {
    return String(Math.round(value * 1e7) / 1e7);
  }

  function sentence(question, language) {
    var text = Jampel.text(question.prompt).replace(/^\{/, "(").slice(0, 250);
    return text ? [["description", "{lang=" + language + "}" + text]] : [];
  }

  /* RTE 4.2.9: id and type before everything that depends on them. */
  function interaction(entry, date, course) {
    var question = entry.question;
    var written = Jampel.answers.scorm2004(question, entry.response, course.language);
    var fields = [["id", question.id], ["type", written.type]].concat(sentence(question, course.language), [["timestamp", moment(date)]]);
    written.patterns.forEach((pattern, index) => { fields.push(["correct_responses." + index + ".pattern", pattern]); });
    fields.push(["weighting", real(question.points)]);
    if (written.response) fields.push(["learner_response", written.response]);
    return fields.concat([["result", Jampel.scorm.verdict(entry, "incorrect")], ["latency", interval(entry.seconds)]]);
  }

  function first(scorm) {
    var completion = scorm.get(COMPLETION), success = scorm.get(SUCCESS);
    if (completion === "completed") scorm.sent[COMPLETION] = completion;
    else scorm.set(COMPLETION, "incomplete");
    if (success === "passed" || success === "failed") scorm.sent[SUCCESS] = success;
    else scorm.set(SUCCESS, "unknown");
    scorm.set("cmi.exit", "suspend");
  }

  /* How much of the pages, questions and media is done, 0 to 1; exactly 1 only when the module is complete. */
  function progress(course, snapshot) {
    if (snapshot.best.status) return 1;
    var all = course.pages.length + course.list.length + course.media.length;
    return Math.max(0, Math.min(0.99, Math.floor((100 * (all - snapshot.standing.missing.length)) / all) / 100));
  }

  /* Raw, minimum and maximum beside scaled: Moodle grades by raw alone. A pass is never taken back. */
  function write(scorm, snapshot) {
    var best = snapshot.best;
    var good = scorm.set("cmi.session_time", interval(snapshot.seconds));
    scorm.set("cmi.progress_measure", real(progress(scorm.course, snapshot)), true);
    if (!best.status) return good;
    if (best.score !== null) {
      good = scorm.set("cmi.score.min", "0", true) && good;
      good = scorm.set("cmi.score.max", "100", true) && good;
      good = scorm.set("cmi.score.raw", real(best.score / 100)) && good;
      good = scorm.set("cmi.score.scaled", real(best.score / 10000)) && good;
    }
    good = scorm.set(COMPLETION, "completed") && good;
    if (best.status === "completed" || scorm.sent[SUCCESS] === "passed") return good;
    return scorm.set(SUCCESS, best.status) && good;
  }

  var DIALECT = {
    name: "scorm2004",
    api: "API_1484_11",
    calls: { begin: "Initialize", get: "GetValue", set: "SetValue", save: "Commit", end: "Terminate", error: "GetLastError" },
    learner: "cmi.learner_id",
    mode: "cmi.mode",
    state: "cmi.suspend_data",
    location: "cmi.location",
    most: 1000,
    first: first,
    preview: () => {}, /* RTE 4.2.15: outside "normal" the LMS keeps nothing */
    interaction: interaction,
    write: write
  };

  Jampel.transports.scorm2004 = (course, config, tell) => {
    return Jampel.scorm.transport(course, config, tell, DIALECT);
  };
})();
