/* The seven kinds of question as forms: native controls, every one reachable by keyboard, feedback as soon as it is checked. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  /* An element: h("p", {class: "x", text: "…", html: "…", on: {click: f}}, [children]) */
  function h(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      var value = attributes[name];
      if (value === null || value === undefined || value === false) return;
      if (name === "text") element.textContent = value;
      else if (name === "html") element.innerHTML = value;
      else if (name === "on") Object.keys(value).forEach(function (event) { element.addEventListener(event, value[event]); });
      else element.setAttribute(name, value === true ? "" : value);
    });
    (children || []).forEach(function (child) { if (child) element.append(child); });
    return element;
  }

  /* Numbers 0…count-1 in an order that looks random, is the same every time for the same seed, and is never the right one. */
  function shuffled(count, seed) {
    var state = 2166136261;
    for (var i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 16777619) >>> 0;
    var list = [];
    for (var n = 0; n < count; n++) list.push(n);
    for (var j = count - 1; j > 0; j--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      var k = Math.floor((state / 4294967296) * (j + 1));
      var held = list[j];
      list[j] = list[k];
      list[k] = held;
    }
    var sorted = list.every(function (value, at) { return value === at; });
    return sorted ? list.slice(1).concat(list[0]) : list;
  }

  /* Radio buttons or check boxes with their HTML labels. */
  function optionList(view, type, options) {
    var inputs = [];
    var list = h("ul", { class: "jp-options" }, options.map(function (option, index) {
      var input = h("input", { type: type, name: view.name, value: index, id: view.name + "-" + index });
      inputs.push(input);
      return h("li", { class: "jp-option" }, [
        h("label", { for: input.id }, [input, h("span", { class: "jp-option-text", html: option.html })])
      ]);
    }));
    return { node: list, inputs: inputs, rows: Array.prototype.slice.call(list.children) };
  }

  function chosen(inputs) {
    return inputs.reduce(function (list, input, index) { return input.checked ? list.concat([index]) : list; }, []);
  }

  function choice(view, question) {
    var many = question.kind === "multiple";
    var part = optionList(view, many ? "checkbox" : "radio", question.options);
    return {
      node: part.node,
      help: many ? "chooseMany" : "chooseOne",
      read: function () {
        var picked = chosen(part.inputs);
        if (!picked.length) return { missing: "needAnswer" };
        return { value: many ? picked : picked[0] };
      },
      show: function (value) {
        part.inputs.forEach(function (input, index) { input.checked = many ? value.includes(index) : value === index; });
      },
      mark: function () {
        chosen(part.inputs).forEach(function (index) {
          var option = question.options[index];
          var row = part.rows[index];
          row.classList.add(option.correct ? "jp-is-good" : "jp-is-bad");
          row.append(h("div", { class: "jp-option-feedback" }, [
            h("span", { class: "jp-mark", text: view.say(option.correct ? "optionRight" : "optionWrong") }),
            option.feedback ? h("div", { html: option.feedback }) : null
          ]));
        });
      },
      unmark: function () {
        part.rows.forEach(function (row) {
          row.classList.remove("jp-is-good", "jp-is-bad");
          row.querySelectorAll(".jp-option-feedback").forEach(function (node) { node.remove(); });
        });
      }
    };
  }

  function trueFalse(view) {
    var part = optionList(view, "radio", [{ html: view.say("isTrue") }, { html: view.say("isFalse") }]);
    return {
      node: part.node,
      help: "chooseOne",
      read: function () {
        var picked = chosen(part.inputs);
        return picked.length ? { value: picked[0] === 0 } : { missing: "needAnswer" };
      },
      show: function (value) { part.inputs[value ? 0 : 1].checked = true; }
    };
  }

  function matching(view, question) {
    var order = shuffled(question.pairs.length, question.id + view.round);
    var selects = [];
    var rows = question.pairs.map(function (pair, index) {
      var select = h("select", { id: view.name + "-" + index, "aria-label": view.say("pairFor", { left: Jampel.text(pair.left) }) }, [
        h("option", { value: "", text: view.say("choose") })
      ].concat(order.map(function (right) {
        return h("option", { value: right, text: Jampel.text(question.pairs[right].right) });
      })));
      selects.push(select);
      return h("li", { class: "jp-pair" }, [h("div", { class: "jp-pair-left", html: pair.left }), select]);
    });
    return {
      node: h("ul", { class: "jp-pairs" }, rows),
      help: "matchHelp",
      read: function () {
        var open = selects.find(function (select) { return select.value === ""; });
        if (open) return { missing: "needAllPairs", focus: open };
        return { value: selects.map(function (select) { return Number(select.value); }) };
      },
      show: function (value) { selects.forEach(function (select, index) { select.value = String(value[index]); }); },
      mark: function () {
        selects.forEach(function (select, index) {
          var good = question.pairs[select.value].right === question.pairs[index].right;
          rows[index].classList.add(good ? "jp-is-good" : "jp-is-bad");
          rows[index].append(h("span", { class: "jp-mark", text: view.say(good ? "optionRight" : "optionWrong") }));
        });
      },
      unmark: function () {
        rows.forEach(function (row) {
          row.classList.remove("jp-is-good", "jp-is-bad");
          row.querySelectorAll(".jp-mark").forEach(function (node) { node.remove(); });
        });
      }
    };
  }

  function ordering(view, question) {
    var total = question.items.length;
    var order = shuffled(total, question.id + view.round);
    var list = h("ol", { class: "jp-order" });
    var rows = question.items.map(function (item, index) {
      var words = Jampel.text(item.html);
      function button(step, symbol, key) {
        return h("button", {
          type: "button", class: "jp-move", "data-step": step, "aria-label": view.say(key, { item: words }), text: symbol,
          on: { click: function (event) { move(index, step, event.currentTarget); } }
        });
      }
      return h("li", {}, [h("div", { class: "jp-order-text", html: item.html }), button(-1, "↑", "up"), button(1, "↓", "down")]);
    });
    function draw() {
      order.forEach(function (index) { list.append(rows[index]); });
      rows.forEach(function (row, index) {
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
      read: function () { return { value: order.slice() }; },
      show: function (value) {
        if (value.slice().sort(function (a, b) { return a - b; }).every(function (index, at) { return index === at; })) order = value.slice();
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
      read: function () {
        var value = input.value.trim();
        if (!value) return { missing: "needAnswer", focus: input };
        if (isNumber && !Jampel.course.numbers(value, unit).length) return { missing: "needNumber", focus: input };
        return { value: value };
      },
      show: function (value) { input.value = value; }
    };
  }

  var KINDS = {
    choice: choice,
    multiple: choice,
    "true-false": trueFalse,
    matching: matching,
    ordering: ordering,
    "fill-in": typed,
    numeric: typed
  };

  /* The form of one question. `host`: {say, announce, session, changed()}. */
  function build(host, question) {
    var session = host.session;
    var view = {
      name: "jp-" + question.id,
      round: session.state.round,
      say: host.say,
      announce: function (key, params) { host.announce(host.say(key, params)); },
      locked: false
    };
    var control = KINDS[question.kind](view, question);
    var check = h("button", { type: "submit", class: "jp-button jp-primary", text: host.say("check") });
    var again = h("button", { type: "button", class: "jp-button", text: host.say("tryAgain"), hidden: true, on: { click: retry } });
    var feedback = h("div", { class: "jp-feedback", tabindex: "-1", hidden: true });
    var problem = h("p", { class: "jp-problem", role: "alert", id: view.name + "-problem" });
    var answers = h("div", { class: "jp-answers" }, [control.node]);
    var form = h("form", { class: "jp-question", id: "jp-soal-" + question.id, novalidate: true, "data-kind": question.kind, on: { submit: submit } }, [
      h("p", { class: "jp-question-head", text: heading() }),
      h("div", {
        role: question.kind === "choice" || question.kind === "true-false" ? "radiogroup" : "group",
        "aria-labelledby": view.name + "-prompt", "aria-describedby": control.help ? view.name + "-help" : null
      }, [
        h("div", { class: "jp-prompt", id: view.name + "-prompt", html: question.prompt }),
        control.help ? h("p", { class: "jp-help", id: view.name + "-help", text: host.say(control.help) }) : null,
        answers
      ]),
      problem,
      feedback,
      h("div", { class: "jp-actions" }, [check, again]),
      question.hint ? h("details", { class: "jp-hint" }, [
        h("summary", { text: host.say("hint") }), h("div", { html: question.hint })
      ]) : null
    ]);

    function heading() {
      var head = host.say("questionOf", { n: question.index + 1, total: session.course.list.length });
      return head + (question.points === 1 ? "" : " · " + host.say("points", { n: host.number(question.points) }));
    }

    function lock(locked) {
      view.locked = locked;
      answers.querySelectorAll("input, select").forEach(function (input) { input.disabled = locked; });
      if (control.lock) control.lock();
      check.hidden = locked;
    }

    function unmark() {
      if (control.unmark) control.unmark();
    }

    function showResult(answer, fresh) {
      var good = answer.correct;
      var own = question.feedback && (good ? question.feedback.correct : question.feedback.incorrect);
      feedback.className = "jp-feedback " + (good ? "jp-is-good" : "jp-is-bad");
      feedback.replaceChildren(h("p", { class: "jp-verdict", text: host.say(good ? "correct" : "incorrect") }));
      if (!fresh && answer.response === undefined) feedback.append(h("p", { text: host.say("answeredBefore") }));
      if (own) feedback.append(h("div", { html: own }));
      feedback.hidden = false;
      form.classList.toggle("jp-done", good);
      lock(true);
      again.hidden = good;
      unmark();
      if (control.mark && answer.response !== undefined) control.mark();
    }

    function submit(event) {
      event.preventDefault();
      if (view.locked) return;
      var given = control.read();
      problem.textContent = given.missing ? host.say(given.missing) : "";
      if (given.missing) {
        (given.focus || answers.querySelector("input, select, button")).focus();
        return;
      }
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
      (answers.querySelector("input:checked") || answers.querySelector("input, select, button:not([disabled])")).focus();
    }

    var before = session.state.answers[question.index];
    if (before && before.response !== undefined) control.show(before.response);
    if (before) showResult(before, false);
    return form;
  }

  Jampel.h = h;
  Jampel.questions = { build: build, shuffled: shuffled };
})();
