/* xAPI 1.0.3: one statement for everything that happens, kept in this browser until the LRS acknowledges it, and one state document.
 *
 * Every statement waits under its own storage key, with the id it was born with; sending it twice is therefore harmless, and two open
 * windows do not disturb each other. What the LRS refuses is kept under another key, with the reason. The token is never stored.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  Jampel.transports = Jampel.transports || {};
  var VERBS = "http://adlnet.gov/expapi/verbs/";
  var ACTIVITIES = "http://adlnet.gov/expapi/activities/";
  var PAGE = "http://activitystrea.ms/schema/1.0/page";
  var CREDIT = /\/extensions\/(jp|bentuk)$/;
  var BATCH = 25;
  var KEEPALIVE = 60000; /* a browser carries at most 64 KiB of requests past the end of a page */
  var PATIENCE = 10000;
  var SLOWEST = 60000;

  function uuid() {
    if (window.crypto && window.crypto.randomUUID) return window.crypto.randomUUID();
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /* ISO 8601 duration, at most two decimals of a second. */
  function duration(seconds) {
    return "PT" + Math.round(seconds * 100) / 100 + "S";
  }

  function Transport(course, config, tell) {
    this.course = course;
    this.config = config;
    this.tell = tell;
    this.storage = Jampel.storage();
    this.endpoint = config.endpoint.replace(/\/*$/, "/");
    var key = Jampel.digest([config.activity, JSON.stringify(config.actor), config.registration].join("\n"));
    this.prefix = "jampel:xapi:" + key + ":";
    this.pages = {};
    this.serial = 0;
    this.delay = 0;
    this.expired = false;
    this.offline = false;
    this.refused = 0;
    this.document = null; /* the state that is to be put */
  }

  Transport.prototype.map = function (text) {
    var map = {};
    map[this.course.language] = text;
    return map;
  };

  Transport.prototype.moduleObject = function () {
    var definition = { type: ACTIVITIES + "module", name: this.map(this.course.title) };
    if (this.course.description) definition.description = this.map(this.course.description);
    return { objectType: "Activity", id: this.config.activity, definition: definition };
  };

  Transport.prototype.pageObject = function (page) {
    var definition = { type: PAGE, name: this.map(page.title) };
    return { objectType: "Activity", id: this.config.activity + "#" + page.id, definition: definition };
  };

  Transport.prototype.components = function (list, html) {
    var self = this;
    return list.map(function (item) { return { id: item.id, description: self.map(Jampel.text(html ? html(item) : item.html)) }; });
  };

  /* The interaction of a question, xAPI Data 2.4.4.1 (appendix C): type, the right answer, and the names behind the identifiers. */
  Transport.prototype.questionObject = function (question) {
    var definition = {
      type: ACTIVITIES + "cmi.interaction",
      name: this.map(question.id),
      description: this.map(Jampel.text(question.prompt).slice(0, 500)),
      interactionType: Jampel.course.type(question),
      correctResponsesPattern: patterns(question)
    };
    if (question.options) definition.choices = this.components(question.options);
    if (question.items) definition.choices = this.components(question.items);
    if (question.pairs) {
      definition.source = this.components(question.pairs, function (pair) { return pair.left; });
      definition.target = question.pairs.map(function (pair, index) {
        return { id: Jampel.course.letter(index), description: this.map(Jampel.text(pair.right)) };
      }, this);
    }
    return { objectType: "Activity", id: this.config.activity + "#" + question.id, definition: definition };
  };

  function written(question, response) {
    if (question.kind === "true-false") return String(response);
    return Jampel.course.parts(question, response).map(function (part) { return part.join("[.]"); }).join("[,]");
  }

  function patterns(question) {
    if (question.kind === "fill-in") {
      return question.accepted.map(function (text) { return (question.case_sensitive ? "{case_matters=true}" : "{case_matters=false}") + text; });
    }
    if (question.kind === "numeric") {
      var tolerance = question.tolerance || 0;
      return [tidy(question.value - tolerance) + "[:]" + tidy(question.value + tolerance)];
    }
    return [written(question, Jampel.course.right(question))];
  }

  function tidy(value) {
    return String(Math.round(value * 1e9) / 1e9);
  }

  Transport.prototype.context = function (isModule, credit) {
    var context = {
      registration: this.config.registration,
      language: this.course.language,
      platform: "Jampel"
    };
    if (!isModule) context.contextActivities = { parent: [{ objectType: "Activity", id: this.config.activity }] };
    var given = this.config.extensions || {};
    var names = Object.keys(given).filter(function (name) { return credit || !CREDIT.test(name); });
    if (names.length) context.extensions = {};
    names.forEach(function (name) { context.extensions[name] = given[name]; });
    return context;
  };

  /* Makes a statement durable here and starts sending. */
  Transport.prototype.record = function (verb, object, result, credit) {
    var statement = {
      id: uuid(),
      actor: this.config.actor,
      verb: { id: VERBS + verb, display: { "en-US": verb } },
      object: object,
      context: this.context(object.id === this.config.activity, credit),
      timestamp: new Date().toISOString()
    };
    if (result) statement.result = result;
    var order = ("00000" + this.serial++).slice(-5);
    this.storage.set(this.prefix + "q:" + Date.now() + ":" + order + ":" + statement.id, JSON.stringify(statement));
    this.pump();
  };

  Transport.prototype.waiting = function () {
    return this.storage.keys(this.prefix + "q:");
  };

  Transport.prototype.headers = function () {
    return {
      Authorization: "Bearer " + this.config.token,
      "X-Experience-API-Version": "1.0.3",
      "Content-Type": "application/json"
    };
  };

  Transport.prototype.stateUrl = function () {
    var query = {
      activityId: this.config.activity,
      agent: JSON.stringify(this.config.actor),
      registration: this.config.registration,
      stateId: "jampel"
    };
    return this.endpoint + "activities/state?" + Object.keys(query).map(function (name) {
      return name + "=" + encodeURIComponent(query[name]);
    }).join("&");
  };

  /* fetch that gives up after PATIENCE. */
  Transport.prototype.fetch = function (url, options) {
    var stop = new AbortController();
    var timer = setTimeout(function () { stop.abort(); }, PATIENCE);
    var full = Object.assign({ headers: this.headers(), credentials: "omit", signal: stop.signal }, options);
    return window.fetch(url, full).finally(function () { clearTimeout(timer); });
  };

  Transport.prototype.open = async function () {
    var self = this;
    window.addEventListener("online", function () { self.delay = 0; self.pump(); });
    var mine = this.storage.get(this.prefix + "state");
    var theirs = this.config.state || "";
    if (this.config.state === undefined) try {
      var response = await this.fetch(this.stateUrl(), { method: "GET" });
      if (response.status === 200) theirs = String((await response.json()).state || "");
      else if (response.status === 401) this.expire();
    } catch (error) {
      this.lost();
    }
    this.forgive();
    this.record("initialized", this.moduleObject());
    return { states: [theirs, mine !== theirs ? mine : ""], tracked: true };
  };

  Transport.prototype.page = function (index) {
    if (this.pages[index]) return;
    this.pages[index] = true;
    this.record("experienced", this.pageObject(this.course.pages[index]));
  };

  Transport.prototype.answer = function (entry) {
    var question = entry.question;
    var earned = entry.correct ? question.points : 0;
    var result = {
      response: written(question, entry.response),
      success: entry.correct,
      duration: duration(entry.seconds)
    };
    if (question.points > 0) result.score = { scaled: entry.correct ? 1 : 0, raw: earned, min: 0, max: question.points };
    this.record("answered", this.questionObject(question), result);
  };

  /* completed, then passed or failed; the credit travels on passed, or on completed when there is nothing to pass. */
  Transport.prototype.report = function (reached) {
    var result = { completion: true, duration: duration(reached.seconds) };
    if (reached.score !== null) result.score = { scaled: reached.score / 10000, raw: reached.score / 100, min: 0, max: 100 };
    this.record("completed", this.moduleObject(), result, !this.course.graded);
    if (!this.course.graded) return;
    var passed = reached.status === "passed";
    this.record(passed ? "passed" : "failed", this.moduleObject(), Object.assign({ success: passed }, result), passed);
  };

  Transport.prototype.save = function (snapshot) {
    this.seconds = snapshot.seconds;
    this.storage.set(this.prefix + "state", snapshot.state);
    this.document = JSON.stringify({ state: snapshot.state });
    this.pump();
  };

  Transport.prototype.hide = function () {
    this.pump();
  };

  Transport.prototype.close = function () {
    this.closing = true;
    this.record("terminated", this.moduleObject(), { duration: duration(this.seconds || 0) });
    this.lastWords();
  };

  /* What still waits goes out past the end of the page, as far as the browser carries it; the rest goes at the next start. */
  Transport.prototype.lastWords = function () {
    var self = this;
    var room = KEEPALIVE - (this.document || "").length;
    var texts = [];
    this.waiting().every(function (key) {
      var text = self.storage.get(key) || "";
      room -= new TextEncoder().encode(text).length + 1;
      if (room > 0 && text) texts.push(text);
      return room > 0;
    });
    this.lastRequest("POST", this.endpoint + "statements", texts.length ? "[" + texts.join(",") + "]" : null);
    this.lastRequest("PUT", this.stateUrl(), this.document);
  };

  Transport.prototype.lastRequest = function (method, url, body) {
    if (body === null || this.expired) return;
    try {
      window.fetch(url, { method: method, headers: this.headers(), credentials: "omit", keepalive: true, body: body }).catch(function () {});
    } catch (error) {
      /* the page is gone; what was not sent waits in storage */
    }
  };

  /* Sends one thing after another until nothing waits; a broken link is tried again later and later, with a little chance in it. */
  Transport.prototype.pump = function () {
    if (this.busy || this.closing || this.expired) return;
    var self = this;
    var keys = this.waiting().slice(0, BATCH);
    if (!keys.length && this.document === null) return;
    clearTimeout(this.timer);
    this.busy = true;
    (keys.length ? this.sendStatements(keys) : this.sendState()).then(
      function () { self.busy = false; self.found(); self.pump(); },
      function () { self.busy = false; self.lost(); self.later(); }
    );
  };

  Transport.prototype.later = function () {
    var self = this;
    if (this.expired) return;
    this.delay = Math.min(SLOWEST, Math.max(2000, this.delay * 2));
    clearTimeout(this.timer);
    this.timer = setTimeout(function () { self.pump(); }, this.delay * (0.75 + Math.random() / 2));
  };

  Transport.prototype.sendStatements = async function (keys) {
    var self = this;
    var texts = keys.map(function (key) { return self.storage.get(key); });
    var response = await this.fetch(this.endpoint + "statements", { method: "POST", body: "[" + texts.join(",") + "]" });
    if (response.ok) {
      keys.forEach(function (key) { self.storage.remove(key); });
      return response.text(); /* an answer left unread shows as an aborted request */
    }
    if (this.mustWait(response.status)) throw new Error("later");
    if (keys.length > 1) {
      for (var i = 0; i < keys.length; i++) await this.sendStatements([keys[i]]);
      return undefined;
    }
    return this.refuse(keys[0], response);
  };

  Transport.prototype.mustWait = function (status) {
    if (status === 401) this.expire();
    return status === 401 || status === 408 || status === 429 || status >= 500;
  };

  /* 409: the LRS has this id already. Anything else it will never take: kept beside, with the reason, and told. */
  Transport.prototype.refuse = async function (key, response) {
    if (response.status !== 409) {
      var reason = (await response.text().catch(function () { return ""; })).slice(0, 500);
      var kept = { status: response.status, reason: reason, statement: JSON.parse(this.storage.get(key)) };
      this.storage.set(key.replace(this.prefix + "q:", this.prefix + "refused:"), JSON.stringify(kept));
      this.refused += 1;
      this.tell("refused", { n: this.refused }, "bad");
    }
    this.storage.remove(key);
  };

  /* A new launch brings a new permission: what the last one was forbidden to write is offered once more. */
  Transport.prototype.forgive = function () {
    var self = this;
    this.storage.keys(this.prefix + "refused:").forEach(function (key) {
      var kept = JSON.parse(self.storage.get(key));
      if (kept.status !== 403) return;
      self.storage.set(key.replace(self.prefix + "refused:", self.prefix + "q:"), JSON.stringify(kept.statement));
      self.storage.remove(key);
    });
  };

  Transport.prototype.sendState = async function () {
    var sending = this.document;
    var response = await this.fetch(this.stateUrl(), { method: "PUT", body: sending });
    if (!response.ok && this.mustWait(response.status)) throw new Error("later");
    if (!response.ok) this.tell("saveFailed", { code: response.status }, "bad");
    if (this.document === sending) this.document = null;
  };

  Transport.prototype.expire = function () {
    this.expired = true;
    this.tell("expired", null, "bad");
  };

  Transport.prototype.lost = function () {
    if (!this.offline && !this.expired) this.tell(this.storage.durable ? "offline" : "memoryOnly", null, "bad");
    this.offline = true;
  };

  Transport.prototype.found = function () {
    this.delay = 0;
    if (this.offline && !this.waiting().length) {
      this.offline = false;
      this.tell("online", null, "info");
    }
  };

  Jampel.transports.xapi = function (course, config, tell) {
    return new Transport(course, config, tell);
  };
  Jampel.xapi = { duration: duration, written: written, patterns: patterns };
})();
