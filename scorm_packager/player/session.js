/* One sitting of a learner: pages seen, answers judged, media watched, results reported; knows no screen and no standard. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var MEDIA_PAUSE = 20000; /* ms; what was watched is saved at most this often, and when a medium is done */

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

    /* How often a question may still be tried in this round: 0 once it is right or used up; Infinity without a limit. */
    triesLeft(index) {
      var answer = this.state.answers[index];
      var limit = this.course.list[index].attempts || Infinity;
      if (!answer) return limit;
      return answer.correct ? 0 : Math.max(0, limit - answer.tries);
    },

    /* Judges and records a response; a question that is right or was tried often enough is closed until the next round. */
    answer(index, response) {
      var question = this.course.list[index];
      var before = this.state.answers[index];
      if (before && !this.triesLeft(index)) return before;
      var correct = Jampel.course.judge(question, response);
      var answer = { response: response, correct: correct, tries: (before ? before.tries : 0) + 1 };
      this.state.answers[index] = answer;
      this.state.order = this.state.order.filter((one) => one !== index).concat([index]);
      var since = this.shownAt[index] || this.now();
      this.shownAt[index] = this.now();
      this.transport.answer({ question: question, response: response, correct: correct, seconds: Math.max(0, (this.now() - since) / 1000) });
      this.settle(false);
      this.save();
      return answer;
    },

    /* A film or sound was played from one second to another. */
    watched(index, from, to) {
      var medium = this.course.media[index];
      if (!medium || !(to > from)) return;
      this.ranges[index] = Jampel.watched.joined(this.ranges[index] || [], Math.max(0, from), to);
      if (Jampel.watched.mark(medium, this.state.media[index], this.ranges[index])) this.mediumGrew(index);
    },

    /* Page `page` (from 1) of a document was on the screen. */
    sawDocumentPage(index, page) {
      var medium = this.course.media[index];
      if (medium && Jampel.watched.markPage(medium, this.state.media[index], page)) this.mediumGrew(index);
    },

    mediumGrew(index) {
      var segments = this.state.media[index];
      var done = Jampel.watched.enough(this.course, index, segments);
      if (this.transport.media) {
        this.transport.media({
          index: index, medium: this.course.media[index], share: Jampel.watched.share(segments), done: done,
          ranges: this.ranges[index] || []
        });
      }
      this.settle(false);
      if (!done && this.now() - this.mediaSaved < MEDIA_PAUSE) return;
      this.mediaSaved = this.now();
      this.save();
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

    /* Whether all questions may be done again: the module may limit the rounds. */
    mayRestart() {
      return this.course.list.length > 0 && (!this.course.rounds || this.state.round + 1 < this.course.rounds);
    },

    /* All questions again, from pools other ones; the best result stays. */
    restart() {
      if (!this.mayRestart()) return;
      this.settle(true);
      this.state.round += 1;
      this.state.answers = this.course.list.map(() => null);
      this.state.order = [];
      this.shownAt = {};
      this.save();
    },

    /* Whether the right answer may be shown: the module allows it, and no try is left; at the end also where tries are not counted, once
       the learner has passed. */
    mayShowKey(index, atEnd) {
      if ((this.course.review || "full") !== "full") return false;
      var best = this.state.best.status, earned = best === "passed" || best === "completed";
      return this.triesLeft(index) === 0 || (atEnd === true && earned && !this.course.list[index].attempts);
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
