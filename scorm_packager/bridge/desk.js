/* The LMS of a cmi5 AU inside this page: it launches the AU, answers its requests, and tells the SCORM LMS around it.
 *
 * The frame of the AU has bridge/inlet.js, which brings here what would go to `endpoint` and `fetch`. All answers are given at once.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var SOON = 1000; /* ms from a document to the LMS; what a statement says goes at once */
  var LATE = 1500; /* ms after terminated in which the last documents come */
  var MODES = { normal: "Normal", browse: "Browse", review: "Review" };
  var refuse = Jampel.refuse;

  function uuid() {
    return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, function (digit) {
      return (Number(digit) ^ (window.crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (Number(digit) / 4)))).toString(16);
    });
  }

  /* `place`: the address of this page. `settings`: what convert/pages.py writes. `tell`: as in bridge/start.js. */
  function Desk(target, settings, place, tell) {
    this.target = target;
    this.settings = settings;
    this.tell = tell;
    this.place = place;
    this.now = function () { return Date.now(); };
    this.uuid = uuid;
    this.state = "new";
    this.token = "";
    this.fetched = false;
    this.crate = new Jampel.Crate(target.room);
  }

  /* Begins the session; false when there is no LMS. The AU is shown all the same, and nothing is kept then. */
  Desk.prototype.begin = function () {
    var facts = this.target.open(), settings = this.settings, found = Jampel.Crate.open((facts && facts.box) || "");
    this.facts = facts || { id: "-", name: "", mode: "browse", preference: {} };
    this.opened = !!facts;
    this.session = this.uuid();
    this.token = window.btoa("jampel:" + this.uuid());
    this.started = this.now();
    this.registration = found.r || this.uuid();
    this.endpoint = new URL("xapi/", this.place).href;
    this.fetch = new URL("xapi-token?sesi=" + this.session, this.place).href;
    this.actor = { objectType: "Agent", name: this.facts.name || this.facts.id, account: { homePage: new URL("/", this.place).href, name: this.facts.id || "-" } };
    this.shelf = new Jampel.Shelf({ activity: settings.activity, registration: this.registration, actor: this.actor }, found.d);
    this.ledger = new Jampel.Ledger(found.q, this.uuid, this.now);
    this.verdict = new Jampel.Verdict(Object.assign({ session: this.session }, settings), found.t);
    this.state = "running";
    this.settle();
    return this.opened;
  };

  /* cmi5 8.1: where the AU is opened. */
  Desk.prototype.address = function () {
    var parts = this.settings.launch.split("#"), told = {
      endpoint: this.endpoint, fetch: this.fetch, actor: JSON.stringify(this.actor), registration: this.registration, activityId: this.settings.activity
    };
    /* A blank as %20: not every AU reads a + as one. */
    var asked = Object.keys(told).map(function (name) { return name + "=" + encodeURIComponent(told[name]); }).join("&");
    return parts[0] + (parts[0].indexOf("?") < 0 ? "?" : "&") + asked + (parts.length > 1 ? "#" + parts.slice(1).join("#") : "");
  };

  /* cmi5 10.2: what the LMS tells of the launch. */
  Desk.prototype.launchData = function () {
    var settings = this.settings, data = {
      contextTemplate: { contextActivities: { grouping: [{ objectType: "Activity", id: settings.publisher }] }, extensions: {} },
      launchMode: MODES[this.facts.mode] || "Normal",
      launchMethod: settings.launchMethod,
      moveOn: settings.moveOn,
      returnURL: new URL(settings.after, this.place).href
    };
    data.contextTemplate.extensions[Jampel.Verdict.SESSION] = this.session;
    if (typeof settings.masteryScore === "number") data.masteryScore = settings.masteryScore;
    if (settings.launchParameters) data.launchParameters = settings.launchParameters;
    if (settings.entitlementKey) data.entitlementKey = { courseStructure: settings.entitlementKey };
    return data;
  };

  /* Whether a request to `address` is for this desk. */
  Desk.prototype.owns = function (address) {
    return this.state !== "new" && (address.indexOf(this.endpoint) === 0 || address === this.fetch);
  };

  function json(value) {
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
  }

  /* {status, headers, body} for one request; `headers` have small letters, `body` is text. */
  Desk.prototype.answer = function (method, address, headers, body) {
    var found;
    try {
      found = address === this.fetch ? this.giveToken(method) : this.route(method.toUpperCase(), new URL(address), headers, body);
    } catch (error) {
      found = { status: error.status || 500, headers: { "content-type": "text/plain" }, body: error.message };
    }
    found.headers = Object.assign({ "x-experience-api-version": "1.0.3" }, found.headers);
    return found;
  };

  /* cmi5 8.2: once. */
  Desk.prototype.giveToken = function (method) {
    if (method.toUpperCase() !== "POST") refuse(405, "the token is asked by POST");
    if (this.fetched) return json({ "error-code": "1", "error-text": "The token of this session has been fetched" });
    this.fetched = true;
    return json({ "auth-token": this.token });
  };

  function named(search) {
    var found = {};
    search.forEach(function (value, name) { found[name] = value; });
    return found;
  }

  Desk.prototype.route = function (method, address, headers, body) {
    var resource = address.href.split(/[?#]/)[0].slice(this.endpoint.length).replace(/\/$/, "");
    var request = { method: method, asked: named(address.searchParams), headers: headers, body: body || "", now: this.now() };
    if (method === "POST" && request.asked.method) this.alternate(request);
    if (resource === "about") return json({ version: ["1.0.3"] });
    if (request.headers.authorization !== "Basic " + this.token) refuse(401, "the token of this session is wanted");
    if (/^multipart\//i.test(request.headers["content-type"] || "")) refuse(400, "attachments are not kept here");
    var found = this.fixed(resource, request) || this.statements(resource, request) || this.shelf.answer(resource, request);
    if (!found) refuse(404, "no such resource");
    if (found.changed) this.keep(found);
    return found;
  };

  /* A form that stands for a request with headers of its own (xAPI Communication 1.3). */
  Desk.prototype.alternate = function (request) {
    var form = named(new URLSearchParams(request.body)), headers = {};
    Object.keys(form).forEach(function (name) {
      if (/^(authorization|content-type|if-match|if-none-match|x-experience-api-version)$/i.test(name)) headers[name.toLowerCase()] = form[name];
      else if (name !== "content") request.asked[name] = form[name];
    });
    request.method = request.asked.method.toUpperCase();
    request.headers = headers;
    request.body = form.content || "";
  };

  /* What the LMS alone writes. */
  Desk.prototype.fixed = function (resource, request) {
    var asked = request.asked, settings = this.settings, reading = request.method === "GET" || request.method === "HEAD";
    if (resource === "activities/state" && asked.stateId === "LMS.LaunchData") {
      return reading ? json(this.launchData()) : refuse(403, "the LMS alone writes LMS.LaunchData");
    }
    if (resource === "activities" && reading) return json({ objectType: "Activity", id: asked.activityId || settings.activity });
    if (resource === "agents" && reading) return json({ objectType: "Person", name: [this.actor.name], account: [this.actor.account] });
    if (resource === "agents/profile" && asked.profileId === "cmi5LearnerPreferences" && reading) return this.preferences(request);
    return null;
  };

  /* cmi5 11: what the AU saved, else what the SCORM LMS knows, else nothing. */
  Desk.prototype.preferences = function (request) {
    var known = this.facts.preference, found = {};
    if (known.language) found.languagePreference = known.language;
    if (known.audio === 0 && this.settings.target === "2004") found.audioPreference = "off"; /* in SCORM 1.2 a 0 says nothing */
    try {
      return this.shelf.answer("agents/profile", request);
    } catch (error) {
      if (error.status !== 404 || !Object.keys(found).length) throw error;
    }
    return json(found);
  };

  Desk.prototype.statements = function (resource, request) {
    if (resource !== "statements") return null;
    if (request.method === "GET" || request.method === "HEAD") return this.ledger.give(request.asked);
    if (request.method !== "POST" && request.method !== "PUT") refuse(405, "no such method");
    if (request.method === "PUT" && !request.asked.statementId) refuse(400, "statementId is missing");
    if (this.state !== "running") refuse(403, "the session is over");
    var list = this.ledger.read(request.body, request.asked.statementId), over = false;
    list.forEach(function (one) {
      var wrong = this.verdict.contradiction(one);
      if (wrong) refuse(403, wrong);
    }, this);
    list.forEach(function (one) {
      this.ledger.all.push(one);
      over = this.verdict.hear(one) || over;
    }, this);
    this.write();
    this.soon();
    if (over) this.close();
    if (request.method === "PUT") return { status: 204, headers: {}, body: "" };
    var given = JSON.parse(request.body);
    return json(Array.isArray(given) ? this.ids(given, list) : this.ids([given], list));
  };

  /* The ids in the order of the request; one without an id got it when it was read. */
  Desk.prototype.ids = function (given, list) {
    var fresh = list.slice();
    return given.map(function (one) {
      if (one.id) {
        fresh = fresh.filter(function (each) { return each.id !== one.id; });
        return one.id;
      }
      return fresh.shift().id;
    });
  };

  /* A document was written: refused when the LMS has no room for it, with the old one kept. */
  Desk.prototype.keep = function (found) {
    if (this.state === "over") {
      if (found.undo) found.undo();
      refuse(403, "the session is over");
    }
    if (found.undo && !this.crate.fits(this.must())) {
      found.undo();
      this.tell("full", null, "bad");
      refuse(413, "the LMS keeps " + this.target.room + " characters");
    }
    this.soon();
  };

  Desk.prototype.must = function () {
    return { r: this.registration, t: this.verdict.told, d: this.shelf.kept };
  };

  /* A second after the first that is new, however much follows: an AU that never rests must not put it off. */
  Desk.prototype.soon = function () {
    var self = this;
    if (this.timer) return;
    this.timer = setTimeout(function () { self.settle(); }, SOON);
    if (this.timer && this.timer.unref) this.timer.unref();
  };

  /* The same with as many statements as fit. */
  Desk.prototype.settle = function () {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.facts.mode === "normal") this.crate.choose(this.must(), this.ledger.all);
    this.write();
  };

  /* Tells the LMS all that is new, and makes it keep it. */
  Desk.prototype.write = function () {
    if (this.facts.mode !== "normal" || this.state === "over") return;
    var record = this.verdict.record((this.now() - this.started) / 1000, true), box = this.crate.pack(this.must());
    var good = this.target.write(record, box, { settled: true, final: this.state === "closing" });
    good = this.target.save() && good && box !== null;
    if (!good) this.tell("saveFailed", null, "bad");
    else if (this.troubled) this.tell("online", null, "info");
    this.troubled = !good;
  };

  /* terminated was said; a document may still follow it. */
  Desk.prototype.close = function () {
    var self = this;
    this.state = "closing";
    this.ending = setTimeout(function () { self.forgotten(); }, LATE);
    if (this.ending.unref) this.ending.unref();
  };

  /* The page goes, or may go: what was said is kept. */
  Desk.prototype.hold = function () {
    if (this.state === "running" || this.state === "closing") this.settle();
  };

  /* The end, once. */
  Desk.prototype.forgotten = function () {
    if (this.state !== "running" && this.state !== "closing") return;
    clearTimeout(this.ending);
    this.settle();
    this.state = "over";
    if (this.opened) this.target.end();
  };

  Jampel.Desk = Desk;
})();
