/* What SCORM 2004 content reads and writes (Run-Time Environment 4.2), and the same as a record that any LMS can be told. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var checks = Jampel.checks, forms = Jampel.forms;

  var real = checks.number(null, null, false);
  var completion = checks.words("completed", "incomplete", "not attempted", "unknown");
  var success = checks.words("passed", "failed", "unknown");
  var TYPES = [
    "true-false", "choice", "fill-in", "long-fill-in", "likert", "matching", "performance", "sequencing", "numeric", "other"
  ];
  var STAMP = /^\d{4}(-\d{2}(-\d{2}(T\d{2}(:\d{2}(:\d{2}(\.\d{1,2})?(Z|[+-]\d{2}(:?\d{2})?)?)?)?)?)?)?$/;
  var REQUESTS = /^(_none_|continue|previous|exit|exitAll|abandon|abandonAll|suspendAll|\{target=[^{}]+\}(choice|jump))$/;
  var VALID = /^adl\.nav\.request_valid\.(continue|previous|(choice|jump)\.\{target=[^{}]+\})$/;

  function identifier(text, model, name) {
    if (!text || text.length > 4000 || /\s/.test(text)) return "type";
    if (!/^cmi\.objectives\.\d+\.id$/.test(name)) return "";
    if (model.has(name) && model.value(name) !== text) return "fixed";
    var others = model.list("cmi.objectives", "id");
    return others.indexOf(text) >= 0 && model.value(name) !== text ? "fixed" : "";
  }

  function interval(text) {
    return forms.fromInterval(text) === null ? "type" : "";
  }

  function result(text) {
    return /^(correct|incorrect|unanticipated|neutral)$/.test(text) ? "" : real(text);
  }

  /* An answer needs its type first (RTE 4.2.9). */
  function answer(text, model, name) {
    var type = model.value(name.replace(/^(cmi\.interactions\.\d+)\..*$/, "$1.type"));
    if (!type) return "order";
    var range = /pattern$/.test(name);
    if (type === "true-false") return /^(true|false)$/.test(text) ? "" : "type";
    if (type === "numeric") return range ? "" : real(text);
    return text.length <= 8000 ? "" : "type";
  }

  function room(text, model) {
    return text.length > 64000 ? "type" : model.fits("cmi.suspend_data", text) ? "" : "full";
  }

  var TABLE = {
    "cmi._version": ["r"],
    "cmi.comments_from_learner.n.comment": ["rw", checks.text(4000)],
    "cmi.comments_from_learner.n.location": ["rw", checks.text(250)],
    "cmi.comments_from_learner.n.timestamp": ["rw", checks.form(STAMP)],
    "cmi.comments_from_lms.n.comment": ["r"],
    "cmi.comments_from_lms.n.location": ["r"],
    "cmi.comments_from_lms.n.timestamp": ["r"],
    "cmi.completion_status": ["rw", completion],
    "cmi.completion_threshold": ["r"],
    "cmi.credit": ["r"],
    "cmi.entry": ["r"],
    "cmi.exit": ["w", checks.words("", "time-out", "suspend", "logout", "normal")],
    "cmi.interactions.n.id": ["rw", identifier],
    "cmi.interactions.n.type": ["rw", checks.words.apply(null, TYPES)],
    "cmi.interactions.n.objectives.n.id": ["rw", identifier],
    "cmi.interactions.n.timestamp": ["rw", checks.form(STAMP)],
    "cmi.interactions.n.correct_responses.n.pattern": ["rw", answer],
    "cmi.interactions.n.weighting": ["rw", real],
    "cmi.interactions.n.learner_response": ["rw", answer],
    "cmi.interactions.n.result": ["rw", result],
    "cmi.interactions.n.latency": ["rw", interval],
    "cmi.interactions.n.description": ["rw", checks.text(300)],
    "cmi.launch_data": ["r"],
    "cmi.learner_id": ["r"],
    "cmi.learner_name": ["r"],
    "cmi.learner_preference.audio_level": ["rw", checks.number(0, null, false)],
    "cmi.learner_preference.language": ["rw", checks.text(250)],
    "cmi.learner_preference.delivery_speed": ["rw", checks.number(0, null, false)],
    "cmi.learner_preference.audio_captioning": ["rw", checks.words("-1", "0", "1")],
    "cmi.location": ["rw", checks.text(1000)],
    "cmi.max_time_allowed": ["r"],
    "cmi.mode": ["r"],
    "cmi.objectives.n.id": ["rw", identifier],
    "cmi.objectives.n.score.scaled": ["rw", checks.number(-1, 1, false)],
    "cmi.objectives.n.score.raw": ["rw", real],
    "cmi.objectives.n.score.min": ["rw", real],
    "cmi.objectives.n.score.max": ["rw", real],
    "cmi.objectives.n.success_status": ["rw", success],
    "cmi.objectives.n.completion_status": ["rw", completion],
    "cmi.objectives.n.progress_measure": ["rw", checks.number(0, 1, false)],
    "cmi.objectives.n.description": ["rw", checks.text(300)],
    "cmi.progress_measure": ["rw", checks.number(0, 1, false)],
    "cmi.scaled_passing_score": ["r"],
    "cmi.score.scaled": ["rw", checks.number(-1, 1, false)],
    "cmi.score.raw": ["rw", real],
    "cmi.score.min": ["rw", real],
    "cmi.score.max": ["rw", real],
    "cmi.session_time": ["w", interval],
    "cmi.success_status": ["rw", success],
    "cmi.suspend_data": ["rw", room],
    "cmi.time_limit_action": ["r"],
    "cmi.total_time": ["r"],
    "adl.nav.request": ["rw", checks.form(REQUESTS)],
    "adl.nav.request_valid.continue": ["r"],
    "adl.nav.request_valid.previous": ["r"]
  };

  /* Nothing answers a request to move on but the end of the session, so none is promised. */
  function create() {
    var model = new Jampel.Model(TABLE, true), get = model.get;
    model.get = function (name) {
      if (VALID.test(name)) return { value: "false" };
      if (name === "cmi.completion_status") return { value: completed(model) };
      if (name === "cmi.success_status") return { value: succeeded(model) };
      return get.call(model, name);
    };
    return model;
  }

  /* RTE 4.2.4 and 4.2.22: what is measured goes before what is said. */
  function completed(model) {
    var least = model.number("cmi.completion_threshold"), done = model.number("cmi.progress_measure");
    if (least !== null && done !== null) return done >= least ? "completed" : "incomplete";
    return model.value("cmi.completion_status") || "unknown";
  }

  function succeeded(model) {
    var least = model.number("cmi.scaled_passing_score"), score = model.number("cmi.score.scaled");
    if (least !== null && score !== null) return score >= least ? "passed" : "failed";
    return model.value("cmi.success_status") || "unknown";
  }

  /* A session that ended without "suspend" was an attempt: the next one begins with nothing. */
  function load(model, facts, before) {
    var goes = before && before.k === "2004" && before.x === "suspend";
    if (goes) Object.keys(before.v).forEach(function (name) { model.put(name, before.v[name]); });
    if (!before && facts.suspend) model.put("cmi.suspend_data", facts.suspend);
    if (!model.count("cmi.objectives")) facts.objectives.forEach(function (id, at) { model.put("cmi.objectives." + at + ".id", id); });
    var resumed = goes || (!before && facts.suspend), since = goes ? before.t || 0 : facts.total;
    model.since = resumed && !goes ? 0 : since;
    var known = {
      "cmi._version": "1.0",
      "cmi.learner_id": facts.id,
      "cmi.learner_name": facts.name,
      "cmi.credit": facts.credit,
      "cmi.mode": facts.mode,
      "cmi.entry": resumed ? "resume" : "ab-initio",
      "cmi.total_time": forms.toInterval(facts.total - model.since),
      "cmi.launch_data": facts.launchData,
      "cmi.scaled_passing_score": facts.passing === null ? "" : forms.real(facts.passing),
      "cmi.completion_threshold": facts.threshold === null ? "" : forms.real(facts.threshold),
      "cmi.max_time_allowed": facts.maxTime === null ? "" : forms.toInterval(facts.maxTime),
      "cmi.time_limit_action": facts.timeAction || "continue,no message",
      "adl.nav.request": "_none_"
    };
    Object.keys(known).forEach(function (name) { if (known[name] !== "") model.put(name, known[name]); });
    if (!model.has("cmi.entry")) model.put("cmi.entry", "");
    facts.lmsComments.forEach(function (one, at) { model.put("cmi.comments_from_lms." + at + ".comment", one.text); });
    preferences(model, facts.preference);
  }

  function preferences(model, given) {
    var place = "cmi.learner_preference.";
    var usual = {
      audio_level: given.audio === null ? "1" : forms.real(given.audio), language: given.language, delivery_speed: "1",
      audio_captioning: given.captions === null ? "0" : String(given.captions)
    };
    Object.keys(usual).forEach(function (name) { if (!model.has(place + name)) model.put(place + name, usual[name]); });
  }

  /* Content that says nothing of completion lets the LMS decide, unless the manifest forbids it (SN 3.13). */
  function finish(model, facts) {
    var said = model.has("cmi.completion_status") || model.has("cmi.progress_measure");
    if (facts.mode === "normal" && !facts.setByContent && !said && model.value("cmi.exit") !== "suspend") {
      model.put("cmi.completion_status", "completed");
    }
  }

  function objective(model, at) {
    var place = "cmi.objectives." + at;
    return {
      id: model.value(place + ".id"),
      score: model.score(place + ".score"),
      completion: model.value(place + ".completion_status") || "unknown",
      success: model.value(place + ".success_status") || "unknown",
      progress: model.number(place + ".progress_measure"),
      description: model.value(place + ".description")
    };
  }

  function interaction(model, at) {
    var place = "cmi.interactions." + at;
    return {
      at: at,
      id: model.value(place + ".id"),
      type: model.value(place + ".type"),
      objectives: model.list(place + ".objectives", "id"),
      timestamp: model.value(place + ".timestamp"),
      patterns: model.list(place + ".correct_responses", "pattern"),
      weighting: model.number(place + ".weighting"),
      response: model.value(place + ".learner_response"),
      result: model.value(place + ".result"),
      latency: forms.fromInterval(model.value(place + ".latency")),
      description: model.value(place + ".description")
    };
  }

  function comments(model) {
    var found = [];
    for (var at = 0; at < model.count("cmi.comments_from_learner"); at++) {
      var place = "cmi.comments_from_learner." + at;
      if (!model.touched[place + ".comment"]) continue;
      found.push({
        at: at, text: model.value(place + ".comment"), location: model.value(place + ".location"), timestamp: model.value(place + ".timestamp")
      });
    }
    return found;
  }

  function record(model, now) {
    var place = "cmi.learner_preference.";
    return {
      completion: completed(model),
      success: succeeded(model),
      progress: model.number("cmi.progress_measure"),
      score: model.score("cmi.score"),
      location: model.value("cmi.location"),
      exit: model.value("cmi.exit"),
      ended: model.value("cmi.exit"),
      session: forms.fromInterval(model.value("cmi.session_time")),
      preference: {
        audio: model.number(place + "audio_level"), language: model.value(place + "language"), speed: model.number(place + "delivery_speed"),
        captions: model.number(place + "audio_captioning")
      },
      comments: comments(model),
      objectives: Jampel.listing.objectives(model, objective),
      interactions: Jampel.listing.written(model, interaction, now),
      request: model.value("adl.nav.request")
    };
  }

  Jampel.contents["2004"] = {
    name: "2004",
    api: "API_1484_11",
    calls: {
      begin: "Initialize", end: "Terminate", get: "GetValue", set: "SetValue", save: "Commit",
      error: "GetLastError", text: "GetErrorString", more: "GetDiagnostic"
    },
    exit: "cmi.exit",
    suspend: "cmi.suspend_data",
    create: create,
    load: load,
    finish: finish,
    record: record
  };
})();
