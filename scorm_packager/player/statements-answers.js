/* What a learner answered, as xAPI statements: questions with their answers, for every writer of statements. */
(function () {
  "use strict";
  var Jampel = window.Jampel;

  Object.assign(Jampel.StatementWriter.prototype, {
    components(list, html) {
      var self = this;
      return list.map((item) => ({ id: String(item.id), description: self.map(Jampel.text(html ? html(item) : item.html)) }));
    },

    /* The interaction of a question, xAPI Data 2.4.4.1 (appendix C): type, the right answer, and the names behind the identifiers. */
    questionObject(question) {
      var written = Jampel.answers.xapi(question);
      var definition = {
        type: Jampel.statements.ACTIVITIES + "cmi.interaction",
        name: this.map(question.id),
        description: this.map(Jampel.text(question.prompt).slice(0, 500)),
        interactionType: written.type
      };
      if (written.patterns.length) definition.correctResponsesPattern = written.patterns;
      if (question.options) definition[written.type === "likert" ? "scale" : "choices"] = this.components(question.options);
      if (question.items) definition.choices = this.components(question.items);
      if (question.pairs) {
        definition.source = this.components(question.pairs, (pair) => pair.left);
        definition.target = Jampel.course.targets(question).map(function (right, index) {
          return { id: Jampel.course.letter(index), description: this.map(Jampel.text(right)) };
        }, this);
      }
      return { objectType: "Activity", id: this.who.children + "#" + question.id, definition: definition };
    },

    answered(entry) {
      var question = entry.question;
      var result = { response: Jampel.answers.xapi(question, entry.response).response, duration: Jampel.statements.duration(entry.seconds) };
      if (typeof entry.correct === "boolean") {
        var scaled = entry.correct ? 1 : 0;
        result.success = entry.correct;
        if (question.points > 0) result.score = { scaled: scaled, raw: scaled * question.points, min: 0, max: question.points };
      }
      return this.statement("answered", this.questionObject(question), result);
    }
  });
})();
