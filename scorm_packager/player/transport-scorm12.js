/* SCORM 1.2 Run-Time Environment: what the player writes to the LMS's API, and a copy in this browser until the LMS has it.
 *
 * The copy is {state, acked, interactions}: the newest state, the state the LMS last confirmed, and answers it has not confirmed.
 * At the next start the copy is used unless the LMS began a new attempt (it gives nothing back although it once confirmed something).
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  Jampel.transports = Jampel.transports || {};
  var HOPS = 500;
  var DONE = ["passed", "completed", "failed"];
  var RETRY = 15000;

  function climb(from) {
    for (var hops = 0, frame = from; frame && hops < HOPS; hops++) {
      try {
        if (frame.API) return frame.API;
      } catch (error) {
        return null; /* a frame of another origin: nothing above it can be reached either */
      }
      if (frame.parent === frame) return null;
      frame = frame.parent;
    }
    return null;
  }

  /* RTE 3.3.6.1: the API stands in a parent frame or in the window that opened this one. */
  function findApi(start) {
    var found = climb(start);
    for (var hops = 0, frame = start; !found && frame && hops < HOPS; hops++) {
      var opener = null;
      try { opener = frame.opener; } catch (error) { opener = null; }
      if (opener && opener !== frame) found = climb(opener);
      frame = frame.parent === frame ? null : frame.parent;
    }
    return found;
  }

  function two(value) {
    return (value < 10 ? "0" : "") + value;
  }

  /* CMITimespan HHHH:MM:SS.SS */
  function timespan(seconds) {
    var hundredths = Math.min(Math.round(seconds * 100), 3599999999);
    var whole = Math.floor(hundredths / 100);
    var hours = Math.floor(whole / 3600);
    return ("000" + hours).slice(-4) + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60) + "." + two(hundredths % 100);
  }

  function clock(date) {
    return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds());
  }

  function decimal(hundredths) {
    return String(hundredths / 100);
  }

  function feedback(question, response) {
    if (question.kind === "true-false") return response ? "t" : "f";
    var glue = question.kind === "matching" ? "." : ",";
    return Jampel.course.parts(question, response).map(function (part) { return part.join(glue); }).join(",").slice(0, 255);
  }

  function patterns(question) {
    if (question.kind === "fill-in") return question.accepted.map(function (text) { return text.slice(0, 255); });
    if (question.kind === "numeric") return [String(question.value)];
    return [feedback(question, Jampel.course.right(question))];
  }

  /* One answer as the fields of cmi.interactions.n, the id first as the standard asks. */
  function interaction(entry, date) {
    var question = entry.question;
    var fields = [
      ["id", question.id],
      ["type", Jampel.course.type(question)],
      ["time", clock(date)],
      ["student_response", feedback(question, entry.response)]
    ];
    patterns(question).forEach(function (pattern, index) { fields.push(["correct_responses." + index + ".pattern", pattern]); });
    return fields.concat([
      ["weighting", String(question.points)],
      ["result", entry.correct ? "correct" : "wrong"],
      ["latency", timespan(entry.seconds)]
    ]);
  }

  function Transport(course, config, tell) {
    this.course = course;
    this.tell = tell;
    this.storage = Jampel.storage();
    this.api = null;
    this.open_ = false;
    this.review = false;
    this.failing = false;
    this.sent = {};
    this.copy = { state: "", acked: "", interactions: [] };
  }

  Transport.prototype.error = function () {
    try { return String(this.api.LMSGetLastError()); } catch (error) { return "?"; }
  };

  Transport.prototype.fail = function (code) {
    this.failing = true;
    this.tell("saveFailed", { code: code }, "bad");
  };

  Transport.prototype.call = function (name, args) {
    try {
      var result = String(this.api[name].apply(this.api, args));
      var code = this.error();
      return result === "true" && code === "0" ? "0" : code === "0" ? "101" : code;
    } catch (error) {
      return "?";
    }
  };

  Transport.prototype.get = function (element) {
    try {
      var value = this.api.LMSGetValue(element);
      return this.error() === "0" && value !== null && value !== undefined ? String(value) : "";
    } catch (error) {
      return "";
    }
  };

  /* Writes a value once; a value the LMS already has is not sent again. Returns whether the LMS has it. */
  Transport.prototype.set = function (element, value, optional) {
    if (this.sent[element] === value) return true;
    var code = this.call("LMSSetValue", [element, value]);
    if (code === "0") {
      this.sent[element] = value;
      return true;
    }
    if (!optional) this.fail(code);
    return optional === true;
  };

  Transport.prototype.remember = function () {
    this.storage.set(this.key, JSON.stringify(this.copy));
  };

  Transport.prototype.recall = function () {
    try {
      var copy = JSON.parse(this.storage.get(this.key));
      return copy && typeof copy.state === "string" && Array.isArray(copy.interactions) ? copy : null;
    } catch (error) {
      return null;
    }
  };

  Transport.prototype.open = function () {
    this.api = findApi(window);
    this.open_ = !!this.api && this.call("LMSInitialize", [""]) === "0";
    var learner = this.open_ ? this.get("cmi.core.student_id") : "";
    this.key = "jampel:scorm12:" + Jampel.digest(this.course.iri + "\n" + learner);
    if (!this.api) this.tell(this.storage.durable ? "noLms" : "memoryOnly", null, "bad");
    else if (!this.open_) this.fail(this.error());
    return Promise.resolve({ states: this.begin(), tracked: this.open_ });
  };

  /* What to resume from, oldest first. */
  Transport.prototype.begin = function () {
    var copy = this.recall();
    if (!this.open_) {
      this.copy = copy || this.copy;
      return [this.copy.state];
    }
    var mode = this.get("cmi.core.lesson_mode");
    this.review = mode === "review" || mode === "browse";
    var status = this.get("cmi.core.lesson_status");
    var saved = this.get("cmi.suspend_data");
    if (this.review) {
      /* RTE 3.4.3: a first look by "browse" is "browsed"; Moodle calls a preview that says nothing completed. */
      if (mode === "browse" && (!status || status === "not attempted")) this.set("cmi.core.lesson_status", "browsed", true);
      this.tell("reviewMode", null, "info");
      return [saved];
    }
    /* An LMS that is told nothing may call an opened module completed; so the first word is ours. */
    if (DONE.indexOf(status) < 0) this.set("cmi.core.lesson_status", "incomplete");
    else this.sent["cmi.core.lesson_status"] = status;
    this.set("cmi.core.exit", "suspend");
    if (copy && !saved && copy.acked) copy = null;
    this.copy = { state: saved, acked: saved, interactions: copy ? copy.interactions : [] };
    this.copy.interactions.forEach(function (one) { one.sent = false; });
    this.sendInteractions();
    return [saved, copy && copy.state !== saved ? copy.state : ""];
  };

  Transport.prototype.page = function () {};

  Transport.prototype.answer = function (entry) {
    if (this.review) return;
    this.copy.interactions.push({ fields: interaction(entry, new Date()), sent: false });
    if (this.open_) this.sendInteractions();
  };

  /* Journalled: every answer is a new record at the index _count. An LMS without interactions costs nothing but the detail. */
  Transport.prototype.sendInteractions = function () {
    var self = this;
    this.copy.interactions.forEach(function (one) {
      if (one.sent) return;
      var count = parseInt(self.get("cmi.interactions._count"), 10);
      one.sent = true;
      if (isNaN(count)) return;
      one.fields.every(function (field, at) {
        return self.call("LMSSetValue", ["cmi.interactions." + count + "." + field[0], field[1]]) === "0" || at > 0;
      });
    });
  };

  Transport.prototype.report = function () {};

  /* The score is written with the final status only: an LMS with a mastery score turns a score on an unfinished attempt into "failed". */
  Transport.prototype.writeBest = function (best) {
    var current = this.sent["cmi.core.lesson_status"];
    if (!best.status) return this.set("cmi.core.lesson_location", this.location);
    var good = true;
    if (best.score !== null) {
      good = this.set("cmi.core.score.min", "0", true) && this.set("cmi.core.score.max", "100", true);
      good = this.set("cmi.core.score.raw", decimal(best.score)) && good;
    }
    if (current !== "passed") good = this.set("cmi.core.lesson_status", best.status) && good;
    good = this.set("cmi.core.exit", "") && good;
    return this.set("cmi.core.lesson_location", this.location) && good;
  };

  Transport.prototype.save = function (snapshot) {
    if (this.review) return;
    this.snapshot = snapshot;
    this.location = snapshot.page < this.course.pages.length ? this.course.pages[snapshot.page].id.slice(0, 255) : "hasil";
    this.copy.state = snapshot.state;
    this.remember();
    if (this.open_) this.commit();
  };

  Transport.prototype.commit = function () {
    var snapshot = this.snapshot;
    var was = this.failing;
    this.failing = false;
    var good = this.set("cmi.suspend_data", snapshot.state);
    good = this.writeBest(snapshot.best) && good;
    good = this.set("cmi.core.session_time", timespan(snapshot.seconds)) && good;
    var code = this.call("LMSCommit", [""]);
    if (code !== "0") this.fail(code);
    if (code === "0" && good) this.confirm(snapshot.state, was);
    else this.again();
  };

  Transport.prototype.confirm = function (state, was) {
    this.copy.acked = state;
    this.copy.interactions = [];
    this.remember();
    if (was) this.tell("saveRestored", null, "info");
  };

  Transport.prototype.again = function () {
    var self = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(function () { if (self.open_) self.commit(); }, RETRY);
  };

  Transport.prototype.hide = function () {};

  Transport.prototype.close = function () {
    clearTimeout(this.timer);
    if (!this.open_) return;
    this.open_ = false;
    this.call("LMSFinish", [""]);
  };

  Jampel.transports.scorm12 = function (course, config, tell) {
    return new Transport(course, config, tell);
  };
  Jampel.scorm12 = { findApi: findApi, timespan: timespan, interaction: interaction };
})();
