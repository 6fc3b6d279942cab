/* One sitting of a learner: pages seen, results reported, time spent; knows no screen and no standard.
 *
 * What a learner does with questions and media comes with their parts: session-answers.js and session-media.js.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  /* `now()` is the time in ms, `random()` a number in [0, 1). */
  function Session(course, transport, tell, now, random) {
    this.course = course;
    this.transport = transport;
    this.tell = tell;
    this.now = now;
    this.random = random || Math.random;
    this.since = now(); /* null while nobody can see the page: hidden time is not study time */
    this.active = 0;
    this.shownAt = {};
    this.ranges = {};
    this.mediaSaved = 0;
    this.state = Jampel.state.fresh(course);
    this.closed = false;
  }

  Object.assign(Session.prototype, {
    /* Starts the transport and takes up where the learner stopped. */
    async open() {
      var opened = await this.transport.open();
      opened.states.forEach((text) => {
        if (!text) return;
        try {
          var saved = Jampel.state.decode(this.course, text);
          if (saved.changed) this.tell("moduleChanged", null, "info");
          delete saved.changed;
          this.state = Jampel.state.merge(this.state, saved);
        } catch (error) {
          this.tell("stateBroken", null, "bad");
        }
      });
      if (!this.state.seed) this.state.seed = Jampel.draw.newSeed(opened.learner ? this.course.iri + opened.learner : "", this.random);
      this.secondsBefore = this.state.seconds;
      return this;
    },

    seconds() {
      var running = this.since === null ? 0 : this.now() - this.since;
      return Math.max(0, (this.active + running) / 1000);
    },

    standing() {
      return Jampel.course.standing(this.course, this.state);
    },

    /* The questions of this round in reading order: all outside pools, and those drawn from pools. */
    asked() {
      var asked = Jampel.draw.asked(this.course, this.state.seed, this.state.round);
      return this.course.list.filter((question) => asked[question.index]);
    },

    /* A page is on the screen; the index after the last page is the result. */
    visit(index) {
      this.state.page = index;
      if (index < this.course.pages.length) {
        this.state.visited[index] = true;
        this.transport.page(index);
      }
      this.settle(index === this.course.pages.length);
      this.save();
    },

    shown(index) {
      if (!(index in this.shownAt)) this.shownAt[index] = this.now();
    },

    /* Reports a result better than the best so far. A pass is reported at once. What the learner can still improve (not passed, or a
       higher score after the pass) is reported on the result page and on leaving, so that nobody fails while still correcting. */
    settle(final) {
      var standing = this.standing();
      if (!standing.complete) return;
      var reached = { status: standing.status, score: standing.score };
      var best = this.state.best;
      if (Jampel.state.rank(reached) <= Jampel.state.rank(best)) return;
      var rises = standing.status !== "failed" && standing.status !== best.status;
      if (!final && !rises && standing.score !== 10000) return;
      this.state.best = reached;
      this.transport.report({ status: reached.status, score: reached.score, seconds: this.total() });
    },

    total() {
      return (this.secondsBefore || 0) + this.seconds();
    },

    save() {
      this.state.seconds = this.total();
      this.transport.save({
        state: Jampel.state.encode(this.course, this.state),
        page: this.state.page,
        best: this.state.best,
        seconds: this.seconds(),
        standing: this.standing()
      });
    },

    hide() {
      if (this.closed) return;
      this.settle(true);
      this.save();
      this.transport.hide();
      if (this.since !== null) this.active += this.now() - this.since;
      this.since = null;
    },

    show() {
      if (this.since === null) this.since = this.now();
    },

    close() {
      if (this.closed) return;
      this.closed = true;
      this.settle(true);
      this.save();
      this.transport.close();
    }
  });

  Jampel.Session = Session;
})();
