/* Tells an LMS that speaks SCORM 2004 what the content did. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var forms = Jampel.forms;

  function Target(win) {
    this.lms = new Jampel.Lms(win, "API_1484_11");
    this.room = 64000;
  }

  Target.prototype.fault = function () {
    return this.lms.trouble;
  };

  Target.prototype.open = function () {
    var lms = this.lms, preference = "cmi.learner_preference.";
    if (!lms.done("begin")) return null;
    var remark = lms.get("cmi.comments_from_lms.0.comment");
    return {
      id: lms.get("cmi.learner_id"),
      name: lms.get("cmi.learner_name"),
      credit: lms.get("cmi.credit") || "credit",
      mode: lms.get("cmi.mode") || "normal",
      passing: lms.number("cmi.scaled_passing_score"),
      threshold: lms.number("cmi.completion_threshold"),
      launchData: lms.get("cmi.launch_data"),
      maxTime: forms.fromInterval(lms.get("cmi.max_time_allowed")),
      timeAction: lms.get("cmi.time_limit_action"),
      total: forms.fromInterval(lms.get("cmi.total_time")) || 0,
      completion: lms.get("cmi.completion_status") || "unknown",
      success: lms.get("cmi.success_status") || "unknown",
      box: lms.get("cmi.suspend_data"),
      preference: {
        audio: lms.number(preference + "audio_level"), language: lms.get(preference + "language"),
        speed: lms.number(preference + "delivery_speed"), captions: lms.number(preference + "audio_captioning")
      },
      lmsComments: remark ? [{ text: remark }] : []
    };
  };

  function scores(score) {
    return ["min", "max", "raw"].map(function (part) { return [part, score[part] === null ? null : forms.real(score[part])]; }).concat([
      ["scaled", score.scaled === null ? null : forms.real(Math.max(-1, Math.min(1, score.scaled)))]
    ]);
  }

  function known(status) {
    return status === "unknown" ? null : status;
  }

  Target.prototype.write = function (record, box, how) {
    var lms = this.lms, good = true;
    if (record.completion !== "unknown" && record.completion !== "not attempted") good = lms.set("cmi.completion_status", record.completion);
    if (record.success !== "unknown" || lms.sent["cmi.success_status"]) good = lms.set("cmi.success_status", record.success) && good;
    lms.offer("cmi.score", scores(record.score));
    lms.offer("cmi", [["location", record.location], ["progress_measure", record.progress === null ? null : forms.real(record.progress)]]);
    if (record.session !== null) lms.set("cmi.session_time", forms.toInterval(record.session));
    if (box !== null) good = lms.set("cmi.suspend_data", box) && good;
    record.objectives.forEach(this.objective, this);
    if (how.settled) record.interactions.forEach(this.interaction, this);
    if (how.settled) record.comments.forEach(this.comment, this);
    lms.set("cmi.exit", record.exit);
    return good;
  };

  Target.prototype.objective = function (one) {
    var given = scores(one.score).map(function (field) { return ["score." + field[0], field[1]]; });
    var completion = one.completion === "not attempted" ? null : known(one.completion);
    this.lms.offer(this.lms.objective(one.id), [["id", one.id]].concat(given, [
      ["success_status", known(one.success)], ["completion_status", completion], ["description", one.description]
    ]));
  };

  Target.prototype.comment = function (one) {
    this.lms.offer(this.lms.place("cmi.comments_from_learner", one.at), [["comment", one.text.slice(0, 4000)]]);
  };

  Target.prototype.interaction = function (one) {
    var fields = [["id", one.id], ["type", one.type], ["timestamp", one.timestamp]];
    one.objectives.forEach(function (id, at) { fields.push(["objectives." + at + ".id", id]); });
    one.patterns.forEach(function (text, at) { fields.push(["correct_responses." + at + ".pattern", text]); });
    this.lms.offer(this.lms.place("cmi.interactions", one.at), fields.concat([
      ["weighting", one.weighting === null ? null : forms.real(one.weighting)],
      ["learner_response", one.response],
      ["result", one.result],
      ["latency", one.latency === null ? null : forms.toInterval(one.latency)],
      ["description", one.description]
    ]));
  };

  Target.prototype.save = function () {
    return this.lms.done("save");
  };

  Target.prototype.end = function () {
    return this.lms.done("end");
  };

  Jampel.targets = Jampel.targets || {};
  Jampel.targets["2004"] = function (win) { return new Target(win); };
})();
