/* What a learner does, as xAPI statements: the module, its pages and results, for every transport that writes them; questions and media
 * come with their parts.
 *
 * A writer has: course, and `who`: {activity: IRI of the module, children: IRI that pages and questions begin with, actor, registration or
 * "", extensions of the context}. It makes statements and keeps nothing.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  Jampel.transports = Jampel.transports || {};
  var VERBS = "http://adlnet.gov/expapi/verbs/";
  var ACTIVITIES = "http://adlnet.gov/expapi/activities/";
  var PAGE = "http://activitystrea.ms/schema/1.0/page";
  var EXTENSIONS = "https://w3id.org/jampel/extensions/";
  /* What a course says of itself, and the extension that carries it. */
  var DECLARED = { jp: "jp", bentuk: "bentuk", version: "module-version", competency_code: "competency", standard: "job-standard" };
  var CREDIT = /\/extensions\/(jp|bentuk|competency|job-standard)$/;

  function uuid() {
    if (window.crypto && window.crypto.randomUUID) return window.crypto.randomUUID();
    var bytes = window.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /* ISO 8601 duration, at most two decimals of a second. */
  function duration(seconds) {
    return "PT" + Math.round(seconds * 100) / 100 + "S";
  }

  function Writer(course, who) {
    this.course = course;
    this.who = who;
  }

  Object.assign(Writer.prototype, {
    map(text) {
      var map = {};
      map[this.course.language] = text;
      return map;
    },

    moduleObject() {
      var definition = { type: ACTIVITIES + "module", name: this.map(this.course.title) };
      if (this.course.description) definition.description = this.map(this.course.description);
      return { objectType: "Activity", id: this.who.activity, definition: definition };
    },

    pageObject(page) {
      var definition = { type: PAGE, name: this.map(page.title) };
      return { objectType: "Activity", id: this.who.children + "#" + page.id, definition: definition };
    },

    /* `credit`: this statement earns the module's JP. */
    context(object, credit) {
      var context = { language: this.course.language, platform: "Jampel" };
      if (this.who.registration) context.registration = this.who.registration;
      if (object.id !== this.who.activity) context.contextActivities = { parent: [{ objectType: "Activity", id: this.who.activity }] };
      var given = this.who.extensions || {};
      var names = Object.keys(given).filter((name) => credit || !CREDIT.test(name));
      if (names.length) context.extensions = {};
      names.forEach((name) => { context.extensions[name] = given[name]; });
      return context;
    },

    statement(verb, object, result, credit) {
      var statement = {
        id: uuid(),
        actor: this.who.actor,
        verb: { id: VERBS + verb, display: { "en-US": verb } },
        object: object,
        context: this.context(object, credit, verb),
        timestamp: new Date().toISOString()
      };
      if (result) statement.result = result;
      return statement;
    },

    initialized() {
      return this.statement("initialized", this.moduleObject());
    },

    experienced(index) {
      return this.statement("experienced", this.pageObject(this.course.pages[index]));
    }
  });

  function score(hundredths) {
    return { scaled: hundredths / 10000, raw: hundredths / 100, min: 0, max: 100 };
  }

  Object.assign(Writer.prototype, {
    /* completed, then passed or failed; the credit travels on passed, or on completed when there is nothing to pass. */
    reached(reached) {
      var result = { completion: true, duration: duration(reached.seconds) };
      if (reached.score !== null) result.score = score(reached.score);
      var list = [this.statement("completed", this.moduleObject(), result, !this.course.graded)];
      if (!this.course.graded) return list;
      var passed = reached.status === "passed";
      list.push(this.statement(reached.status, this.moduleObject(), Object.assign({ success: passed }, result), passed));
      return list;
    },

    terminated(seconds) {
      return this.statement("terminated", this.moduleObject(), { duration: duration(seconds || 0) });
    }
  });

  Jampel.StatementWriter = Writer;
  Jampel.statements = {
    ACTIVITIES: ACTIVITIES,
    uuid: uuid,
    duration: duration,
    score: score,
    /* One text that stands for an actor, whatever names it. */
    nameOf: (actor) => {
      var account = actor.account || {};
      return [account.homePage, account.name, actor.mbox, actor.mbox_sha1sum, actor.openid].filter(Boolean).join(" ");
    },
    /* What the module itself declares; an LRS that knows the module compares it with what was published. */
    declared: (course) => {
      var found = {};
      Object.keys(DECLARED).forEach((key) => { if (course[key]) found[EXTENSIONS + DECLARED[key]] = course[key]; });
      return found;
    }
  };
})();
