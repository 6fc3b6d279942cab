/* The kinds of question as forms: native controls, every one reachable by keyboard, feedback as soon as it is checked. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  var h = Jampel.h;

  /* Radio buttons or check boxes with their HTML labels, shown in `order`; `inputs` and `rows` stay in the course's own order. */
  function optionList(view, type, options, order) {
    var inputs = [], rows = [];
    options.forEach((option, index) => {
      var input = h("input", { type: type, name: view.name, value: index, id: view.name + "-" + index });
      inputs.push(input);
      rows.push(h("li", { class: "jp-option" }, [
        h("label", { for: input.id }, [input, h("span", { class: "jp-option-text", html: option.html })])
      ]));
    });
    var shown = (order || rows.map((row, index) => index)).map((index) => rows[index]);
    return { node: h("ul", { class: "jp-options" }, shown), inputs: inputs, rows: rows };
  }

  function chosen(inputs) {
    return inputs.reduce((list, input, index) => input.checked ? list.concat([index]) : list, []);
  }

  function choice(view, question) {
    var many = question.kind === "multiple", judged = question.points > 0;
    var order = question.shuffle ? Jampel.draw.permutation(question.options.length, view.key) : null;
    var part = optionList(view, many ? "checkbox" : "radio", question.options, order);
    return {
      node: part.node,
      help: many ? "chooseMany" : "chooseOne",
      read: () => {
        var picked = chosen(part.inputs);
        if (!picked.length) return { missing: "needAnswer" };
        return { value: many ? picked : picked[0] };
      },
      show: (value) => {
        part.inputs.forEach((input, index) => { input.checked = many ? value.includes(index) : value === index; });
      },
      mark: () => {
        chosen(part.inputs).forEach((index) => {
          var option = question.options[index];
          var row = part.rows[index];
          if (judged) row.classList.add(option.correct ? "jp-is-good" : "jp-is-bad");
          row.append(h("div", { class: "jp-option-feedback" }, [
            judged ? h("span", { class: "jp-mark", text: view.say(option.correct ? "optionRight" : "optionWrong") }) : null,
            option.feedback ? h("div", { html: option.feedback }) : null
          ]));
        });
      },
      unmark: () => {
        part.rows.forEach((row) => {
          row.classList.remove("jp-is-good", "jp-is-bad");
          row.querySelectorAll(".jp-option-feedback").forEach((node) => { node.remove(); });
        });
      }
    };
  }

  /* A scale: one choice, in the order of the scale, never marked right or wrong. */
  function likert(view, question) {
    var part = optionList(view, "radio", question.options);
    part.node.classList.add("jp-scale");
    return {
      node: part.node,
      help: "chooseScale",
      read: () => {
        var picked = chosen(part.inputs);
        return picked.length ? { value: picked[0] } : { missing: "needAnswer" };
      },
      show: (value) => { part.inputs[value].checked = true; }
    };
  }

  function trueFalse(view) {
    var part = optionList(view, "radio", [{ html: view.say("isTrue") }, { html: view.say("isFalse") }]);
    return {
      node: part.node,
      help: "chooseOne",
      read: () => {
        var picked = chosen(part.inputs);
        return picked.length ? { value: picked[0] === 0 } : { missing: "needAnswer" };
      },
      show: (value) => { part.inputs[value ? 0 : 1].checked = true; }
    };
  }

  function matching(view, question) {
    var targets = Jampel.course.targets(question);
    var order = Jampel.draw.shuffled(targets.length, view.key).filter((index) => {
      return Jampel.course.sameTarget(question, index) === index;
    });
    var selects = [];
    var rows = question.pairs.map((pair, index) => {
      var select = h("select", { id: view.name + "-" + index, "aria-label": view.say("pairFor", { left: Jampel.text(pair.left) }) }, [
        h("option", { value: "", text: view.say("choose") })
      ].concat(order.map((right) => {
        return h("option", { value: right, text: Jampel.text(targets[right]) });
      })));
      selects.push(select);
      return h("li", { class: "jp-pair" }, [h("div", { class: "jp-pair-left", html: pair.left }), select]);
    });
    return {
      node: h("ul", { class: "jp-pairs" }, rows),
      help: "matchHelp",
      read: () => {
        var open = selects.find((select) => select.value === "");
        if (open) return { missing: "needAllPairs", focus: open };
        return { value: selects.map((select) => Number(select.value)) };
      },
      show: (value) => {
        selects.forEach((select, index) => { select.value = String(Jampel.course.sameTarget(question, value[index])); });
      },
      mark: () => {
        selects.forEach((select, index) => {
          var good = targets[select.value] === targets[index];
          rows[index].classList.add(good ? "jp-is-good" : "jp-is-bad");
          rows[index].append(h("span", { class: "jp-mark", text: view.say(good ? "optionRight" : "optionWrong") }));
        });
      },
      unmark: () => {
        rows.forEach((row) => {
          row.classList.remove("jp-is-good", "jp-is-bad");
          row.querySelectorAll(".jp-mark").forEach((node) => { node.remove(); });
        });
      }
    };
  }

  function ordering(view, question) {
    var total = question.items.length;
    var order = Jampel.draw.shuffled(total, view.key);
    var list = h("ol", { class: "jp-order" });
    var rows = question.items.map((item, index) => {
      var words = Jampel.text(item.html);
      function button(step, symbol, key) {
        return h("button", {
          type: "button", class: "jp-move", "data-step": step, "aria-label": view.say(key, { item: words }), text: symbol,
          on: { click: (event) => { move(index, step, event.currentTarget); } }
        });
      }
      return h("li", {}, [h("div", { class: "jp-order-text", html: item.html }), button(-1, "↑", "up"), button(1, "↓", "down")]);
    });
    function draw() {
      order.forEach((index) => { list.append(rows[index]); });
      rows.forEach((row, index) => {
        var at = order.indexOf(index);
        row.querySelector("[data-step='-1']").disabled = at === 0 || view.locked;
        row.querySelector("[data-step='1']").disabled = at === total - 1 || view.locked;
      });
    }
    function move(index, step, pressed) {
      var at = order.indexOf(index);
      order.splice(at, 1);
      order.splice(at + step, 0, index);
      draw();
      if (pressed.disabled) rows[index].querySelector("[data-step='" + -step + "']").focus();
      else pressed.focus();
      view.announce("moved", { item: Jampel.text(question.items[index].html), n: at + step + 1, total: total });
    }
    draw();
    return {
      node: list,
      help: "orderHelp",
      read: () => ({ value: order.slice() }),
      show: (value) => {
        if (value.slice().sort((a, b) => a - b).every((index, at) => index === at)) order = value.slice();
        draw();
      },
      lock: draw
    };
  }

  function typed(view, question) {
    var isNumber = question.kind === "numeric";
    var unit = isNumber ? question.unit : null;
    var input = h("input", {
      type: "text", id: view.name, maxlength: 200, autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      inputmode: isNumber ? "decimal" : null, class: isNumber ? "jp-number" : "jp-text"
    });
    var label = view.say("yourAnswer") + (unit ? " (" + view.say("inUnit", { unit: unit }) + ")" : "");
    return {
      node: h("p", { class: "jp-field" }, [
        h("label", { for: view.name, text: label }), input, unit ? h("span", { class: "jp-unit", "aria-hidden": "true", text: unit }) : null
      ]),
      read: () => {
        var value = input.value.trim();
        if (!value) return { missing: "needAnswer", focus: input };
        if (isNumber && !Jampel.course.numbers(value, unit).length) return { missing: "needNumber", focus: input };
        return { value: value };
      },
      show: (value) => { input.value = value; }
    };
  }

  /* An open answer in a field of several lines. */
  function shortText(view, question) {
    var least = question.least_words || 0;
    var help = view.name + "-least";
    var area = h("textarea", {
      id: view.name, rows: 4, maxlength: 900, class: "jp-text jp-long", "aria-describedby": least ? help : null
    });
    function words() { return area.value.trim().split(/\s+/).filter(Boolean).length; }
    return {
      node: h("div", { class: "jp-field" }, [
        h("label", { for: view.name, text: view.say("yourAnswer") }), area,
        least ? h("p", { class: "jp-help", id: help, text: view.say("leastWords", { n: least }) }) : null
      ]),
      read: () => {
        if (!area.value.trim()) return { missing: "needAnswer", focus: area };
        if (words() < least) return { missing: "needWords", params: { n: least, now: words() }, focus: area };
        return { value: area.value.trim() };
      },
      show: (value) => { area.value = value; }
    };
  }

  var KINDS = {
    choice: choice,
    multiple: choice,
    "true-false": trueFalse,
    matching: matching,
    ordering: ordering,
    "fill-in": typed,
    numeric: typed,
    "short-text": shortText,
    likert: likert
  };

  /* The form of one question. `host`: {say, announce, session, changed()}. */
  function build(host, question) {
    var session = host.session;
    var judged = question.points > 0;
    var view = {
      name: "jp-" + question.id,
      key: Jampel.draw.key(session.state, question),
      say: host.say,
      announce: (key, params) => { host.announce(host.say(key, params)); },
      locked: false
    };
    var control = KINDS[question.kind](view, question);
    var check = h("button", { type: "submit", class: "jp-button jp-primary", text: host.say(judged ? "check" : "send") });
    var again = h("button", {
      type: "button", class: "jp-button", text: host.say(judged ? "tryAgain" : "change"), hidden: true, on: { click: retry }
    });
    var tries = h("p", { class: "jp-help jp-tries", hidden: true });
    var feedback = h("div", { class: "jp-feedback", tabindex: "-1", hidden: true });
    var problem = h("p", { class: "jp-problem", role: "alert", id: view.name + "-problem" });
    var answers = h("div", { class: "jp-answers" }, [control.node]);
    var single = ["choice", "true-false", "likert"].includes(question.kind);
    var form = h("form", { class: "jp-question", id: "jp-soal-" + question.id, novalidate: true, "data-kind": question.kind, on: { submit: submit } }, [
      h("p", { class: "jp-question-head", text: heading() }),
      h("div", {
        role: single ? "radiogroup" : "group",
        "aria-labelledby": view.name + "-prompt", "aria-describedby": control.help ? view.name + "-help" : null
      }, [
        h("div", { class: "jp-prompt", id: view.name + "-prompt", html: question.prompt }),
        control.help ? h("p", { class: "jp-help", id: view.name + "-help", text: host.say(control.help) }) : null,
        answers
      ]),
      problem,
      feedback,
      tries,
      h("div", { class: "jp-actions" }, [check, again]),
      question.hint ? h("details", { class: "jp-hint" }, [
        h("summary", { text: host.say("hint") }), h("div", { html: question.hint })
      ]) : null
    ]);

    function heading() {
      var asked = session.asked();
      var place = asked.findIndex((one) => one.index === question.index);
      var head = host.say("questionOf", { n: place + 1, total: asked.length });
      if (!judged) return head + " · " + host.say("notJudged");
      return head + (question.points === 1 ? "" : " · " + host.say("points", { n: host.number(question.points) }));
    }

    function lock(locked) {
      view.locked = locked;
      answers.querySelectorAll("input, select, textarea").forEach((input) => { input.disabled = locked; });
      if (control.lock) control.lock();
      check.hidden = locked;
    }

    function unmark() {
      if (control.unmark) control.unmark();
    }

    function showTries() {
      var left = session.triesLeft(question.index);
      tries.hidden = !question.attempts || !judged && left > 0 || form.classList.contains("jp-done");
      tries.textContent = tries.hidden ? "" : host.say(left ? "triesLeft" : "noTriesLeft", { n: left });
    }

    function showResult(answer, fresh) {
      form.classList.toggle("jp-done", answer.correct === true);
      feedback.className = "jp-feedback " + (answer.correct === null ? "jp-is-noted" : answer.correct ? "jp-is-good" : "jp-is-bad");
      feedback.replaceChildren();
      Jampel.review.fill(host, question, answer, feedback);
      if (!fresh && answer.response === undefined) feedback.append(h("p", { text: host.say("answeredBefore") }));
      feedback.hidden = false;
      lock(true);
      again.hidden = !session.triesLeft(question.index);
      showTries();
      unmark();
      if (control.mark && answer.response !== undefined) control.mark();
    }

    function complain(given) {
      var field = given.focus || answers.querySelector("input, select, textarea, button");
      problem.textContent = given.missing ? host.say(given.missing, given.params) : "";
      answers.querySelectorAll("[aria-invalid]").forEach((one) => {
        one.removeAttribute("aria-invalid");
        one.removeAttribute("aria-errormessage");
      });
      if (!given.missing) return;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-errormessage", problem.id);
      field.focus();
    }

    function submit(event) {
      event.preventDefault();
      if (view.locked) return;
      var given = control.read();
      complain(given);
      if (given.missing) return;
      var answer = session.answer(question.index, given.value);
      showResult(answer, true);
      feedback.focus();
      host.announce(feedback.textContent);
      host.changed();
    }

    function retry() {
      unmark();
      feedback.hidden = true;
      again.hidden = true;
      lock(false);
      (answers.querySelector("input:checked") || answers.querySelector("input, select, textarea, button:not([disabled])")).focus();
    }

    var before = session.state.answers[question.index];
    if (before && before.response !== undefined) control.show(before.response);
    if (before) showResult(before, false);
    else showTries();
    return form;
  }

  Jampel.questions = { build: build };
})();
