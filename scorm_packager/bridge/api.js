/* The API that the content finds in its parent, over a target that speaks with the LMS.
 *
 * A target has: open() with the facts of the session or null, room, write(record, box, {settled, final}), save(), end(), fault(): what the
 * LMS said last. A write that fails leaves the rest written.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var SOON = 1000; /* ms from a value to the LMS, for content that forgets to commit */

  function Api(content, target, config, now) {
    this.content = content;
    this.target = target;
    this.config = config;
    this.now = now;
    this.codes = Jampel.codes[content.name];
    this.state = "new";
    this.error = 0;
    this.why = "";
    this.model = null;
    this.facts = null;
  }

  /* Notes an error by its name; "" and "none" are no error. */
  Api.prototype.note = function (name, why) {
    this.error = name ? this.codes.number(name) : 0;
    this.why = why || "";
    return !this.error;
  };

  Api.prototype.outside = function (call) {
    this.error = this.codes.outside(call, this.state === "over");
    this.why = "";
    return false;
  };

  function plain(argument) {
    return argument === undefined || argument === null || String(argument) === "";
  }

  Api.prototype.begin = function (argument) {
    if (!plain(argument)) return this.note("argument");
    if (this.state !== "new") return this.note(this.state === "over" ? "ended" : "again");
    var facts = this.target.open();
    if (!facts) return this.note("noBegin", this.target.fault());
    this.facts = Object.assign(facts, { objectives: this.config.objectives || [], setByContent: !!this.config.setByContent });
    var found = Jampel.keep.unpack(facts.box);
    facts.suspend = found.suspend || "";
    this.fallBack(facts);
    facts.total = facts.total === null ? (found.before && found.before.s) || 0 : facts.total;
    this.model = this.content.create();
    this.model.since = 0;
    this.model.fits = this.fits.bind(this);
    this.content.load(this.model, facts, found.before);
    this.started = this.now().getTime();
    this.state = "running";
    return this.note("");
  };

  /* What the LMS does not say, because its standard or its manifest has no place for it, stands in the page. */
  Api.prototype.fallBack = function (facts) {
    var config = this.config;
    ["passing", "threshold", "maxTime"].forEach(function (name) {
      if (facts[name] === null && typeof config[name] === "number") facts[name] = config[name];
    });
    facts.launchData = config.launchData || facts.launchData;
    facts.timeAction = facts.timeAction || config.timeAction || "";
  };

  Api.prototype.fits = function (name, text) {
    return Jampel.keep.fits(this.content.name, this.model, name, text, this.target.room);
  };

  Api.prototype.get = function (name) {
    if (this.state !== "running") return this.outside("get") || "";
    if (typeof name !== "string" || !name) return this.note(this.content.name === "12" ? "argument" : "noCount") || "";
    var found = this.model.get(name);
    this.note(found.error, "");
    return found.error ? "" : found.value;
  };

  Api.prototype.set = function (name, value) {
    if (this.state !== "running") return this.outside("set");
    if (typeof name !== "string" || !name) return this.note(this.content.name === "12" ? "argument" : "kept");
    var text = value === undefined || value === null ? "" : String(value);
    var error = this.model.set(name, text);
    if (!error) this.soon();
    return this.note(error, error === "full" ? name + ": " + text.length + " characters do not fit into the " + this.target.room + " of this LMS" : name);
  };

  Api.prototype.save = function (argument) {
    if (!plain(argument)) return this.note("argument");
    if (this.state !== "running") return this.outside("save");
    var good = this.write({ settled: true, final: false });
    good = this.target.save() && good;
    return good ? this.note("") : this.note("noCommit", this.why || this.target.fault());
  };

  Api.prototype.end = function (argument) {
    if (!plain(argument)) return this.note("argument");
    if (this.state !== "running") return this.outside("end");
    this.content.finish(this.model, this.facts);
    var good = this.write({ settled: true, final: true });
    good = this.target.end() && good;
    this.state = "over";
    clearTimeout(this.timer);
    if (this.ended) this.ended();
    return good ? this.note("") : this.note("noEnd", this.why || this.target.fault());
  };

  Api.prototype.soon = function () {
    var self = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(function () {
      if (self.state === "running") self.write({ settled: false, final: false });
    }, SOON);
    if (this.timer && this.timer.unref) this.timer.unref();
  };

  /* Tells the LMS all that is new. While the session goes on it counts as suspended: a power cut is no end. */
  Api.prototype.write = function (how) {
    if (this.facts.mode !== "normal") return true;
    var record = this.content.record(this.model, this.now());
    var elapsed = (this.now().getTime() - this.started) / 1000;
    record.elapsed = record.session === null ? elapsed : record.session;
    var exit = how.final ? record.ended : "suspend";
    var more = { x: exit, t: this.model.since, s: Math.round((this.facts.total + record.elapsed) * 100) / 100 };
    var box = Jampel.keep.pack(this.content.name, this.model, more, this.target.room);
    if (!how.final) record.exit = "suspend";
    var good = this.target.write(record, box, how);
    this.why = box === null ? "the record of this content does not fit into the " + this.target.room + " characters of this LMS" : "";
    return good && box !== null;
  };

  /* The page goes. What was written is committed; content that forgot its last call is ended as suspended. */
  Api.prototype.hold = function () {
    if (this.state !== "running") return;
    this.write({ settled: true, final: false });
    this.target.save();
  };

  Api.prototype.forgotten = function () {
    if (this.state !== "running") return;
    if (!this.model.touched[this.content.exit]) this.model.put(this.content.exit, "suspend");
    this.end("");
  };

  Api.prototype.text = function (code) {
    return this.codes.texts[String(code)] || "";
  };

  Api.prototype.more = function (code) {
    var number = plain(code) ? this.error : Number(code);
    return (number === this.error && this.why) || this.text(number);
  };

  /* The object with the names that the content calls. */
  Api.prototype.face = function () {
    var self = this, calls = this.content.calls, face = {};
    ["begin", "end", "set", "save"].forEach(function (call) {
      face[calls[call]] = function (first, second) { return String(self[call](first, second)); };
    });
    face[calls.get] = function (name) { return self.get(name); };
    face[calls.error] = function () { return String(self.error); };
    face[calls.text] = function (code) { return self.text(code); };
    face[calls.more] = function (code) { return self.more(code); };
    if (this.content.name === "2004") face.version = "1.0";
    return face;
  };

  Jampel.BridgeApi = Api;
})();
