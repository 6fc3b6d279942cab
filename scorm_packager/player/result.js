/* The result, and the answer to "why is this not complete yet?": what is missing, each with a way to get there. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var Player = Jampel.Player;
  var h = Jampel.h;
  var MOST_LINKS = 12;

  Object.assign(Player.prototype, {
    /* The result: what was reached, or what is still missing. */
    drawResult() {
      var standing = this.session.standing(), best = this.session.state.best;
      var article = h("article", { class: "jp-page jp-result", "data-page": "hasil", lang: this.language }, [
        h("h1", { text: this.say(best.status || "notYet") }),
        h("div", { class: "jp-result-facts" }, this.resultFacts(standing, best)),
        standing.complete ? null : h("section", { class: "jp-why" }, [h("h2", { text: this.say("whyNot") })].concat(this.remaining(standing, "h3"))),
        standing.complete && standing.wrong.length ? this.links("wrongOnes", standing.wrong, this.toQuestion, "h2") : null,
        standing.wrong.length && standing.complete ? h("p", { text: this.say("fixWrong") }) : null,
        this.course.list.length ? Jampel.review.all(this) : null,
        this.exportPart ? this.exportPart() : null,
        this.resultActions(standing)
      ]);
      if (this.drawn[this.result]) this.drawn[this.result].remove();
      this.drawn[this.result] = article;
      this.main.append(article);
      return article;
    },

    resultFacts(standing, best) {
      var self = this, course = this.course, jp = this.number((course.jp || 0) / 100);
      function line(key, params, name) { return h("p", { class: name || null, text: self.say(key, params) }); }
      function score(value) { return self.number(value / 100); }
      var lines = [];
      if (best.status && best.score !== null) {
        lines.push(line(standing.score === best.score ? "scoreIs" : "bestIs", { score: score(best.score) }, "jp-score"));
        if (standing.complete && standing.score !== best.score) lines.push(line("thisRound", { score: score(standing.score) }));
      }
      if (course.graded) lines.push(line("needed", { mastery: this.number(course.mastery) }));
      if (best.status && !standing.complete) lines.push(line("inRound"));
      if (!course.jp) return lines;
      if (this.earned()) lines.push(line("jpEarned", { jp: jp }, "jp-earned"), line("jpChecked", null, "jp-small"));
      else lines.push(line(course.graded ? "jpPending" : "jpWhenDone", { jp: jp }));
      return lines;
    },

    resultActions(standing) {
      var actions = [];
      if (standing.complete && this.session.mayRestart()) actions.push(this.button("restart", "", this.restart.bind(this)));
      if (this.config.returnUrl && /^https?:/.test(this.config.returnUrl)) {
        actions.push(h("a", { class: "jp-button jp-primary", href: this.config.returnUrl, target: "_top", text: this.say("backToLms") }));
      }
      return actions.length ? h("div", { class: "jp-actions" }, actions) : null;
    },

    restart() {
      this.session.restart();
      Object.keys(this.drawn).forEach(function (key) { this.drawn[key].remove(); }, this);
      this.drawn = {};
      var first = this.session.asked()[0];
      this.go(first.page, false, "jp-soal-" + first.id);
      this.announce(this.say("restarted"));
    },

    /* Where a missing page, question or medium is: {text, go()}. */
    toPage(index) {
      return { text: this.course.pages[index].title, go: this.go.bind(this, index, false, null) };
    },

    toQuestion(at) {
      var question = this.course.list[at];
      return {
        text: this.say("questionOn", { n: this.session.asked().indexOf(question) + 1, title: this.course.pages[question.page].title }),
        go: this.go.bind(this, question.page, false, "jp-soal-" + question.id)
      };
    },

    links(key, list, describe, level) {
      if (!list || !list.length) return null;
      var rows = list.slice(0, MOST_LINKS).map(function (one) {
        var link = describe.call(this, one), close = this.closeWhy.bind(this);
        return h("li", {}, [h("button", { type: "button", class: "jp-link", text: link.text, on: { click: () => { close(); link.go(); } } })]);
      }, this);
      if (list.length > MOST_LINKS) rows.push(h("li", { class: "jp-small", text: this.say("andMore", { n: list.length - MOST_LINKS }) }));
      return h("section", {}, [h(level, { text: this.say(key) }), h("ul", { class: "jp-links" }, rows)]);
    },

    /* Everything that keeps the module from being complete and passed. */
    remaining(standing, level) {
      var self = this, failed = standing.complete && standing.status === "failed";
      var parts = [
        h("p", { text: this.say(failed ? "scoreBelow" : "whyNotText", failed ? { score: this.number(standing.score / 100), mastery: this.number(this.course.mastery) } : null) }),
        this.links("remainPages", standing.pages, this.toPage, level),
        this.links("remainMedia", standing.media, (at) => Jampel.media.missing(self, at), level),
        this.links("remainQuestions", standing.questions, this.toQuestion, level),
        failed ? this.links("wrongOnes", standing.wrong, this.toQuestion, level) : null
      ];
      if (this.unsent()) parts.push(h("section", {}, [h(level, { text: this.say("remainSaving") }), h("p", { text: this.status.textContent })]));
      return parts;
    },

    openWhy() {
      this.closeWhy();
      var why = this.why = h("dialog", { class: "jp-dialog", "aria-labelledby": "jp-why-title" }, [
        h("div", { class: "jp-dialog-head" }, [
          h("h2", { id: "jp-why-title", tabindex: "-1", text: this.say(this.whyKey) }),
          h("button", { type: "button", class: "jp-close", "aria-label": this.say("close"), text: "×", on: { click: this.closeWhy.bind(this) } })
        ])
      ].concat(this.remaining(this.session.standing(), "h3")));
      this.root.append(why);
      if (why.showModal) why.showModal();
      else why.setAttribute("open", "");
      why.querySelector("h2").focus();
      /* A browser tells of a closed dialog later: by then another may be open. */
      why.addEventListener("close", () => { if (this.why === why) this.closeWhy(); });
    },

    closeWhy() {
      if (!this.why) return;
      var open = this.why;
      this.why = null;
      if (open.open && open.close) open.close();
      open.remove();
      this.whyButton.focus();
    },

    /* All pages with the answers given so far; those that are not here yet are fetched first. */
    async print() {
      this.printButton.disabled = true;
      this.announce(this.say("printing"));
      try {
        await this.pages.loadAll();
      } catch (error) {
        this.tell("printMissing", null, "bad");
      }
      this.printButton.disabled = false;
      window.print();
    }
  });
})();
