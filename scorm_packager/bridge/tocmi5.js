/* Tells a cmi5 LMS what the content did: statements to its LRS, and a state document that a later session reads.
 *
 * Everything that SCORM content asks at once is fetched before the content is shown. completed and passed are said once in a registration,
 * failed at the end of a session and never after passed (cmi5 9.3).
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var forms = Jampel.forms, statements = Jampel.statements;
  var VERBS = "http://adlnet.gov/expapi/verbs/";
  var CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
  var EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/";
  var INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction";
  var DEFINED = ["initialized", "completed", "passed", "failed", "terminated"];
  var JUDGED = ["completed", "passed", "failed"];
  var STATE = "jampel-jembatan";
  var PAUSES = [0, 1000, 3000]; /* ms before each try to reach the LMS */
  var FINISHED = 8000; /* ms that the way back waits for the last statements */

  function copy(value) {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  }

  function wait(time) {
    return new Promise(function (resolve) { setTimeout(resolve, time); });
  }

  function parameters(search) {
    var asked = new URLSearchParams(search), found = {};
    ["endpoint", "fetch", "registration", "activityId"].forEach(function (name) { found[name] = asked.get(name) || ""; });
    try {
      found.actor = JSON.parse(asked.get("actor"));
    } catch (error) {
      return null;
    }
    var web = /^https?:\/\//.test(found.endpoint) && /^https?:\/\//.test(found.fetch);
    return web && found.registration && found.activityId && found.actor && typeof found.actor === "object" ? found : null;
  }

  function Target(win, config, tell) {
    this.win = win;
    this.config = config;
    this.tell = tell;
    this.room = 1000000;
    this.trouble = "";
    this.told = {};
    this.said = {};
    this.box = "";
  }

  Target.prototype.fault = function () {
    return this.trouble;
  };

  /* Asks the LMS for all that the content may want to know; false when there is no session to be had. */
  Target.prototype.prepare = async function () {
    var asked = (this.asked = parameters(this.win.location.search));
    if (!asked) return false;
    var key = Jampel.digest([asked.activityId, JSON.stringify(asked.actor), asked.registration].join("\n"));
    var outbox = (this.outbox = new Jampel.Outbox("jampel:jembatan:" + key + ":", asked.endpoint, Jampel.telling(this.tell)));
    outbox.stateQuery = { activityId: asked.activityId, agent: JSON.stringify(asked.actor), registration: asked.registration, stateId: STATE };
    outbox.again = this.again.bind(this);
    outbox.start();
    for (var i = 0; i < PAUSES.length; i++) {
      await wait(PAUSES[i]);
      try {
        return (await this.token()) && (await this.ask());
      } catch (error) {
        this.trouble = String(error);
      }
    }
    return false;
  };

  /* cmi5 8.2: the token comes once; a reload goes on with it, as long as this tab lives. */
  Target.prototype.token = async function () {
    var key = "jampel:jembatan:" + Jampel.digest(this.asked.fetch), token = this.sitting(key);
    if (!token) {
      var response = await this.win.fetch(this.asked.fetch, { method: "POST", credentials: "omit" });
      if (response.status >= 500) throw new Error("status " + response.status);
      var answer = await response.json().catch(function () { return {}; });
      token = answer && answer["auth-token"];
      if (typeof token !== "string" || !token) return false;
      this.sitting(key, token);
    }
    this.outbox.authorization = "Basic " + token;
    return true;
  };

  /* The token of this tab under `key`; with `token` ("" for none) it is kept. */
  Target.prototype.sitting = function (key, token) {
    try {
      if (token !== undefined) this.win.sessionStorage.setItem(key, token);
      this.forget = this.sitting.bind(this, key, "");
      return this.win.sessionStorage.getItem(key) || "";
    } catch (error) {
      return "";
    }
  };

  Target.prototype.ask = async function () {
    var outbox = this.outbox, query = outbox.stateQuery;
    this.data = await outbox.read(outbox.url("activities/state", Object.assign({}, query, { stateId: "LMS.LaunchData" })));
    if (!this.data) return false;
    var profile = outbox.url("agents/profile", { agent: query.agent, profileId: "cmi5LearnerPreferences" });
    this.preferences = (await outbox.read(profile)) || {};
    var state = (await outbox.read(outbox.stateUrl())) || {};
    this.box = typeof state.box === "string" ? state.box : "";
    this.told = Object.assign(this.mirror(), state.told);
    this.put("initialized", null, { first: true });
    outbox.forgive();
    outbox.pump();
    return true;
  };

  /* What was said in this registration, also when the state document could not be written. */
  Target.prototype.mirror = function (told) {
    var key = this.outbox.prefix + "told";
    if (told) this.outbox.storage.set(key, JSON.stringify(told));
    try { return JSON.parse(this.outbox.storage.get(key)) || {}; } catch (error) { return {}; }
  };

  Target.prototype.open = function () {
    if (!this.data) return null;
    var actor = this.asked.actor, account = actor.account || {}, mode = String(this.data.launchMode || "Normal").toLowerCase();
    var id = account.name || String(actor.mbox || actor.openid || actor.mbox_sha1sum || "").replace(/^mailto:/, "");
    var mastery = this.data.masteryScore, spoken = String(this.preferences.languagePreference || "").split(",")[0].trim();
    return {
      id: id,
      name: actor.name || id,
      credit: mode === "normal" ? "credit" : "no-credit",
      mode: mode,
      passing: typeof mastery === "number" ? mastery : null,
      threshold: null,
      launchData: this.data.launchParameters || "",
      maxTime: null,
      timeAction: "",
      total: null,
      completion: this.told.completed ? "completed" : "unknown",
      success: this.told.passed ? "passed" : "unknown",
      box: this.box,
      preference: { audio: this.preferences.audioPreference === "off" ? 0 : null, language: spoken, speed: null, captions: null },
      lmsComments: []
    };
  };

  Target.prototype.context = function (verb, template) {
    var context = Object.assign({}, template, { registration: this.asked.registration });
    var around = (context.contextActivities = Object.assign({}, template.contextActivities));
    var names = (DEFINED.indexOf(verb) >= 0 ? ["cmi5"] : []).concat(JUDGED.indexOf(verb) >= 0 ? ["moveon"] : []);
    if (names.length) {
      around.category = (around.category || []).concat(names.map(function (name) { return { objectType: "Activity", id: CATEGORY + name }; }));
    } else if (verb === "answered") {
      around.parent = (around.parent || []).concat([{ objectType: "Activity", id: this.asked.activityId }]);
    }
    var mastery = this.data.masteryScore;
    if (typeof mastery === "number" && (verb === "passed" || verb === "failed")) {
      context.extensions = Object.assign({}, template.extensions);
      context.extensions[EXTENSION + "masteryscore"] = mastery;
    }
    return context;
  };

  /* `more`: {object, timestamp, first: before all that waits} */
  Target.prototype.put = function (verb, result, more) {
    var given = more || {};
    var statement = {
      id: statements.uuid(),
      actor: this.asked.actor,
      verb: { id: VERBS + verb, display: { "en-US": verb } },
      object: given.object || { objectType: "Activity", id: this.asked.activityId },
      context: this.context(verb, copy(this.data.contextTemplate) || {}),
      timestamp: given.timestamp || this.time()
    };
    if (result) statement.result = result;
    this.outbox.put(statement, given.first);
  };

  Target.prototype.time = function () {
    return new Date().toISOString();
  };

  function sessionOf(context) {
    return context && context.extensions && context.extensions[EXTENSION + "sessionid"];
  }

  /* What was refused because its session is over is said once more in this one; its beginning and end are not. */
  Target.prototype.again = function (kept) {
    var statement = kept.statement, verb = statement.verb.id.slice(VERBS.length), template = copy(this.data.contextTemplate) || {};
    if (kept.status !== 403 || !sessionOf(template) || sessionOf(statement.context) === sessionOf(template)) return false;
    if (verb === "initialized" || verb === "terminated") return true;
    var context = this.context(verb, template);
    this.outbox.put(Object.assign({}, statement, { id: statements.uuid(), context: context, timestamp: this.time() }));
    return true;
  };

  Target.prototype.write = function (record, box, how) {
    this.elapsed = record.elapsed;
    if (box !== null) this.box = box;
    if (how.settled) {
      record.interactions.forEach(this.interaction, this);
      this.judge(record, how.final);
      record.comments.forEach(this.comment, this);
    }
    this.outbox.putState({ box: this.box, told: this.mirror(this.told) });
    return true;
  };

  Target.prototype.judge = function (record, final) {
    var told = this.told, duration = statements.duration(record.elapsed);
    /* "failed" of SCORM 1.2 does not say that the content was seen to its end. */
    var complete = record.completion === "completed" && !(this.config.content === "12" && record.success === "failed");
    if (complete && !told.completed) {
      told.completed = true;
      this.put("completed", { completion: true, duration: duration });
    }
    var score = this.score(record);
    if (record.success === "passed" && !told.passed) {
      told.passed = true;
      this.put("passed", result(true, score, duration));
    } else if (record.success === "failed" && final && !told.passed) {
      this.put("failed", result(false, score, duration));
    } else if (score && final && record.success === "unknown" && told.scored !== score.scaled) {
      told.scored = score.scaled;
      this.put("scored", { score: score, duration: duration });
    }
  };

  function result(success, score, duration) {
    var found = { success: success, duration: duration };
    if (score) found.score = score;
    return found;
  }

  /* A score that contradicts the verdict may not stand beside it (cmi5 9.5.1). */
  Target.prototype.score = function (record) {
    var given = record.score, mastery = this.data.masteryScore, found = {};
    ["scaled", "raw", "min", "max"].forEach(function (part) { if (given[part] !== null) found[part] = given[part]; });
    if (found.scaled === undefined && found.raw === undefined) return null;
    if (found.scaled !== undefined) found.scaled = Math.max(-1, Math.min(1, found.scaled));
    if (found.min !== undefined && found.max !== undefined && found.min >= found.max) { delete found.min; delete found.max; }
    if (found.raw < found.min) delete found.min;
    if (found.raw > found.max) delete found.max;
    if (typeof mastery !== "number" || record.success === "unknown") return found;
    if (found.scaled === undefined) return null;
    return found.scaled >= mastery === (record.success === "passed") ? found : null;
  };

  /* Once for each answer that is new. */
  Target.prototype.interaction = function (one) {
    var mark = JSON.stringify([one.response, one.result]);
    if ((!one.response && !one.result) || this.said[one.at] === mark) return;
    this.said[one.at] = mark;
    var definition = { type: INTERACTION, name: this.map(one.id), interactionType: one.type || "other" };
    if (one.patterns.length) definition.correctResponsesPattern = one.patterns;
    if (one.description) definition.description = this.map(forms.plain(one.description));
    var given = { response: one.response }, when = new Date(one.timestamp || NaN);
    if (one.latency !== null) given.duration = statements.duration(one.latency);
    if (one.result === "correct" || one.result === "incorrect") given.success = one.result === "correct";
    else if (one.result !== "" && isFinite(Number(one.result))) given.score = { raw: Number(one.result) };
    this.put("answered", given, {
      object: { objectType: "Activity", id: this.asked.activityId + "#" + encodeURIComponent(one.id), definition: definition },
      timestamp: isNaN(when) ? "" : when.toISOString()
    });
  };

  Target.prototype.comment = function (one) {
    var mark = "comment " + one.at;
    if (this.said[mark] === one.text) return;
    this.said[mark] = one.text;
    this.put("commented", { response: one.text });
  };

  Target.prototype.map = function (text) {
    var found = {};
    found[this.config.language || "und"] = text;
    return found;
  };

  Target.prototype.save = function () {
    this.outbox.pump();
    return true;
  };

  Target.prototype.end = function () {
    this.put("terminated", { duration: statements.duration(this.elapsed || 0) });
    if (this.forget) this.forget();
    this.over = true;
    if (this.leaving) this.outbox.lastWords();
    else this.outbox.pump();
    return true;
  };

  /* The page goes: what waits is given to the browser to carry. */
  Target.prototype.leave = function () {
    if (this.outbox && this.outbox.authorization) this.outbox.lastWords();
  };

  /* cmi5 10.2.6: back to the LMS, once it has everything. */
  Target.prototype.goBack = async function () {
    var address = this.data && this.data.returnURL, until = Date.now() + FINISHED;
    while (this.outbox.waiting().length && Date.now() < until) await wait(100);
    if (/^https?:\/\//.test(address || "") && !this.leaving) this.win.location.assign(address);
  };

  Jampel.targets = Jampel.targets || {};
  Jampel.targets.cmi5 = function (win, config, tell) { return new Target(win, config, tell); };
})();
