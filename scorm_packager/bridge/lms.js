/* The API of the LMS around this page, whichever SCORM it speaks: found, called, and told each thing once. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var FAR = 500; /* windows up, as the standards say */
  var CALLS = {
    API: { begin: "LMSInitialize", end: "LMSFinish", get: "LMSGetValue", set: "LMSSetValue", save: "LMSCommit", error: "LMSGetLastError" },
    API_1484_11: { begin: "Initialize", end: "Terminate", get: "GetValue", set: "SetValue", save: "Commit", error: "GetLastError" }
  };

  function above(win, name) {
    try {
      for (var i = 0; i < FAR && win.parent && win.parent !== win; i++) {
        win = win.parent;
        if (win[name]) return win[name];
      }
    } catch (error) {
      /* another site frames this one: its windows say nothing */
    }
    return null;
  }

  function find(win, name) {
    try {
      return above(win, name) || (win.opener && (win.opener[name] || above(win.opener, name))) || (win.top.opener && win.top.opener[name]) || null;
    } catch (error) {
      return null;
    }
  }

  function Lms(win, name) {
    this.api = find(win, name);
    this.calls = CALLS[name];
    this.sent = {};
    this.next = {};
    this.indexes = {};
    this.trouble = "";
  }

  Lms.prototype.call = function (call, first, second) {
    if (!this.api) return "";
    try {
      var args = call === "set" ? [first, second] : [first];
      return String(this.api[this.calls[call]].apply(this.api, args));
    } catch (error) {
      this.trouble = call + ": " + error;
      return "";
    }
  };

  Lms.prototype.done = function (call) {
    var good = this.call(call, "") === "true";
    if (!good) this.trouble = call + ": " + (this.api ? "error " + this.call("error") : "no API");
    return good;
  };

  /* The value, or "" when the LMS has none. */
  Lms.prototype.get = function (name) {
    var found = this.call("get", name);
    return found === "null" || found === "undefined" || this.call("error") !== "0" ? "" : found;
  };

  Lms.prototype.number = function (name) {
    var found = this.get(name);
    return found === "" || !isFinite(Number(found)) ? null : Number(found);
  };

  /* Whether the LMS has it now; the same text is not told twice. */
  Lms.prototype.set = function (name, text) {
    if (this.sent[name] === text) return true;
    if (this.call("set", name, text) !== "true") {
      this.trouble = name + ": error " + this.call("error");
      if (window.console && window.console.debug) window.console.debug("jampel bridge: " + this.trouble);
      return false;
    }
    this.sent[name] = text;
    return true;
  };

  /* Several, in order; those that are null or "" are left out. An LMS that keeps less than the content says is no fault of the session. */
  Lms.prototype.offer = function (place, fields) {
    fields.forEach(function (field) {
      if (field[1] !== null && field[1] !== "" && field[1] !== undefined) this.set(place + "." + field[0], field[1]);
    }, this);
  };

  /* Where an entry of a collection stands in the LMS: the same place for the same mark, else the next free one. */
  Lms.prototype.place = function (collection, mark) {
    var key = collection + " " + mark;
    if (!(key in this.indexes)) {
      if (!(collection in this.next)) this.next[collection] = this.number(collection + "._count") || 0;
      this.indexes[key] = this.next[collection]++;
    }
    return collection + "." + this.indexes[key];
  };

  /* An objective stands where the LMS has its id already. */
  Lms.prototype.objective = function (id) {
    var collection = "cmi.objectives", key = collection + " " + id, count = this.number(collection + "._count") || 0;
    for (var at = 0; !(key in this.indexes) && at < count; at++) {
      if (this.get(collection + "." + at + ".id") === id) this.indexes[key] = at;
    }
    return this.place(collection, id);
  };

  Jampel.Lms = Lms;
})();
