/* What the statements of a cmi5 AU say in the words of SCORM: status by moveOn, score, answers, comments, time.
 *
 * Only what cmi5 defines counts for the status: its category on the AU's own activity (cmi5 9.6.2.1). `told` outlives the session.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var forms = Jampel.forms;
  var VERBS = "http://adlnet.gov/expapi/verbs/";
  var CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
  var SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";
  var PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress";
  var INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction";
  var SPAN = /^PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?$/;

  /* `rules`: {activity, publisher, session, moveOn, masteryScore, target}. */
  function Verdict(rules, told) {
    this.rules = rules;
    this.told = told || {};
    this.score = { raw: null, min: null, max: null, scaled: null };
    this.progress = null;
    this.duration = null;
    this.interactions = [];
    this.comments = [];
    this.count = 0;
  }

  function verbOf(statement) {
    return statement.verb.id.indexOf(VERBS) === 0 ? statement.verb.id.slice(VERBS.length) : "";
  }

  function isDefined(statement) {
    var around = (statement.context || {}).contextActivities || {};
    return [].concat(around.category || []).some(function (one) { return one && one.id === CMI5; });
  }

  /* The session that a statement names. */
  function sessionOf(statement) {
    return ((statement.context || {}).extensions || {})[SESSION];
  }

  function number(value) {
    return typeof value === "number" && isFinite(value) ? value : null;
  }

  /* cmi5 9.5.1: a verdict may not contradict the score that it brings. "" when it does not. */
  Verdict.prototype.contradiction = function (statement) {
    var verb = verbOf(statement), scaled = number(((statement.result || {}).score || {}).scaled), mastery = this.rules.masteryScore;
    if (!this.isOwn(statement) || !isDefined(statement) || scaled === null || typeof mastery !== "number") return "";
    var wrong = (verb === "passed" && scaled < mastery) || (verb === "failed" && scaled >= mastery);
    return wrong ? verb + " contradicts the masteryScore " + mastery : "";
  };

  Verdict.prototype.isOwn = function (statement) {
    return statement.object.id === this.rules.activity && (!statement.object.objectType || statement.object.objectType === "Activity");
  };

  /* Said in an earlier session: the last words of a page whose answer nobody was left to hear come again in the next. */
  Verdict.prototype.isLate = function (statement) {
    return [undefined, this.rules.session].indexOf(sessionOf(statement)) < 0;
  };

  /* Learns from one statement; true when it ends this session. */
  Verdict.prototype.hear = function (statement) {
    var verb = verbOf(statement), result = statement.result || {}, own = this.isOwn(statement), progress = number((result.extensions || {})[PROGRESS]);
    if (own && progress !== null) this.progress = Math.max(0, Math.min(1, progress / 100));
    if (own && isDefined(statement)) return !(verb === "terminated" && this.isLate(statement)) && this.define(verb, result);
    if (own && typeof this.rules.masteryScore !== "number") this.rate(result.score);
    if (verb === "commented" && result.response) this.comments.push({ at: this.count++, text: String(result.response) });
    else this.answer(statement, result);
    return false;
  };

  Verdict.prototype.define = function (verb, result) {
    if (verb === "completed") this.told.c = 1;
    if (verb === "passed") this.told.p = 1;
    if (verb === "failed") this.told.f = 1;
    if (verb === "passed" || verb === "failed") this.rate(result.score);
    var span = verb === "terminated" && SPAN.exec(result.duration || "");
    if (span) this.duration = Number(span[1] || 0) * 3600 + Number(span[2] || 0) * 60 + Number(span[3] || 0);
    return verb === "terminated";
  };

  Verdict.prototype.rate = function (score) {
    if (!score || typeof score !== "object") return;
    var given = { raw: number(score.raw), min: number(score.min), max: number(score.max), scaled: number(score.scaled) };
    if (given.raw === null && given.scaled !== null) Object.assign(given, { raw: Math.max(0, given.scaled * 100), min: 0, max: 100 });
    if (given.raw !== null || given.scaled !== null) this.score = given;
  };

  /* An interaction is an activity of that type, whatever the verb; its forms are those of SCORM 2004. */
  Verdict.prototype.answer = function (statement, result) {
    var definition = statement.object.definition || {};
    if (definition.type !== INTERACTION && !definition.interactionType) return;
    var text = definition.description || definition.name || {}, language = Object.keys(text)[0];
    var success = typeof result.success === "boolean" ? (result.success ? "correct" : "incorrect") : "neutral";
    this.interactions.push({
      at: this.count++,
      id: this.shortId(statement.object.id),
      type: definition.interactionType || "other",
      timestamp: forms.stamp(new Date(statement.timestamp)),
      objectives: [],
      patterns: (definition.correctResponsesPattern || []).slice(0, 10),
      weighting: null,
      response: typeof result.response === "string" ? result.response : "",
      result: success,
      latency: forms.fromInterval(String(result.duration || "")),
      description: language ? String(text[language]).slice(0, 250) : ""
    });
  };

  /* What stands behind the name of the AU is name enough inside it. */
  Verdict.prototype.shortId = function (id) {
    var name = id;
    [this.rules.activity, this.rules.publisher].forEach(function (whole) {
      if (whole && id.indexOf(whole) === 0 && id.length > whole.length + 1) name = id.slice(whole.length).replace(/^[#/?]/, "");
    });
    try { name = decodeURIComponent(name); } catch (error) { /* then as it is */ }
    return name.replace(/\s/g, "_");
  };

  Verdict.prototype.satisfied = function () {
    var told = this.told;
    switch (this.rules.moveOn) {
      case "Passed": return !!told.p;
      case "Completed": return !!told.c;
      case "CompletedAndPassed": return !!(told.c && told.p);
      case "CompletedOrPassed": return !!(told.c || told.p);
      default: return true;
    }
  };

  /* [completion, success]. Who has what moveOn asks is done, and SCORM 1.2, which has one word for both, calls that no failure. */
  Verdict.prototype.status = function () {
    var told = this.told, done = this.satisfied(), fallen = !!told.f && !told.p;
    var success = told.p ? "passed" : fallen && !(done && this.rules.target === "12") ? "failed" : "unknown";
    var ended = fallen && (told.c || /^(Passed|CompletedOrPassed)$/.test(this.rules.moveOn));
    return [done || ended ? "completed" : "incomplete", success];
  };

  /* The record for a target, as bridge/to12.js and bridge/to2004.js read it; answers and comments are given once. */
  Verdict.prototype.record = function (seconds, settled) {
    var status = this.status(), answers = settled ? this.interactions.splice(0) : [], comments = settled ? this.comments.splice(0) : [];
    return {
      completion: status[0], success: status[1], progress: this.progress, score: this.score, location: "", exit: "suspend", ended: "suspend",
      session: this.duration === null ? seconds : this.duration, elapsed: seconds, comments: comments, objectives: [], interactions: answers, request: ""
    };
  };

  Verdict.SESSION = SESSION;
  Jampel.Verdict = Verdict;
})();
