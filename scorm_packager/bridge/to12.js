/* Tells an LMS that speaks SCORM 1.2 what the content did. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var forms = Jampel.forms;
  var EXITS = { suspend: "suspend", "time-out": "time-out", logout: "logout" };
  var LONGEST_LOCATION = 255, LONGEST_COMMENT = 4096;

  function Target(win) {
    this.lms = new Jampel.Lms(win, "API");
    this.room = 4096;
  }

  Target.prototype.fault = function () {
    return this.lms.trouble;
  };

  Target.prototype.open = function () {
    var lms = this.lms, core = "cmi.core.";
    if (!lms.done("begin")) return null;
    var status = lms.get(core + "lesson_status"), pair = forms.toPair(status), mode = lms.get(core + "lesson_mode") || "normal";
    var passing = lms.number("cmi.student_data.mastery_score"), audio = lms.number("cmi.student_preference.audio");
    this.judges = passing !== null;
    var begun = { normal: "incomplete", browse: "browsed" }[mode]; /* an LMS makes "completed" of nothing said */
    if (begun && (status === "not attempted" || status === "")) lms.set(core + "lesson_status", begun);
    var comments = lms.get("cmi.comments_from_lms");
    return {
      id: lms.get(core + "student_id"),
      name: lms.get(core + "student_name"),
      credit: lms.get(core + "credit") || "credit",
      mode: mode,
      passing: passing === null ? null : passing / 100,
      threshold: null,
      launchData: lms.get("cmi.launch_data"),
      maxTime: forms.fromSpan(lms.get("cmi.student_data.max_time_allowed")),
      timeAction: lms.get("cmi.student_data.time_limit_action"),
      total: forms.fromSpan(lms.get(core + "total_time")) || 0,
      completion: pair[0],
      success: pair[1],
      box: lms.get("cmi.suspend_data"),
      preference: {
        audio: audio === null ? null : Math.max(0, audio) / 100, language: lms.get("cmi.student_preference.language"), speed: null,
        captions: lms.number("cmi.student_preference.text")
      },
      lmsComments: comments ? [{ text: comments }] : []
    };
  };

  /* 0 to 100, as SCORM 1.2 wants it: of the scaled score, else of raw between its bounds. */
  function percent(score) {
    if (score.scaled !== null) return Math.max(0, score.scaled * 100);
    if (score.raw === null) return null;
    var bounded = score.min !== null && score.max !== null && score.max > score.min;
    return Math.max(0, Math.min(100, bounded ? ((score.raw - score.min) / (score.max - score.min)) * 100 : score.raw));
  }

  Target.prototype.write = function (record, box, how) {
    var lms = this.lms, good = true, status = forms.toStatus(record.completion, record.success);
    if (status) good = lms.set("cmi.core.lesson_status", status);
    this.score(record, status);
    if (record.location.length <= LONGEST_LOCATION) lms.offer("cmi.core", [["lesson_location", record.location]]);
    if (record.session !== null) lms.set("cmi.core.session_time", forms.toSpan(record.session));
    if (box !== null) good = lms.set("cmi.suspend_data", box) && good;
    record.objectives.forEach(this.objective, this);
    if (how.settled) record.interactions.forEach(this.interaction, this);
    if (how.settled) record.comments.forEach(this.comment, this);
    lms.set("cmi.core.exit", EXITS[record.exit] || "");
    return good;
  };

  /* An LMS with a mastery score makes "failed" of a score in an attempt that is not done: it waits until it is. */
  Target.prototype.score = function (record, status) {
    var raw = percent(record.score);
    if (raw === null || (this.judges && status === "incomplete")) return;
    this.lms.offer("cmi.core.score", [["min", "0"], ["max", "100"], ["raw", forms.cents(raw)]]);
  };

  Target.prototype.objective = function (one) {
    var id = forms.identifier(one.id), place = this.lms.objective(id), raw = percent(one.score);
    var scores = raw === null ? [] : [["score.min", "0"], ["score.max", "100"], ["score.raw", forms.cents(raw)]];
    this.lms.offer(place, [["id", id]].concat(scores, [["status", forms.toStatus(one.completion, one.success)]]));
  };

  Target.prototype.comment = function (one) {
    this.lms.set("cmi.comments", one.text.slice(0, LONGEST_COMMENT));
  };

  Target.prototype.interaction = function (one) {
    var place = this.lms.place("cmi.interactions", one.at), type = one.type && forms.typeTo12(one.type);
    function answer(text) { return forms.answerTo12(one.type, text); }
    var fields = [["id", forms.identifier(one.id)], ["type", type], ["time", one.timestamp && forms.toClock(one.timestamp)]];
    one.objectives.forEach(function (id, at) { fields.push(["objectives." + at + ".id", forms.identifier(id)]); });
    one.patterns.forEach(function (text, at) { fields.push(["correct_responses." + at + ".pattern", answer(text)]); });
    this.lms.offer(place, fields.concat([
      ["weighting", one.weighting === null ? null : forms.real(one.weighting)],
      ["student_response", one.response && answer(one.response)],
      ["result", forms.resultTo12(one.result)],
      ["latency", one.latency === null ? null : forms.toSpan(one.latency)]
    ]));
  };

  Target.prototype.save = function () {
    return this.lms.done("save");
  };

  Target.prototype.end = function () {
    return this.lms.done("end");
  };

  Jampel.targets = Jampel.targets || {};
  Jampel.targets["12"] = function (win) { return new Target(win); };
})();
