/* One sitting of a learner: pages seen, answers judged, results reported; knows no screen and no standard. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  function Session(course, transport, tell, now) {
    this.course = course;
    this.transport = transport;
    this.tell = tell;
    this.now = now;
    this.since = now(); /* null while nobody can see the page: hidden time is not study time */
    this.active = 0;
    this.shownAt = {};
    this.state = Jampel.state.fresh(course);
    this.closed = false;
  }

  /* Starts the transport and takes up where the learner stopped. */
  Session.prototype.open = async function () {
    var opened = await this.transport.open();
    var self = this;
    opened.states.forEach(function (text) {
      if (!text) return;
      try {
        var saved = Jampel.state.decode(self.course, text);
        if (saved.changed) self.tell("moduleChanged", null, "info");
        delete saved.changed;
        self.state = Jampel.state.merge(self.state, saved);
      } catch (error) {
        self.tell("stateBroken", null, "bad");
      }
    });
    this.secondsBefore = this.state.seconds;
    return this;
  };

  Session.prototype.seconds = function () {
    var running = this.since === null ? 0 : this.now() - this.since;
    return Math.max(0, (this.active + running) / 1000);
  };

  Session.prototype.standing = function () {
    return Jampel.course.standing(this.course, this.state);
  };

  /* A page is on the screen; the index after the last page is the result. */
  Session.prototype.visit = function (index) {
    this.state.page = index;
    if (index < this.course.pages.length) {
      this.state.visited[index] = true;
      this.transport.page(index);
    }
    this.settle(index === this.course.pages.length);
    this.save();
  };

  Session.prototype.shown = function (index) {
    if (!(index in this.shownAt)) this.shownAt[index] = this.now();
  };

  /* Judges and records a response; a question that is right is closed until the next round. */
  Session.prototype.answer = function (index, response) {
    var question = this.course.list[index];
    var before = this.state.answers[index];
    if (before && before.correct) return before;
    var answer = { response: response, correct: Jampel.course.judge(question, response) };
    this.state.answers[index] = answer;
    this.state.order = this.state.order.filter(function (one) { return one !== index; }).concat([index]);
    var since = this.shownAt[index] || this.now();
    this.shownAt[index] = this.now();
    this.transport.answer({
      index: index,
      question: question,
      response: response,
      correct: answer.correct,
      seconds: Math.max(0, (this.now() - since) / 1000)
    });
    this.settle(false);
    this.save();
    return answer;
  };

  /* Reports a result better than the best so far. A pass is reported at once. What the learner can still improve (not passed, or a
     higher score after the pass) is reported on the result page and on leaving, so that nobody fails while still correcting. */
  Session.prototype.settle = function (final) {
    var standing = this.standing();
    if (!standing.complete) return;
    var reached = { status: standing.status, score: standing.score };
    var best = this.state.best;
    if (Jampel.state.rank(reached) <= Jampel.state.rank(best)) return;
    var rises = standing.status !== "failed" && standing.status !== best.status;
    if (!final && !rises && standing.score !== 10000) return;
    this.state.best = reached;
    this.transport.report({ status: reached.status, score: reached.score, seconds: this.total() });
  };

  Session.prototype.total = function () {
    return (this.secondsBefore || 0) + this.seconds();
  };

  Session.prototype.save = function () {
    this.state.seconds = this.total();
    this.transport.save({
      state: Jampel.state.encode(this.course, this.state),
      page: this.state.page,
      best: this.state.best,
      seconds: this.seconds()
    });
  };

  /* All questions again; the best result stays. */
  Session.prototype.restart = function () {
    this.settle(true);
    this.state.round += 1;
    this.state.answers = this.course.list.map(function () { return null; });
    this.state.order = [];
    this.shownAt = {};
    this.save();
  };

  Session.prototype.hide = function () {
    if (this.closed) return;
    this.settle(true);
    this.save();
    this.transport.hide();
    if (this.since !== null) this.active += this.now() - this.since;
    this.since = null;
  };

  Session.prototype.show = function () {
    if (this.since === null) this.since = this.now();
  };

  Session.prototype.close = function () {
    if (this.closed) return;
    this.closed = true;
    this.settle(true);
    this.save();
    this.transport.close();
  };

  Jampel.Session = Session;
})();
