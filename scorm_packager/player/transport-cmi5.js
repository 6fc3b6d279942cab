/* cmi5: an assignable unit. The address names fetch, endpoint, actor, registration and activityId; the LMS tells the rest.
 *
 * The token comes once (cmi5 8.2), so it is kept for this tab until the session is over; a reload goes on with it. A session that is
 * over takes nothing more: what happens after it, or before the LMS could be asked, waits here and belongs to the next session.
 * completed and passed are said once in a registration, failed never after passed (cmi5 9.3).
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/";
  var EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/";
  var DEFINED = ["initialized", "completed", "passed", "failed", "terminated"];
  var JUDGED = ["completed", "passed", "failed"];
  var PAUSES = [0, 1000, 3000]; /* ms before each try to reach the LMS */
  var KEYED = 2000; /* ms from the key to the reload */
  var PARAMETERS = ["endpoint", "fetch", "actor", "registration", "activityId"];
  var duration = Jampel.statements.duration;

  function verbOf(statement) {
    return statement.verb.id.split("/").pop();
  }

  function copy(value) {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  }

  /* What lives as long as this tab: {token, data, began, ended, failed} of the launch with this fetch address. */
  function sitting(fetchUrl) {
    var key = "jampel:cmi5:" + Jampel.digest(fetchUrl), kept = {};
    try { kept = JSON.parse(window.sessionStorage.getItem(key)) || {}; } catch (error) { kept = {}; }
    kept.keep = () => {
      try { window.sessionStorage.setItem(key, JSON.stringify(kept)); } catch (error) { /* then a reload needs a new launch */ }
    };
    return kept;
  }

  function Writer(course, who, data) {
    Jampel.StatementWriter.call(this, course, who);
    this.data = data; /* LMS.LaunchData, null while the LMS has not told it */
  }
  Writer.prototype = Object.create(Jampel.StatementWriter.prototype);

  Object.assign(Writer.prototype, {
    /* The LMS describes its own AU. */
    moduleObject() {
      return { objectType: "Activity", id: this.who.activity };
    },

    /* cmi5 9.6 and 10: the LMS's template, then the categories of a statement that cmi5 defines. */
    context(object, credit, verb) {
      var plain = Jampel.StatementWriter.prototype.context.call(this, object, credit);
      var template = copy((this.data && this.data.contextTemplate) || {});
      var context = Object.assign({}, plain, template, { registration: this.who.registration });
      var around = (context.contextActivities = Object.assign({}, template.contextActivities));
      var extensions = Object.assign({}, plain.extensions, template.extensions);
      function add(list, id) { around[list] = (around[list] || []).concat([{ objectType: "Activity", id: id }]); }
      if (plain.contextActivities) add("parent", this.who.activity);
      if (DEFINED.indexOf(verb) >= 0) add("category", CATEGORY + "cmi5");
      if (JUDGED.indexOf(verb) >= 0) add("category", CATEGORY + "moveon");
      var mastery = this.data && this.data.masteryScore;
      if (typeof mastery === "number" && (verb === "passed" || verb === "failed")) extensions[EXTENSION + "masteryscore"] = mastery;
      if (Object.keys(extensions).length) context.extensions = extensions;
      if (!Object.keys(around).length) delete context.contextActivities;
      return context;
    },

    /* cmi5 9.5: completion only with completed, success and score only with passed and failed. */
    completed(reached) {
      var result = { completion: true, duration: duration(reached.seconds) };
      return this.statement("completed", this.moduleObject(), result, this.earns("completed"));
    },

    /* The credit travels once: on passed, or on completed when there is nothing to pass. */
    earns(verb) {
      return verb === (this.course.graded ? "passed" : "completed");
    },

    judged(reached, passed) {
      var result = { success: passed, duration: duration(reached.seconds) };
      if (reached.score !== null) result.score = Jampel.statements.score(reached.score);
      var verb = passed ? "passed" : "failed";
      return this.statement(verb, this.moduleObject(), result, this.earns(verb));
    },

    /* A statement as one of this session: the same event under the session that now speaks. */
    adopt(statement) {
      var verb = verbOf(statement);
      var context = this.context(statement.object, this.earns(verb), verb);
      return Object.assign({}, statement, { context: context, timestamp: new Date().toISOString() });
    }
  });

  function sessionOf(context) {
    return context && context.extensions && context.extensions[EXTENSION + "sessionid"];
  }

  function Transport(course, config, tell, asked) {
    Jampel.XapiTransport.call(this, course, {
      endpoint: asked.endpoint,
      authorization: "",
      actor: JSON.parse(asked.actor),
      registration: asked.registration,
      activity: asked.activityId,
      extensions: Object.assign(Jampel.statements.declared(course), config.extensions)
    }, tell);
    this.config = config;
    this.fetchUrl = asked.fetch;
    this.sitting = sitting(asked.fetch);
    this.writer = new Writer(course, Object.assign(this.writer.who, { children: course.iri }), null);
    this.outbox.again = this.again.bind(this);
    this.outbox.held = true; /* preferences are asked before the first statement (cmi5 11) */
  }
  Transport.prototype = Object.create(Jampel.XapiTransport.prototype);

  Object.assign(Transport.prototype, {
    async open() {
      var mine = this.mirror.read(), theirs = "";
      this.outbox.start();
      this.watchReload();
      if (this.sitting.ended) this.outbox.expire();
      else if (await this.reach()) theirs = await this.begin();
      else if (!this.outbox.expired) this.tell("noLms", null, "bad");
      var states = [theirs, mine !== theirs && !this.review ? mine : ""];
      if (!this.review) this.catchUp(states);
      return { states: states, tracked: !!this.outbox.authorization, learner: Jampel.statements.nameOf(this.launch.actor) };
    },

    /* Token and launch data; false when the LMS cannot be reached or gives none. */
    async reach() {
      for (var i = 0; i < PAUSES.length; i++) {
        await new Promise((resolve) => { setTimeout(resolve, PAUSES[i]); });
        try {
          if (!this.sitting.token && !(await this.fetchToken())) return false;
          this.outbox.authorization = "Basic " + this.sitting.token;
          this.sitting.data = this.sitting.data || (await this.outbox.read(this.stateOf("LMS.LaunchData")));
          if (this.sitting.data) {
            this.sitting.keep();
            return true;
          }
          break;
        } catch (error) {
          /* the link: the next try */
        }
      }
      this.outbox.authorization = "";
      return false;
    },

    /* cmi5 8.2: one POST, answered with the token or with an error-code. */
    async fetchToken() {
      var response = await window.fetch(this.fetchUrl, { method: "POST", credentials: "omit" });
      var answer = await response.json().catch(() => ({}));
      if (response.status >= 500) throw new Error("later");
      if (!answer || typeof answer["auth-token"] !== "string") {
        this.outbox.expire();
        return false;
      }
      this.sitting.token = answer["auth-token"];
      this.sitting.keep();
      return true;
    },

    stateOf(name) {
      return this.outbox.url("activities/state", Object.assign({}, this.outbox.stateQuery, { stateId: name }));
    },

    /* Everything the LMS told is known: preferences, the saved state, then the first statement. Returns the saved state. */
    async begin() {
      var data = this.sitting.data;
      this.writer.data = data;
      this.review = data.launchMode === "Browse" || data.launchMode === "Review";
      if (this.review) this.tell("reviewMode", null, "info");
      if (typeof data.masteryScore === "number" && this.course.list.length) {
        this.course.mastery = Math.round(data.masteryScore * 10000) / 100;
        this.course.graded = true;
      }
      if (data.returnURL) this.config.returnUrl = data.returnURL;
      await this.preferences();
      var found = await this.document();
      if (found.told) this.tellOnce(found.told);
      if (!this.sitting.began) this.outbox.put(this.writer.initialized(), true);
      this.sitting.began = true;
      this.sitting.keep();
      this.adoptWaiting();
      this.outbox.forgive();
      this.outbox.held = false;
      this.outbox.pump();
      return String(found.state || "");
    },

    async document() {
      try {
        return (await this.outbox.read(this.outbox.stateUrl())) || {};
      } catch (error) {
        this.outbox.lost();
        return {};
      }
    },

    /* cmi5 11: asked before the first statement; 404 means there are none. Sound off is obeyed. */
    async preferences() {
      var query = { agent: this.outbox.stateQuery.agent, profileId: "cmi5LearnerPreferences" };
      try {
        var wanted = (await this.outbox.read(this.outbox.url("agents/profile", query))) || {};
        if (wanted.audioPreference !== "off") return;
        document.addEventListener("play", (event) => { event.target.muted = true; }, true);
      } catch (error) {
        /* a preference is no reason not to learn */
      }
    },

    /* What waits without a session was made when no session could be had: it belongs to this one. */
    adoptWaiting() {
      var outbox = this.outbox;
      outbox.waiting().forEach((key) => {
        var statement = outbox.kept(key);
        if (!statement || sessionOf(statement.context)) return;
        outbox.storage.set(key, JSON.stringify(this.writer.adopt(statement)));
      });
    },

    /* What an LMS refuses because its session is over is said once more in this session, under an id of its own; unless it is there
     * already, as the last words of a page are whose answer nobody was left to hear. */
    async again(kept) {
      var session = sessionOf(this.writer.context({}, false)), said = kept.statement;
      if (kept.status !== 403 || !session || sessionOf(said.context) === session) return false;
      if (verbOf(said) === "initialized" || verbOf(said) === "terminated") return true;
      var known = await this.outbox.fetch(this.outbox.url("statements", { statementId: said.id }), { method: "GET" });
      await known.text();
      if (!known.ok && verbOf(said) === "failed") {
        this.fallen = { score: said.result.score ? Math.round(said.result.score.scaled * 10000) : null, seconds: this.seconds || 0 };
      } else if (!known.ok) {
        this.outbox.put(Object.assign(this.writer.adopt(said), { id: Jampel.statements.uuid() }));
      }
      return true;
    },

    /* What was said in this registration, in this browser and, by the state document, in others. */
    told() {
      return this.outbox.kept(this.outbox.prefix + "told") || {};
    },

    tellOnce(more) {
      var told = Object.assign(this.told(), more);
      this.outbox.storage.set(this.outbox.prefix + "told", JSON.stringify(told));
      return told;
    },

    /* A result that is remembered and was never said, because the LMS could not be reached then. */
    catchUp(states) {
      states.forEach(function (text) {
        try {
          var state = text ? Jampel.state.decode(this.course, text) : null;
          if (state && state.best.status) this.report({ status: state.best.status, score: state.best.score, seconds: state.seconds });
        } catch (error) {
          /* the session says that this state cannot be read */
        }
      }, this);
    },

    report(reached) {
      if (this.review) return;
      var told = this.told(), data = this.writer.data || {};
      if (!told.completed) {
        this.tellOnce({ completed: true });
        this.outbox.put(this.writer.completed(reached));
      }
      /* A module without a pass mark, in a course that moves on only by passing: finishing it is passing it. */
      var passes = reached.status === "passed" || (reached.status === "completed" && /Passed/.test(data.moveOn || "") && !this.course.graded);
      if (passes && !told.passed) {
        this.tellOnce({ passed: true });
        this.outbox.put(this.writer.judged(reached, true));
      } else if (reached.status === "failed" && told.failed !== reached.score) {
        this.fallen = reached;
      }
    },

    /* A session has either passed or failed (cmi5 9.3), and a learner may still correct: so a failure is said when they leave. */
    sayFailed() {
      if (!this.fallen || this.told().passed || this.sitting.failed) return;
      this.sitting.failed = true;
      this.tellOnce({ failed: this.fallen.score });
      this.outbox.put(this.writer.judged(this.fallen, false));
    },

    save(snapshot) {
      this.seconds = snapshot.seconds;
      if (!this.review) this.outbox.putState({ state: this.mirror.write(snapshot.state), told: this.told() });
    },

    /* A reload is no end of the session. A browser tells of one by its keys or by a script; where it does not, the session ends. */
    watchReload() {
      window.addEventListener("keydown", (event) => {
        if (event.key !== "F5" && !((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "r")) return;
        this.reloading = true;
        setTimeout(() => { this.reloading = false; }, KEYED);
      });
      if (!window.navigation) return;
      window.navigation.addEventListener("navigate", (event) => { this.reloading = event.navigationType === "reload"; });
    },

    close() {
      this.outbox.closing = true;
      if (this.sitting.began && !this.sitting.ended && !(this.reloading && this.sitting.token)) {
        this.sayFailed();
        this.outbox.put(this.writer.terminated(this.seconds));
        this.sitting.ended = true;
        this.sitting.token = "";
        this.sitting.keep();
      }
      if (this.outbox.authorization) this.outbox.lastWords();
    }
  });

  /* Nothing is recorded while somebody only looks. */
  ["page", "answer", "media"].forEach((name) => {
    Transport.prototype[name] = function (entry) { if (!this.review) Jampel.XapiTransport.prototype[name].call(this, entry); };
  });

  function launch(query) {
    var asked = new URLSearchParams(query), found = {};
    PARAMETERS.forEach((name) => { found[name] = asked.get(name) || ""; });
    try {
      var actor = JSON.parse(found.actor);
      var good = [found.endpoint, found.fetch].every((address) => /^https?:\/\//.test(address)) && found.registration && found.activityId;
      return good && actor && typeof actor === "object" ? found : null;
    } catch (error) {
      return null;
    }
  }

  Jampel.transports.cmi5 = (course, config, tell) => {
    var asked = launch(window.location.search);
    return asked ? new Transport(course, config, tell, asked) : Jampel.alone(course, tell, "cmi5", "noLms");
  };
})();
