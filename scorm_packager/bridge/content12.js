/* What SCORM 1.2 content reads and writes (Run-Time Environment 3.4), and the same as a record that any LMS can be told. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var checks = Jampel.checks, forms = Jampel.forms;
  var SUSPEND = 64000; /* the book says 4096; LMSs take more, and what comes from them shall run */
  var CORE = "cmi.core.";

  var percent = checks.number(0, 100, true);
  var identifier = checks.form(/^[!-~]{1,255}$/);
  var span = checks.form(/^\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?$/);
  var status = checks.words("passed", "completed", "failed", "incomplete", "browsed");
  var TYPES = ["true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric"];

  function integer(least, most) {
    var number = checks.number(least, most, false);
    return function (text) { return /^[+-]?\d+$/.test(text) ? number(text) : "type"; };
  }

  function result(text) {
    return /^(correct|wrong|unanticipated|neutral)$/.test(text) ? "" : checks.number(null, null, false)(text);
  }

  function room(text, model) {
    return text.length > SUSPEND ? "type" : model.fits("cmi.suspend_data", text) ? "" : "full";
  }

  var TABLE = {
    "cmi._version": ["r"],
    "cmi.core.student_id": ["r"],
    "cmi.core.student_name": ["r"],
    "cmi.core.lesson_location": ["rw", checks.text(255)],
    "cmi.core.credit": ["r"],
    "cmi.core.lesson_status": ["rw", status],
    "cmi.core.entry": ["r"],
    "cmi.core.score.raw": ["rw", percent],
    "cmi.core.score.min": ["rw", percent],
    "cmi.core.score.max": ["rw", percent],
    "cmi.core.total_time": ["r"],
    "cmi.core.lesson_mode": ["r"],
    "cmi.core.exit": ["w", checks.words("", "time-out", "suspend", "logout")],
    "cmi.core.session_time": ["w", span],
    "cmi.suspend_data": ["rw", room],
    "cmi.launch_data": ["r"],
    "cmi.comments": ["rw", checks.text(4096)],
    "cmi.comments_from_lms": ["r"],
    "cmi.objectives.n.id": ["rw", identifier],
    "cmi.objectives.n.score.raw": ["rw", percent],
    "cmi.objectives.n.score.min": ["rw", percent],
    "cmi.objectives.n.score.max": ["rw", percent],
    "cmi.objectives.n.status": ["rw", checks.words("passed", "completed", "failed", "incomplete", "browsed", "not attempted")],
    "cmi.student_data.mastery_score": ["r"],
    "cmi.student_data.max_time_allowed": ["r"],
    "cmi.student_data.time_limit_action": ["r"],
    "cmi.student_preference.audio": ["rw", integer(-1, 100)],
    "cmi.student_preference.language": ["rw", checks.text(255)],
    "cmi.student_preference.speed": ["rw", integer(-100, 100)],
    "cmi.student_preference.text": ["rw", integer(-1, 1)],
    "cmi.interactions.n.id": ["w", identifier],
    "cmi.interactions.n.objectives.n.id": ["w", identifier],
    "cmi.interactions.n.time": ["w", checks.form(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?$/)],
    "cmi.interactions.n.type": ["w", checks.words.apply(null, TYPES)],
    "cmi.interactions.n.correct_responses.n.pattern": ["w", checks.text(255)],
    "cmi.interactions.n.weighting": ["w", checks.number(null, null, false)],
    "cmi.interactions.n.student_response": ["w", checks.text(255)],
    "cmi.interactions.n.result": ["w", result],
    "cmi.interactions.n.latency": ["w", span]
  };

  function create() {
    return new Jampel.Model(TABLE, false);
  }

  /* In SCORM 1.2 all that was written is there at the next start, however the last one ended. */
  function load(model, facts, before) {
    var kept = before && before.k === "12" ? before : { v: {}, x: "", c: 0 };
    Object.keys(kept.v).forEach(function (name) { model.put(name, kept.v[name]); });
    if (kept.c) model.counts["cmi.interactions"] = Math.max(kept.c, model.count("cmi.interactions"));
    if (!before && facts.suspend) model.put("cmi.suspend_data", facts.suspend);
    var known = {
      "cmi._version": "3.4",
      "cmi.core.student_id": facts.id,
      "cmi.core.student_name": facts.name,
      "cmi.core.credit": facts.credit,
      "cmi.core.lesson_mode": facts.mode,
      "cmi.core.entry": kept.x === "suspend" || (!before && facts.suspend) ? "resume" : before ? "" : "ab-initio",
      "cmi.core.total_time": forms.toSpan(facts.total),
      "cmi.launch_data": facts.launchData,
      "cmi.comments_from_lms": facts.lmsComments.map(function (one) { return one.text; }).join(" "),
      "cmi.student_data.mastery_score": facts.passing === null ? "" : forms.cents(facts.passing * 100),
      "cmi.student_data.max_time_allowed": facts.maxTime === null ? "" : forms.toSpan(facts.maxTime),
      "cmi.student_data.time_limit_action": facts.timeAction
    };
    Object.keys(known).forEach(function (name) { model.put(name, known[name]); });
    var preference = facts.preference;
    first(model, "cmi.student_preference.audio", preference.audio === null ? "" : String(Math.round(Math.min(preference.audio, 1) * 100)));
    first(model, "cmi.student_preference.language", preference.language);
    first(model, "cmi.student_preference.text", preference.captions === null ? "" : String(preference.captions));
    first(model, CORE + "lesson_status", forms.toStatus(facts.completion, facts.success) || "not attempted");
  }

  function first(model, name, value) {
    if (!model.has(name) && value !== "") model.put(name, value);
  }

  /* At the end the LMS judges (RTE 3.4.4, lesson_status): a silent SCO is completed, a score is measured by the mastery score. */
  function finish(model, facts) {
    if (facts.mode !== "normal") return;
    var silent = !model.touched[CORE + "lesson_status"] && model.value(CORE + "lesson_status") === "not attempted";
    if (silent) model.put(CORE + "lesson_status", "completed");
    var score = model.number(CORE + "score.raw"), judged = model.touched[CORE + "score.raw"] || model.touched[CORE + "lesson_status"];
    if (facts.credit !== "credit" || facts.passing === null || score === null || !judged) return;
    model.put(CORE + "lesson_status", score >= facts.passing * 100 - 1e-9 ? "passed" : "failed");
  }

  function scaled(score) {
    return score.raw === null ? null : score.raw / 100;
  }

  function score(model, place) {
    var found = model.score(place);
    found.scaled = scaled(found);
    return found;
  }

  function objective(model, at) {
    var place = "cmi.objectives." + at, pair = forms.toPair(model.value(place + ".status"));
    return { id: model.value(place + ".id"), score: score(model, place + ".score"), completion: pair[0], success: pair[1], progress: null, description: "" };
  }

  function interaction(model, at, now) {
    var place = "cmi.interactions." + at, type = model.value(place + ".type");
    function answer(text, pattern) { return forms.answerFrom12(type, text, pattern); }
    return {
      at: at,
      id: model.value(place + ".id"),
      type: type === "performance" && !model.has(place + ".student_response") ? "other" : type,
      objectives: model.list(place + ".objectives", "id"),
      timestamp: model.has(place + ".time") ? forms.fromClock(model.value(place + ".time"), now) : "",
      patterns: model.list(place + ".correct_responses", "pattern").map(function (text) { return answer(text, true); }),
      weighting: model.number(place + ".weighting"),
      response: model.has(place + ".student_response") ? answer(model.value(place + ".student_response"), false) : "",
      result: forms.resultFrom12(model.value(place + ".result")),
      latency: forms.fromSpan(model.value(place + ".latency")),
      description: ""
    };
  }

  /* The interactions that were written in this session, with an id: earlier ones are told. */
  function written(model, make, now) {
    var found = [];
    for (var at = 0; at < model.count("cmi.interactions"); at++) {
      var start = "cmi.interactions." + at + ".";
      var fresh = Object.keys(model.touched).some(function (name) { return name.indexOf(start) === 0; });
      if (fresh && model.has(start + "id")) found.push(make(model, at, now));
    }
    return found;
  }

  function objectives(model, make) {
    var found = [];
    for (var at = 0; at < model.count("cmi.objectives"); at++) {
      if (model.has("cmi.objectives." + at + ".id")) found.push(make(model, at));
    }
    return found;
  }

  function record(model, now) {
    var pair = forms.toPair(model.value(CORE + "lesson_status"));
    return {
      completion: pair[0],
      success: pair[1],
      progress: null,
      score: score(model, CORE + "score"),
      location: model.value(CORE + "lesson_location"),
      exit: "suspend", /* what was written stays, as SCORM 1.2 promises */
      ended: model.value(CORE + "exit"),
      session: forms.fromSpan(model.value(CORE + "session_time")),
      preference: {
        audio: model.has("cmi.student_preference.audio") ? Math.max(0, model.number("cmi.student_preference.audio")) / 100 : null,
        language: model.value("cmi.student_preference.language"),
        speed: null,
        captions: model.number("cmi.student_preference.text")
      },
      comments: model.touched["cmi.comments"] ? [{ at: 0, text: model.value("cmi.comments"), location: "", timestamp: "" }] : [],
      objectives: objectives(model, objective),
      interactions: written(model, interaction, now),
      request: ""
    };
  }

  Jampel.contents = Jampel.contents || {};
  Jampel.listing = { written: written, objectives: objectives };
  Jampel.contents["12"] = {
    name: "12",
    api: "API",
    calls: {
      begin: "LMSInitialize", end: "LMSFinish", get: "LMSGetValue", set: "LMSSetValue", save: "LMSCommit",
      error: "LMSGetLastError", text: "LMSGetErrorString", more: "LMSGetDiagnostic"
    },
    exit: "cmi.core.exit",
    suspend: "cmi.suspend_data",
    create: create,
    load: load,
    finish: finish,
    record: record
  };
})();
