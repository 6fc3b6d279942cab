/* The screen: pages, list of pages, progress, result and notices; starts itself from the JSON in the page. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var h = Jampel.h;

  function Player(root, course, config) {
    var self = this;
    this.root = root;
    this.course = course;
    this.config = config;
    this.language = Jampel.language(config.language || course.language);
    this.say = function (key, params) { return Jampel.say(self.language, key, params); };
    this.number = function (value) { return Jampel.number(self.language, value); };
    this.tell = this.tell.bind(this);
    this.announce = this.announce.bind(this);
    this.changed = this.refresh.bind(this);
    this.index = -1;
    this.drawn = {};
    this.result = course.pages.length;
  }

  Player.prototype.start = async function () {
    document.documentElement.lang = this.language;
    document.title = this.course.title;
    this.frame();
    var transport = Jampel.transports[this.config.transport](this.course, this.config, this.tell);
    this.session = new Jampel.Session(this.course, transport, this.tell, Date.now);
    await this.session.open();
    this.loading.remove();
    this.body.hidden = false;
    this.listen();
    this.go(this.session.state.page, true);
  };

  /* The fixed parts of the screen. */
  Player.prototype.frame = function () {
    var self = this, say = this.say, course = this.course;
    this.live = h("div", { class: "jp-live", role: "status", "aria-live": "polite" });
    this.notices = h("div", { class: "jp-notices" });
    this.loading = h("p", { class: "jp-loading", text: say("loading") });
    this.bar = h("progress", { class: "jp-bar", "aria-label": say("progress"), max: 1, value: 0 });
    this.barText = h("span", { class: "jp-bar-text" });
    this.toggle = h("button", {
      type: "button", class: "jp-button jp-toggle", "aria-expanded": "false", "aria-controls": "jp-daftar", text: say("showPages"),
      on: { click: function () { self.openList(self.toggle.getAttribute("aria-expanded") !== "true"); } }
    });
    this.items = h("ol", { class: "jp-list" });
    this.main = h("main", { id: "jp-isi", tabindex: "-1", lang: course.language });
    this.back = h("button", { type: "button", class: "jp-button", text: say("previous"), on: { click: function () { self.go(self.index - 1); } } });
    this.forward = h("button", { type: "button", class: "jp-button jp-primary", on: { click: function () { self.go(self.index + 1); } } });
    this.place = h("span", { class: "jp-place" });
    this.body = h("div", { class: "jp-body", hidden: true }, [
      h("nav", { id: "jp-daftar", class: "jp-pages", "aria-label": say("pages") }, [this.items]),
      h("div", { class: "jp-column" }, [
        this.main,
        h("nav", { class: "jp-steps", "aria-label": say("steps") }, [this.back, this.place, this.forward])
      ])
    ]);
    this.root.className = "jp";
    this.root.replaceChildren(
      h("a", { class: "jp-skip", href: "#jp-isi", text: say("skip"), on: { click: function (event) { event.preventDefault(); self.main.focus(); } } }),
      h("header", { class: "jp-top" }, [
        h("div", { class: "jp-title" }, [h("p", { class: "jp-module", text: course.title }), h("p", { class: "jp-facts", text: this.facts() })]),
        h("div", { class: "jp-progress" }, [this.barText, this.bar]),
        this.toggle
      ]),
      this.notices, this.loading, this.body, this.live
    );
  };

  Player.prototype.facts = function () {
    var course = this.course, facts = [];
    if (course.jp) facts.push(this.say("jp", { n: this.number(course.jp / 100) }));
    if (course.minutes) facts.push(this.say("minutes", { n: course.minutes }));
    if (this.config.learner) facts.push(this.say("learner", { name: this.config.learner }));
    return facts.join(" · ");
  };

  /* Chromium leaves a page in the order pagehide, visibilitychange; a phone may only ever say "hidden". */
  Player.prototype.listen = function () {
    var session = this.session;
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") session.hide();
      else session.show();
    });
    window.addEventListener("pagehide", function () { session.close(); });
    window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });
    this.main.addEventListener("click", this.follow.bind(this));
    window.addEventListener("beforeprint", this.drawAll.bind(this));
  };

  /* A link from page to page stays inside the player. */
  Player.prototype.follow = function (event) {
    var link = event.target.closest("a[data-page]");
    if (!link) return;
    event.preventDefault();
    var to = this.course.pages.findIndex(function (page) { return page.id === link.getAttribute("data-page"); });
    if (to >= 0) this.go(to);
  };

  Player.prototype.openList = function (open) {
    this.toggle.setAttribute("aria-expanded", String(open));
    this.root.classList.toggle("jp-list-open", open);
  };

  /* Shows page `index` (the last index is the result); `target` is an element id to go to inside it. */
  Player.prototype.go = function (index, first, target) {
    index = Math.max(0, Math.min(index, this.result));
    this.stopMedia();
    this.index = index;
    this.session.visit(index);
    this.openList(false);
    Object.keys(this.drawn).forEach(function (key) { this.drawn[key].hidden = Number(key) !== index; }, this);
    var page = index === this.result ? this.drawResult() : this.draw(index);
    page.hidden = false;
    this.shownQuestions(index);
    this.refresh();
    this.focusOn(page, first, target);
  };

  Player.prototype.focusOn = function (page, first, target) {
    var goal = (target && document.getElementById(target)) || page.querySelector("h1");
    goal.setAttribute("tabindex", "-1");
    if (!first || window.parent === window) goal.focus({ preventScroll: true });
    if (target) goal.scrollIntoView({ block: "start" });
    else window.scrollTo(0, 0);
    this.announce(this.index === this.result
      ? this.say("nowOnResult")
      : this.say("nowOn", { title: this.course.pages[this.index].title, n: this.index + 1, total: this.result }));
  };

  Player.prototype.shownQuestions = function (index) {
    this.session.asked().forEach(function (question) { if (question.page === index) this.session.shown(question.index); }, this);
  };

  Player.prototype.stopMedia = function () {
    this.main.querySelectorAll("video, audio").forEach(function (media) { media.pause(); });
  };

  /* Draws a page once; it is parsed in a template, so that nothing in it loads before it has been made quiet. */
  Player.prototype.draw = function (index) {
    if (this.drawn[index]) return this.drawn[index];
    var self = this, page = this.course.pages[index];
    var source = h("template", { html: page.html });
    source.content.querySelectorAll("video").forEach(function (video) { self.quietVideo(video); });
    source.content.querySelectorAll("img").forEach(function (image) { image.setAttribute("decoding", "async"); });
    var article = h("article", { class: "jp-page", "data-page": page.id }, [source.content]);
    if (!article.querySelector("h1")) article.prepend(h("h1", { text: page.title }));
    this.session.asked().filter(function (question) { return question.page === index; }).forEach(function (question) {
      var form = Jampel.questions.build(self, question);
      var place = article.querySelector("[data-question='" + question.id + "']");
      if (place) place.replaceChildren(form);
      else article.append(form);
    });
    article.hidden = true;
    this.drawn[index] = article;
    var after = Object.keys(this.drawn).map(Number).filter(function (other) { return other > index; }).sort(function (a, b) { return a - b; })[0];
    this.main.insertBefore(article, after === undefined ? null : this.drawn[after]);
    article.querySelectorAll("video").forEach(function (video) { self.captions(video); });
    return article;
  };

  Player.prototype.drawAll = function () {
    for (var index = 0; index < this.result; index++) this.draw(index);
  };

  /* Nothing of a video loads before the learner asks for it. */
  Player.prototype.quietVideo = function (video) {
    video.setAttribute("preload", "none");
    video.setAttribute("controls", "");
    video.setAttribute("playsinline", "");
    video.removeAttribute("autoplay");
    /* A browser refuses caption files beside a page opened from file://; the transcript is there. */
    if (window.location.protocol === "file:") {
      video.querySelectorAll("track[src]").forEach(function (track) { if (track.getAttribute("src").indexOf("data:") !== 0) track.remove(); });
    }
  };

  Player.prototype.captions = function (video) {
    var language = this.course.language;
    Array.prototype.forEach.call(video.textTracks, function (track) {
      var mine = !track.language || Jampel.language(track.language) === language;
      track.mode = (track.kind === "captions" || track.kind === "subtitles") && mine ? "showing" : "disabled";
    });
  };

  /* Everything that shows where the learner stands. */
  Player.prototype.refresh = function () {
    var course = this.course, standing = this.session.standing();
    var seen = course.pages.length - standing.pages.length;
    var asked = this.session.asked().length, answered = asked - standing.questions.length;
    this.bar.max = course.pages.length + asked;
    this.bar.value = seen + answered;
    this.barText.textContent = this.say(asked ? "progressBoth" : "progressText", {
      seen: seen, pages: course.pages.length, answered: answered, questions: asked
    });
    this.back.disabled = this.index === 0;
    this.forward.hidden = this.index === this.result;
    this.forward.textContent = this.say(this.index === this.result - 1 ? "toResult" : "next");
    this.place.textContent = this.index === this.result ? "" : this.say("pageOf", { n: this.index + 1, total: this.result });
    this.drawList(standing);
  };

  Player.prototype.drawList = function (standing) {
    var self = this;
    var rows = this.course.pages.map(function (page, index) {
      var open = standing.questions.filter(function (at) { return self.course.list[at].page === index; }).length;
      var seen = self.session.state.visited[index];
      return self.row(index, page.title, seen && !open, seen ? (open ? self.say("openQuestions", { n: open }) : self.say("seen")) : self.say("unseen"));
    });
    rows.push(this.row(this.result, this.say("result"), earned(this.session.state.best.status), standing.complete ? "" : this.say("whyNot")));
    this.items.replaceChildren.apply(this.items, rows);
  };

  function earned(status) {
    return status === "passed" || status === "completed";
  }

  Player.prototype.row = function (index, title, done, note) {
    var self = this, here = index === this.index;
    return h("li", { class: done ? "jp-seen" : null }, [
      h("button", { type: "button", "aria-current": here ? "page" : null, on: { click: function () { self.go(index); } } }, [
        h("span", { class: "jp-tick", "aria-hidden": "true", text: done ? "✓" : "" }),
        h("span", { class: "jp-row" }, [
          h("span", { text: title }),
          note ? h("span", { class: index === this.result || !done ? "jp-note" : "jp-note jp-only-heard", text: note }) : null
        ])
      ])
    ]);
  };

  /* The result: what was reached, or what is still missing, with ways to get there. */
  Player.prototype.drawResult = function () {
    var standing = this.session.standing(), best = this.session.state.best;
    var article = h("article", { class: "jp-page jp-result", "data-page": "hasil" }, [
      h("h1", { text: this.say(best.status || "notYet") }),
      h("div", { class: "jp-result-facts" }, this.resultFacts(standing, best)),
      standing.complete ? null : this.remaining(standing),
      standing.complete && standing.wrong.length ? this.links("wrongOnes", standing.wrong, this.toQuestion) : null,
      standing.wrong.length && standing.complete ? h("p", { text: this.say("fixWrong") }) : null,
      Jampel.review.all(this),
      this.resultActions(standing)
    ]);
    if (this.drawn[this.result]) this.drawn[this.result].remove();
    this.drawn[this.result] = article;
    this.main.append(article);
    return article;
  };

  Player.prototype.resultFacts = function (standing, best) {
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
    if (earned(best.status)) lines.push(line("jpEarned", { jp: jp }, "jp-earned"), line("jpChecked", null, "jp-small"));
    else lines.push(line(course.graded ? "jpPending" : "jpWhenDone", { jp: jp }));
    return lines;
  };

  Player.prototype.toPage = function (index) {
    return { text: this.course.pages[index].title, go: this.go.bind(this, index, false, null) };
  };

  Player.prototype.toQuestion = function (at) {
    var question = this.course.list[at];
    return {
      text: this.say("questionOn", { n: this.session.asked().indexOf(question) + 1, title: this.course.pages[question.page].title }),
      go: this.go.bind(this, question.page, false, "jp-soal-" + question.id)
    };
  };

  Player.prototype.links = function (key, list, describe) {
    if (!list.length) return null;
    return h("section", {}, [
      h("h2", { text: this.say(key) }),
      h("ul", { class: "jp-links" }, list.map(function (one) {
        var link = describe.call(this, one);
        return h("li", {}, [h("button", { type: "button", class: "jp-link", text: link.text, on: { click: function () { link.go(); } } })]);
      }, this))
    ]);
  };

  Player.prototype.remaining = function (standing) {
    return h("section", { class: "jp-why" }, [
      h("h2", { text: this.say("whyNot") }),
      h("p", { text: this.say("whyNotText") }),
      this.links("remainPages", standing.pages, this.toPage),
      this.links("remainQuestions", standing.questions, this.toQuestion)
    ]);
  };

  Player.prototype.resultActions = function (standing) {
    var self = this, actions = [];
    if (standing.complete && this.session.mayRestart()) {
      actions.push(h("button", { type: "button", class: "jp-button", text: this.say("restart"), on: { click: function () { self.restart(); } } }));
    }
    if (this.config.returnUrl && /^https?:/.test(this.config.returnUrl)) {
      actions.push(h("a", { class: "jp-button jp-primary", href: this.config.returnUrl, target: "_top", text: this.say("backToLms") }));
    }
    return actions.length ? h("div", { class: "jp-actions" }, actions) : null;
  };

  Player.prototype.restart = function () {
    this.session.restart();
    Object.keys(this.drawn).forEach(function (key) { this.drawn[key].remove(); }, this);
    this.drawn = {};
    var first = this.session.asked()[0];
    this.go(first.page, false, "jp-soal-" + first.id);
    this.announce(this.say("restarted"));
  };

  /* Spoken to screen readers; the same sentence twice is still spoken twice. */
  Player.prototype.announce = function (text) {
    this.live.textContent = this.live.textContent === text ? text + "\u00a0" : text;
  };

  /* A notice that blocks nothing. One of a key at a time; good news replaces the bad and leaves by itself. */
  Player.prototype.tell = function (key, params, kind) {
    var old = this.notices.querySelector("[data-key='" + key + "']");
    if (old) old.remove();
    if (key === "online" || key === "saveRestored") {
      this.notices.querySelectorAll("[data-key=offline], [data-key=saveFailed]").forEach(function (bad) { bad.remove(); });
    }
    var notice = h("div", { class: "jp-notice jp-notice-" + kind, "data-key": key, role: kind === "bad" ? "alert" : "status" }, [
      h("p", { text: this.say(key, params) }),
      h("button", { type: "button", class: "jp-close", "aria-label": this.say("close"), text: "×", on: { click: function () { notice.remove(); } } })
    ]);
    this.notices.append(notice);
    if (kind !== "bad") setTimeout(function () { notice.remove(); }, 12000);
  };

  /* A page that says what is wrong, for people who can pass it on. */
  function broken(root, language, list) {
    document.documentElement.lang = language;
    root.className = "jp";
    root.replaceChildren(h("main", { class: "jp-page jp-broken" }, [
      h("h1", { text: Jampel.say(language, "brokenTitle") }),
      h("p", { text: Jampel.say(language, "brokenText") }),
      h("ul", {}, list.slice(0, 20).map(function (problem) { return h("li", { text: Jampel.say(language, problem[0], problem[1]) }); }))
    ]));
  }

  function readJson(id, list) {
    var element = document.getElementById(id);
    if (!element) {
      list.push(["brokenMissing", { name: "#" + id }]);
      return null;
    }
    try {
      return JSON.parse(element.textContent);
    } catch (error) {
      list.push(["brokenJson", { name: "#" + id, detail: error.message }]);
      return null;
    }
  }

  function configProblems(config) {
    if (!Jampel.transports || !Jampel.transports[config.transport]) return [["brokenTransport", { name: String(config.transport) }]];
    if (config.transport !== "xapi") return [];
    return ["endpoint", "token", "actor", "registration", "activity"].filter(function (name) { return !config[name]; })
      .map(function (name) { return ["brokenMissing", { name: "config." + name }]; });
  }

  /* Reads the page and starts the player; what cannot be played becomes a readable page. */
  Jampel.start = function () {
    var root = document.getElementById("jampel");
    var list = [];
    var raw = readJson("jampel-course", list);
    var config = readJson("jampel-config", list);
    var language = Jampel.language((config && config.language) || (raw && raw.language));
    if (raw) list = list.concat(Jampel.course.problems(raw));
    if (config) list = list.concat(configProblems(config));
    if (list.length) return broken(root, language, list);
    var player = new Player(root, Jampel.course.model(raw), config);
    Jampel.player = player;
    return player.start().catch(function (error) { broken(root, language, [["brokenOther", { detail: error.message }]]); });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", Jampel.start);
  else Jampel.start();
})();
