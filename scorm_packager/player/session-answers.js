/* Answers in a sitting: judged, recorded, tried again, and done again from the start. */
(function () {
  "use strict";
  var Jampel = window.Jampel;

  Object.assign(Jampel.Session.prototype, {
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
    }
  });
})();
