/* What SCORM 1.2 and SCORM 2004 share: finding the LMS's API, checked calls, and a copy in this browser until the LMS has it.
 *
 * The copy is {state, acked, interactions}: the newest state, the state the LMS last confirmed, and answers it has not confirmed.
 * At the next start the copy is used unless the LMS began a new attempt (it gives nothing back although it once confirmed something).
 *
 * A dialect says what differs: {name, api, calls: {begin, get, set, save, end, error}, learner, mode, state, location, most,
 * first(scorm) the first words of a sitting, preview(scorm, mode), interaction(entry, date, scorm), write(scorm, snapshot)}.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  Jampel.transports = Jampel.transports || {};
  var HOPS = 500;
  var RETRY = 15000;

  function climb(from, name) {
    for (var hops = 0, frame = from; frame && hops < HOPS; hops++) {
      try {
        if (frame[name]) return frame[name];
      } catch (error) {
        return null; /* a frame of another origin: nothing above it can be reached either */
      }
      if (frame.parent === frame) return null;
      frame = frame.parent;
    }
    return null;
  }

  /* RTE 1.2 3.3.6.1, RTE 2004 3.3.2: the API stands in a parent frame or in the window that opened this one. */
  function findApi(start, name) {
    var found = climb(start, name);
    for (var hops = 0, frame = start; !found && frame && hops < HOPS; hops++) {
      var opener = null;
      try { opener = frame.opener; } catch (error) { opener = null; }
      if (opener && opener !== frame) found = climb(opener, name);
      frame = frame.parent === frame ? null : frame.parent;
    }
    return found;
  }

  function Scorm(course, tell, dialect) {
    this.course = course;
    this.tell = tell;
    this.dialect = dialect;
    this.storage = Jampel.storage();
    this.api = null;
    this.learner = "";
    this.open_ = false;
    this.review = false;
    this.failing = false;
    this.sent = {};
    this.copy = { state: "", acked: "", interactions: [] };
  }

  Object.assign(Scorm.prototype, {
    error() {
      try { return String(this.api[this.dialect.calls.error]()); } catch (error) { return "?"; }
    },

    fail(code) {
      this.failing = true;
      this.tell("saveFailed", { code: code }, "bad");
    },

    /* One call and the code of its error, "0" when it is done. */
    call(name, args) {
      try {
        var result = String(this.api[this.dialect.calls[name]].apply(this.api, args));
        var code = this.error();
        return result === "true" && code === "0" ? "0" : code === "0" ? "101" : code;
      } catch (error) {
        return "?";
      }
    },

    /* What the LMS has, empty when it has nothing: SCORM 2004 calls that error 403. */
    get(element) {
      try {
        var value = this.api[this.dialect.calls.get](element);
        return this.error() === "0" && value !== null && value !== undefined ? String(value) : "";
      } catch (error) {
        return "";
      }
    },

    /* Writes a value once; a value the LMS already has is not sent again. Returns whether the LMS has it. */
    set(element, value, optional) {
      if (this.sent[element] === value) return true;
      var code = this.call("set", [element, value]);
      if (code === "0") {
        this.sent[element] = value;
        return true;
      }
      if (!optional) this.fail(code);
      return optional === true;
    },

    remember() {
      this.storage.set(this.key, JSON.stringify(this.copy));
    },

    recall() {
      try {
        var copy = JSON.parse(this.storage.get(this.key));
        return copy && typeof copy.state === "string" && Array.isArray(copy.interactions) ? copy : null;
      } catch (error) {
        return null;
      }
    },

    open() {
      this.api = findApi(window, this.dialect.api);
      this.open_ = !!this.api && this.call("begin", [""]) === "0";
      this.learner = this.open_ ? this.get(this.dialect.learner) : "";
      this.key = "jampel:" + this.dialect.name + ":" + Jampel.digest(this.course.iri + "\n" + this.learner);
      if (!this.api) this.tell(this.storage.durable ? "noLms" : "memoryOnly", null, "bad");
      else if (!this.open_) this.fail(this.error());
      return Promise.resolve({ states: this.begin(), tracked: this.open_, learner: this.learner });
    },

    /* What to resume from, oldest first. */
    begin() {
      var copy = this.recall();
      if (!this.open_) {
        this.copy = copy || this.copy;
        return [this.copy.state];
      }
      var mode = this.get(this.dialect.mode);
      this.review = mode === "review" || mode === "browse";
      var saved = this.get(this.dialect.state);
      if (this.review) {
        this.dialect.preview(this, mode);
        this.tell("reviewMode", null, "info");
        return [saved];
      }
      this.dialect.first(this);
      if (copy && !saved && copy.acked) copy = null;
      this.copy = { state: saved, acked: saved, interactions: copy ? copy.interactions : [] };
      this.copy.interactions.forEach((one) => { one.sent = false; });
      this.sendInteractions();
      return [saved, copy && copy.state !== saved ? copy.state : ""];
    },

    page() {},

    answer(entry) {
      if (this.review) return;
      this.copy.interactions.push({ fields: this.dialect.interaction(entry, new Date(), this.course), sent: false });
      if (this.open_) this.sendInteractions();
    },

    /* Journalled: every answer is a new record at the index _count, its id first. An LMS without interactions costs nothing but the
     * detail, and a field that it does not take costs that field alone. */
    sendInteractions() {
      this.copy.interactions.forEach((one) => {
        if (one.sent) return;
        var count = parseInt(this.get("cmi.interactions._count"), 10);
        one.sent = true;
        if (isNaN(count)) return;
        one.fields.every((field, at) => {
          return this.call("set", ["cmi.interactions." + count + "." + field[0], field[1]]) === "0" || at > 0;
        });
      });
    },

    report() {},

    save(snapshot) {
      if (this.review) return;
      var page = this.course.pages[snapshot.page];
      this.snapshot = snapshot;
      this.location = page ? page.id.slice(0, this.dialect.most) : "hasil";
      this.copy.state = snapshot.state;
      this.remember();
      if (this.open_) this.commit();
    },

    commit() {
      var snapshot = this.snapshot;
      var was = this.failing;
      this.failing = false;
      var good = this.set(this.dialect.state, snapshot.state);
      good = this.set(this.dialect.location, this.location) && good;
      good = this.dialect.write(this, snapshot) && good;
      var code = this.call("save", [""]);
      if (code !== "0") this.fail(code);
      if (code === "0" && good) this.confirm(snapshot.state, was);
      else this.again();
    },

    confirm(state, was) {
      this.copy.acked = state;
      this.copy.interactions = [];
      this.remember();
      if (was) this.tell("saveRestored", null, "info");
      else this.tell("saved", null, "state");
    },

    again() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { if (this.open_) this.commit(); }, RETRY);
    },

    hide() {},

    close() {
      clearTimeout(this.timer);
      if (!this.open_) return;
      this.open_ = false;
      this.call("end", [""]);
    }
  });

  /* The transport of a dialect; with a place for records in the page's settings, statements go there beside the LMS's own data. */
  function transport(course, config, tell, dialect) {
    var scorm = new Scorm(course, tell, dialect);
    return config.records && Jampel.withRecords ? Jampel.withRecords(scorm, course, config) : scorm;
  }

  Jampel.scorm = {
    findApi: findApi,
    transport: transport,
    verdict: (entry, wrong) => typeof entry.correct === "boolean" ? (entry.correct ? "correct" : wrong) : "neutral",
    two: (value) => (value < 10 ? "0" : "") + value
  };
})();
