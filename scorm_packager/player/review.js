/* What a learner reads about an answer: the verdict and feedback below a question, and all of them together at the end. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var h = Jampel.h;

  function verdict(answer) {
    return answer.correct === null ? "noted" : answer.correct ? "correct" : "incorrect";
  }

  /* The right answer as a list of HTML lines. */
  function keyLines(question, say, number) {
    switch (question.kind) {
      case "choice":
      case "multiple":
        return question.options.filter((option) => option.correct).map((option) => option.html);
      case "matching":
        return question.pairs.map((pair) => pair.left + " – " + pair.right);
      case "ordering":
        return question.items.map((item) => item.html);
      case "true-false":
        return [plain(say(question.answer ? "isTrue" : "isFalse"))];
      case "fill-in":
        return [plain(question.accepted[0])];
      case "numeric":
        return [plain(number(question.value) + (question.tolerance ? " ± " + number(question.tolerance) : "") +
          (question.unit ? " " + question.unit : ""))];
      case "short-text":
        return (question.keywords || []).map((spellings) => plain(spellings.join(" / ")));
      default:
        return [];
    }
  }

  function plain(text) {
    return h("span", { text: text }).innerHTML;
  }

  function exact(value) {
    return (number) => Jampel.language(value) === "id" ? String(number).replace(".", ",") : String(number);
  }

  function key(host, question) {
    var lines = keyLines(question, host.say, exact(host.language));
    if (!lines.length) return null;
    return h("div", { class: "jp-key" }, [
      h("p", { class: "jp-key-head", text: host.say(question.kind === "short-text" ? "keywordsAre" : "rightAnswer") }),
      h(question.kind === "ordering" ? "ol" : "ul", {}, lines.map((line) => h("li", { html: line })))
    ]);
  }

  /* Puts verdict, the author's feedback, and the right answer where it may be shown, into `box`. */
  function fill(host, question, answer, box, atEnd) {
    var keyed = host.session.mayShowKey(question.index, atEnd);
    var own = question.feedback && (answer.correct === false ? question.feedback.incorrect : question.feedback.correct);
    box.append(h("p", { class: "jp-verdict", text: host.say(verdict(answer)) }));
    if (own) box.append(h("div", { html: own }));
    if (answer.correct === false && keyed) {
      var right = key(host, question);
      if (right) box.append(right);
    }
    if (question.model && (answer.correct !== false || keyed)) {
      box.append(h("div", { class: "jp-key" }, [h("p", { class: "jp-key-head", text: host.say("modelAnswer") }), h("div", { html: question.model })]));
    }
  }

  function ownAnswer(host, question, answer) {
    if (answer.response === undefined) return h("p", { text: host.say("answeredBefore") });
    return h("p", { class: "jp-own" }, [
      h("strong", { text: host.say("youAnswered") + " " }), h("span", { text: Jampel.course.words(question, answer.response) })
    ]);
  }

  /* Feedback of the options that were chosen. */
  function optionNotes(question, answer) {
    if (!question.options || answer.response === undefined) return [];
    return [].concat(answer.response).map((index) => question.options[index].feedback)
      .filter(Boolean).map((html) => h("div", { html: html }));
  }

  function row(host, question, number) {
    var answer = host.session.state.answers[question.index];
    var box = h("div", { class: "jp-feedback " + (answer.correct === null ? "jp-is-noted" : answer.correct ? "jp-is-good" : "jp-is-bad") });
    fill(host, question, answer, box, true);
    box.append.apply(box, optionNotes(question, answer));
    return h("li", { class: "jp-review-item" }, [
      h("h3", { text: host.say("questionOf", { n: number, total: host.session.asked().length }) }),
      h("div", { class: "jp-prompt", html: question.prompt }), ownAnswer(host, question, answer), box
    ]);
  }

  /* All answered questions with answers and feedback, closed until it is opened; null before the end and where the module says so.
     `host`: {say, language, session, course, pages}; the words of a page that was not opened in this sitting come first. */
  function all(host) {
    var session = host.session;
    if (host.course.review === "none" || !host.course.list.length || !session.standing().complete) return null;
    var list = h("ol", { class: "jp-review-list" });
    var details = h("details", { class: "jp-review" }, [h("summary", { text: host.say("reviewAnswers") }), list]);
    function draw() {
      list.replaceChildren.apply(list, session.asked().map((question, at) => row(host, question, at + 1)));
    }
    function lost() {
      list.replaceChildren(h("li", { text: host.say("pageLostText") }));
    }
    details.addEventListener("toggle", () => {
      if (!details.open || list.querySelector(".jp-review-item")) return;
      list.replaceChildren(h("li", { text: host.say("pageComing") }));
      host.pages.loadAll().then(draw, lost);
    });
    return details;
  }

  Jampel.review = { fill: fill, all: all, keyLines: keyLines };
})();
