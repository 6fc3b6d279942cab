/* Plain web and file://: progress and a record of what was done live in this browser, and the record can be taken out as a file.
 *
 * The file holds one xAPI statement a line (JSON Lines), as `jampel lrs import` reads it. Nobody is signed in here, so the record has no
 * actor until the learner says who they are at the export. Without storage all of it lives until the page closes, and the learner is told.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var MOST = 2000; /* statements that are kept; beyond, pages looked at go first */
  var ROOM = 100; /* statements that make room at once */
  var HOME = "https://w3id.org/jampel/web";

  function Transport(course, config, tell) {
    this.course = course;
    this.tell = tell;
    this.storage = Jampel.storage();
    this.key = "jampel:web:" + Jampel.digest(course.iri + "\n" + (config.learner || ""));
    this.mirror = Jampel.mirror(course, this.storage, this.key);
    this.pages = {};
    this.media_ = {};
    this.serial = 0;
    this.canExport = true;
  }

  Object.assign(Transport.prototype, {
    warn() {
      if (!this.storage.durable) this.tell("memoryOnly", null, "bad");
    },

    open() {
      this.warn();
      this.begin();
      return Promise.resolve({ states: [this.mirror.read()], tracked: this.storage.durable });
    },

    /* One registration for what is learned here, until it is cleared. */
    begin() {
      var place = this.key + ":registration";
      var registration = this.storage.get(place) || Jampel.statements.uuid();
      this.storage.set(place, registration);
      this.writer = new Jampel.StatementWriter(this.course, {
        activity: this.course.iri,
        children: this.course.iri,
        registration: registration,
        extensions: Jampel.statements.declared(this.course)
      });
      this.began = false;
    },

    kept() {
      return this.storage.keys(this.key + ":r:");
    },

    record(statement) {
      var order = ("00000" + this.serial++).slice(-5), before = this.storage.durable;
      if (this.count === undefined) this.count = this.kept().length;
      if (this.count >= MOST) this.makeRoom();
      this.count += 1;
      this.storage.set(this.key + ":r:" + Date.now() + ":" + order, JSON.stringify(statement));
      if (before) this.warn();
    },

    /* The oldest pages looked at go first, then the oldest of the rest. */
    makeRoom() {
      var kept = this.kept(), looks = kept.filter(this.isLook, this);
      var rest = kept.filter((key) => looks.indexOf(key) < 0);
      var gone = looks.concat(rest).slice(0, ROOM);
      gone.forEach(function (key) { this.storage.remove(key); }, this);
      this.count = kept.length - gone.length;
    },

    isLook(key) {
      return (this.storage.get(key) || "").indexOf("/verbs/experienced\"") > 0;
    },

    /* A module that is only opened leaves no record. */
    start() {
      if (!this.began) this.record(this.writer.initialized());
      this.began = true;
    },

    page(index) {
      if (this.pages[index]) return;
      this.pages[index] = true;
      this.start();
      this.record(this.writer.experienced(index));
    },

    answer(entry) {
      this.start();
      this.record(this.writer.answered(entry));
    },

    media(entry) {
      if (!entry.done || this.media_[entry.index]) return;
      this.media_[entry.index] = true;
      this.start();
      this.record(this.writer.watched(entry));
    },

    report(reached) {
      this.start();
      this.writer.reached(reached).forEach(this.record, this);
    },

    save(snapshot) {
      var before = this.storage.durable;
      this.seconds = snapshot.seconds;
      this.mirror.write(snapshot.state);
      if (before) this.warn();
      if (this.storage.durable) this.tell("saved", { here: true }, "state");
    },

    hide() {},

    close() {
      if (this.began) this.record(this.writer.terminated(this.seconds));
      this.began = false;
    },

    /* The record of `who` ({id: NIP or user name, name}) as {name: of the file, blob, count: statements}. */
    export(who) {
      var self = this;
      var id = String((who && who.id) || "").trim();
      if (!id) throw new Error("an export names the learner");
      if (/^[\d .-]+$/.test(id)) id = id.replace(/\D/g, "");
      var actor = { objectType: "Agent", account: { homePage: HOME, name: id } };
      var name = String((who && who.name) || "").trim();
      if (name) actor.name = name;
      var lines = [];
      this.kept().forEach((key) => {
        try {
          lines.push(JSON.stringify(Object.assign({}, JSON.parse(self.storage.get(key)), { actor: actor })) + "\n");
        } catch (error) {
          /* one damaged entry keeps nobody from the others */
        }
      });
      return {
        name: this.course.id + "-" + new Date().toISOString().slice(0, 10) + ".jsonl",
        blob: new Blob(lines, { type: "application/x-ndjson" }),
        count: lines.length
      };
    },

    /* Forgets the record and the progress, for the next learner at this computer; the page must be loaded again. */
    clear() {
      this.kept().concat([this.key, this.key + ":registration"]).forEach(function (key) { this.storage.remove(key); }, this);
      this.began = false;
      this.save = this.record = () => {};
    }
  });

  Jampel.transports.web = (course, config, tell) => {
    return new Transport(course, config, tell);
  };
})();
