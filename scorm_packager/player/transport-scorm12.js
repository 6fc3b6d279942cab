/* SCORM 1.2 Run-Time Environment: the elements, words and forms of 1.2, over what both SCORMs share. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var STATUS = "cmi.core.lesson_status";
  var DONE = ["passed", "completed", "failed"];
  var two = Jampel.scorm.two;

  /* CMITimespan HHHH:MM:SS.SS */
  function timespan(seconds) {
    var hundredths = Math.min(Math.round(seconds * 100), 3599999999);
    var whole = Math.floor(hundredths / 100);
    var hours = Math.floor(whole / 3600);
    return ("000" + hours).slice(-4) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60) + "." + two(hundredths % 100);
  }

  function clock(date) {
    return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds());
  }

  /* One answer as the fields of cmi.interactions.n, the id first as the standard asks. */
  function interaction(entry, date) {
    var question = entry.question;
    var written = Jampel.answers.scorm12(question, entry.response);
    var fields = [["id", question.id], ["type", written.type], ["time", clock(date)], ["student_response", written.response]];
    written.patterns.forEach((pattern, index) => { fields.push(["correct_responses." + index + ".pattern", pattern]); });
    return fields.concat([
      ["weighting", String(question.points)],
      ["result", Jampel.scorm.verdict(entry, "wrong")],
      ["latency", timespan(entry.seconds)]
    ]);
  }

  /* An LMS that is told nothing may call an opened module completed; so the first word is ours. */
  function first(scorm) {
    var status = scorm.get(STATUS);
    if (DONE.indexOf(status) < 0) scorm.set(STATUS, "incomplete");
    else scorm.sent[STATUS] = status;
    scorm.set("cmi.core.exit", "suspend");
  }

  /* RTE 3.4.3: a first look by "browse" is "browsed"; Moodle calls a preview that says nothing completed. */
  function preview(scorm, mode) {
    var status = scorm.get(STATUS);
    if (mode === "browse" && (!status || status === "not attempted")) scorm.set(STATUS, "browsed", true);
  }

  /* The score is written with the final status only: an LMS with a mastery score turns a score on an unfinished attempt into "failed". */
  function write(scorm, snapshot) {
    var best = snapshot.best, current = scorm.sent[STATUS];
    var good = scorm.set("cmi.core.session_time", timespan(snapshot.seconds));
    if (!best.status) return good;
    if (best.score !== null) {
      good = scorm.set("cmi.core.score.min", "0", true) && good;
      good = scorm.set("cmi.core.score.max", "100", true) && good;
      good = scorm.set("cmi.core.score.raw", String(best.score / 100)) && good;
    }
    if (current !== "passed") good = scorm.set(STATUS, best.status) && good;
    return scorm.set("cmi.core.exit", "") && good;
  }

  var DIALECT = {
    name: "scorm12",
    api: "API",
    calls: {
      begin: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", save: "LMSCommit", end: "LMSFinish", error: "LMSGetLastError"
    },
    learner: "cmi.core.student_id",
    mode: "cmi.core.lesson_mode",
    state: "cmi.suspend_data",
    location: "cmi.core.lesson_location",
    most: 255,
    first: first,
    preview: preview,
    interaction: interaction,
    write: write
  };

  Jampel.transports.scorm12 = (course, config, tell) => {
    return Jampel.scorm.transport(course, config, tell, DIALECT);
  };
})();
