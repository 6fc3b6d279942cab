/* xAPI 1.0.3: one statement for everything that happens, and one state document; the LRS, actor and registration come from the page. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var STATE = "jampel"; /* the stateId of the player's document */

  /* `launch`: {endpoint, authorization, actor, registration or "", activity, extensions, state: text that is known already or undefined} */
  function Transport(course, launch, tell) {
    this.course = course;
    this.launch = launch;
    this.tell = tell;
    this.pages = {};
    this.media_ = {};
    var who = { activity: launch.activity, children: launch.activity, actor: launch.actor, registration: launch.registration };
    this.writer = new Jampel.StatementWriter(course, Object.assign(who, { extensions: launch.extensions }));
    var key = Jampel.digest([launch.activity, JSON.stringify(launch.actor), launch.registration].join("\n"));
    this.outbox = new Jampel.Outbox("jampel:xapi:" + key + ":", launch.endpoint, Jampel.telling(tell));
    this.outbox.authorization = launch.authorization;
    this.outbox.stateQuery = {
      activityId: launch.activity, agent: JSON.stringify(launch.actor), registration: launch.registration, stateId: STATE
    };
    this.mirror = Jampel.mirror(course, this.outbox.storage, this.outbox.prefix + "state");
  }

  Object.assign(Transport.prototype, {
    async open() {
      var mine = this.mirror.read();
      var theirs = this.launch.state;
      this.outbox.start();
      if (theirs === undefined) theirs = await this.saved();
      this.outbox.forgive();
      this.outbox.put(this.writer.initialized());
      return { states: [theirs, mine !== theirs ? mine : ""], tracked: true, learner: Jampel.statements.nameOf(this.launch.actor) };
    },

    async saved() {
      try {
        var found = await this.outbox.read(this.outbox.stateUrl());
        return String((found && found.state) || "");
      } catch (error) {
        this.outbox.lost();
        return "";
      }
    },

    page(index) {
      if (this.pages[index]) return;
      this.pages[index] = true;
      this.outbox.put(this.writer.experienced(index));
    },

    answer(entry) {
      this.outbox.put(this.writer.answered(entry));
    },

    /* Once in a sitting, when enough of it was seen. */
    media(entry) {
      if (!entry.done || this.media_[entry.index]) return;
      this.media_[entry.index] = true;
      this.outbox.put(this.writer.watched(entry));
    },

    report(reached) {
      this.writer.reached(reached).forEach(function (statement) { this.outbox.put(statement); }, this);
    },

    save(snapshot) {
      this.seconds = snapshot.seconds;
      this.outbox.putState({ state: this.mirror.write(snapshot.state) });
    },

    hide() {
      this.outbox.pump();
    },

    close() {
      this.outbox.closing = true;
      this.outbox.put(this.writer.terminated(this.seconds));
      this.outbox.lastWords();
    }
  });

  Jampel.XapiTransport = Transport;

  Jampel.transports.xapi = (course, config, tell) => {
    return new Transport(course, Object.assign({}, config, { authorization: "Bearer " + config.token }), tell);
  };
})();
