/* The statements of the LRS in this page: taken as xAPI takes them, and found again (xAPI Communication 2.1). */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var MOST = 100; /* an answer without a limit */
  var TIMED = ["since", "until"];

  function isObject(value) {
    return !!value && typeof value === "object" && !Array.isArray(value);
  }

  function isStatement(one) {
    return isObject(one) && isObject(one.actor) && isObject(one.verb) && typeof one.verb.id === "string" && isObject(one.object);
  }

  /* `old`: statements of earlier sessions that the LMS gave back. `uuid` and `now` come from outside. */
  function Ledger(old, uuid, now) {
    this.all = Array.isArray(old) ? old.filter(isStatement) : [];
    this.uuid = uuid;
    this.now = now;
  }

  /* The statements of a request that are new; `only` is the id that a PUT names. Refuses all when one is wrong. */
  Ledger.prototype.read = function (body, only) {
    var given = null;
    try { given = JSON.parse(body); } catch (error) { /* said below */ }
    var list = Array.isArray(given) ? given : [given];
    if (!list.every(isStatement) || (only && list.length !== 1)) Jampel.refuse(400, "no statement");
    if (only && list[0].id && list[0].id !== only) Jampel.refuse(400, "statementId differs");
    list.forEach(function (one) { one.id = one.id || only || this.uuid(); }, this);
    return list.filter(this.isNew, this).map(this.dated, this);
  };

  Ledger.prototype.isNew = function (one) {
    var twin = this.find(one.id);
    if (!twin) return true;
    if (JSON.stringify([twin.verb.id, twin.object.id, twin.result]) !== JSON.stringify([one.verb.id, one.object.id, one.result])) {
      Jampel.refuse(409, "another statement has the id " + one.id);
    }
    return false;
  };

  Ledger.prototype.dated = function (one) {
    var time = new Date(this.now()).toISOString();
    return Object.assign({ timestamp: time, version: "1.0.0" }, one, { stored: time });
  };

  Ledger.prototype.find = function (id) {
    return this.all.filter(function (one) { return one.id === id; })[0] || null;
  };

  /* Newest first, as the standard says; only the filters that one learner with one LRS can mean. */
  Ledger.prototype.query = function (asked) {
    var since = Date.parse(asked.since), until = Date.parse(asked.until), limit = Number(asked.limit) || MOST;
    if (TIMED.some(function (name) { return asked[name] && isNaN(Date.parse(asked[name])); })) Jampel.refuse(400, "no timestamp");
    var found = this.all.filter(function (one) {
      var stored = Date.parse(one.stored);
      return (!asked.verb || one.verb.id === asked.verb) && (!asked.activity || one.object.id === asked.activity) &&
        (!asked.registration || (one.context || {}).registration === asked.registration) && !(stored <= since) && !(stored > until);
    });
    if (asked.ascending !== "true") found.reverse();
    return { statements: found.slice(0, limit), more: "" };
  };

  /* Answers GET statements. */
  Ledger.prototype.give = function (asked) {
    if (asked.voidedStatementId) Jampel.refuse(404, "no voided statement is kept");
    var found = asked.statementId ? this.find(asked.statementId) : this.query(asked);
    if (!found) Jampel.refuse(404, "no such statement");
    var headers = { "content-type": "application/json", "x-experience-api-consistent-through": new Date(this.now()).toISOString() };
    return { status: 200, headers: headers, body: JSON.stringify(found) };
  };

  Jampel.Ledger = Ledger;
})();
