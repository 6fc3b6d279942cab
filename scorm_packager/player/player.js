/* The screen: the fixed parts, one page at a time, the list of pages and the progress. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var h = Jampel.h;

  function Player(root, course, config) {
    this.root = root;
    this.course = course;
    this.config = config;
    this.language = Jampel.language(config.language || course.language);
    this.say = (key, params) => Jampel.say(this.language, key, params);
    this.number = (value) => Jampel.number(this.language, value);
    this.tell = this.tell.bind(this);
    this.announce = this.announce.bind(this);
    this.changed = this.refresh.bind(this);
    this.pages = new Jampel.Pages(course, config.later || course.later || "", config.parts || {});
    this.index = -1;
    this.drawn = {};
    this.result = course.pages.length;
  }

  /* Nothing of a medium loads before the learner asks for it; `content` is not on the screen yet. */
  function quiet(content) {
    content.querySelectorAll("video, audio").forEach((element) => {
      element.setAttribute("preload", "none");
      element.setAttribute("controls", "");
      element.removeAttribute("autoplay");
      if (element.tagName === "VIDEO") element.setAttribute("playsinline", "");
      /* A browser refuses caption files beside a page opened from file://; the transcript is there. */
      if (window.location.protocol === "file:") {
        element.querySelectorAll("track[src]").forEach((track) => { if (track.getAttribute("src").indexOf("data:") !== 0) track.remove(); });
      }
    });
  }

  Object.assign(Player.prototype, {
    async start() {
      document.documentElement.lang = this.language;
      document.title = this.course.title;
      this.wearTheme();
      this.frame();
      var transport = Jampel.transports[this.config.transport](this.course, this.config, this.tell);
      this.session = new Jampel.Session(this.course, transport, this.tell, Date.now);
      await this.session.open();
      this.loading.remove();
      this.body.hidden = false;
      this.listen();
      this.go(this.session.state.page, true);
    },

    button(key, name, click) {
      return h("button", { type: "button", class: "jp-button" + (name ? " " + name : ""), text: this.say(key), on: { click: click } });
    },

    /* The fixed parts of the screen. */
    frame() {
      var say = this.say, course = this.course;
      this.live = h("div", { class: "jp-live", role: "status", "aria-live": "polite" });
      this.notices = h("div", { class: "jp-notices" });
      this.paper = h("p", { class: "jp-paper", text: say("printMissing"), hidden: true });
      this.loading = h("p", { class: "jp-loading", text: say("loading") });
      this.bar = h("progress", { class: "jp-bar", "aria-label": say("progress"), max: 1, value: 0 });
      this.barText = h("span", { class: "jp-bar-text" });
      this.toggle = this.button("showPages", "jp-toggle", () => { this.openList(this.toggle.getAttribute("aria-expanded") !== "true"); });
      this.toggle.setAttribute("aria-expanded", "false");
      this.toggle.setAttribute("aria-controls", "jp-daftar");
      this.items = h("ol", { class: "jp-list" });
      this.main = h("main", { id: "jp-isi", tabindex: "-1", lang: course.language });
      this.back = this.button("previous", "", () => { this.go(this.index - 1); });
      this.forward = this.button("next", "jp-primary", () => { this.go(this.index + 1); });
      this.place = h("span", { class: "jp-place" });
      this.body = h("div", { class: "jp-body", hidden: true }, [
        h("div", { id: "jp-daftar", class: "jp-pages" }, [
          h("nav", { "aria-label": say("pages") }, [this.items]),
          this.tools()
        ]),
        h("div", { class: "jp-column" }, [
          this.main,
          h("nav", { class: "jp-steps", "aria-label": say("steps") }, [this.back, this.place, this.forward])
        ])
      ]);
      this.root.className = "jp";
      this.root.replaceChildren(
        h("a", { class: "jp-skip", href: "#jp-isi", text: say("skip"), on: { click: (event) => { event.preventDefault(); this.main.focus(); } } }),
        h("header", { class: "jp-top" }, [
          h("div", { class: "jp-title" }, [h("p", { class: "jp-module", text: course.title }), h("p", { class: "jp-facts", text: this.facts() })]),
          h("div", { class: "jp-progress" }, [this.barText, this.bar, this.statusLine()]),
          this.toggle
        ]),
        this.paper, this.notices, this.loading, this.body, this.live
      );
    },

    facts() {
      var course = this.course, facts = [];
      if (course.jp) facts.push(this.say("jp", { n: this.number(course.jp / 100) }));
      if (course.minutes) facts.push(this.say("minutes", { n: course.minutes }));
      if (this.config.learner) facts.push(this.say("learner", { name: this.config.learner }));
      return facts.join(" · ");
    },

    /* Chromium leaves a page in the order pagehide, visibilitychange; a phone may only ever say "hidden". */
    listen() {
      var session = this.session;
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "hidden") session.hide();
        else session.show();
      });
      window.addEventListener("pagehide", () => { session.close(); });
      window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
      this.main.addEventListener("click", this.follow.bind(this));
      window.addEventListener("beforeprint", this.drawAll.bind(this));
      window.addEventListener("resize", () => { this.reach(); });
      document.addEventListener("keydown", (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "p" || this.pages.all()) return;
        event.preventDefault();
        this.withRest("print")();
      });
    },

    /* A link from page to page stays inside the player. */
    follow(event) {
      var link = event.target.closest("a[data-page]");
      if (!link) return;
      event.preventDefault();
      var to = this.course.pages.findIndex((page) => page.id === link.getAttribute("data-page"));
      if (to >= 0) this.go(to);
    },

    openList(open) {
      this.toggle.setAttribute("aria-expanded", String(open));
      this.root.classList.toggle("jp-list-open", open);
    },

    /* Shows page `index` (the last index is the result) as soon as it is here; `target` is an element id to go to inside it. */
    go(index, first, target) {
      index = Math.max(0, Math.min(index, this.result));
      this.stopMedia();
      this.openList(false);
      this.index = index;
      if (this.pages.ready(index)) this.show(index, first, target);
      else this.await(index, first, target);
    },

    /* Only what can be read counts as opened. */
    show(index, first, target) {
      this.session.visit(index);
      this.hidePages();
      var page = index === this.result ? this.drawResult() : this.draw(index);
      page.hidden = false;
      if (this.pages.has(index)) this.shownQuestions(index);
      this.reach();
      this.refresh();
      this.focusOn(page, first, target);
      this.readAhead(index);
    },

    hidePages() {
      Object.keys(this.drawn).forEach(function (key) { this.drawn[key].hidden = true; }, this);
      if (this.waiting) this.waiting.remove();
      this.waiting = null;
    },

    /* The first screen has the link to itself; the pages after it come when all of it is there. */
    readAhead(index) {
      var pages = this.pages;
      if (document.readyState === "complete") pages.readAhead(index);
      else window.addEventListener("load", () => { pages.readAhead(index); }, { once: true });
    },

    /* A page that is still on its way: says so, and what to do when it does not come. */
    await(index, first, target) {
      this.hidePages();
      var here = this.waiting = h("div", { class: "jp-wait", lang: this.language }, [h("p", { text: this.say("pageComing") })]);
      this.main.append(here);
      this.refresh();
      this.announce(this.say("pageComing"));
      this.pages.prepare(index).then(
        () => { if (this.waiting === here) this.show(index, first, target); },
        () => { if (this.waiting === here) this.lost(here, index, target); }
      );
    },

    lost(here, index, target) {
      var again = this.button("retry", "jp-primary", this.go.bind(this, index, false, target));
      here.setAttribute("role", "alert");
      here.replaceChildren(h("h1", { text: this.say("pageLost") }), h("p", { text: this.say("pageLostText") }), again);
      again.focus();
    },

    /* Questions and media of a page: at once when all they need is here, else as soon as it comes; the text can be read meanwhile. */
    complete(index, article) {
      if (this.pages.whole(index)) return this.fill(index, article);
      var here = h("div", { class: "jp-wait", lang: this.language }, [h("p", { text: this.say("partComing") })]);
      article.append(here);
      return this.pages.complete(index).then(() => {
        here.remove();
        this.fill(index, article);
        if (this.index === index) this.shownQuestions(index);
      }, () => {
        here.setAttribute("role", "alert");
        here.replaceChildren(h("p", { text: this.say("pageLostText") }), this.button("retry", "jp-primary", () => {
          here.remove();
          this.complete(index, article);
        }));
      });
    },

    fill(index, article) {
      this.session.asked().filter((question) => question.page === index).forEach((question) => {
        var form = Jampel.questions.build(this, question);
        var place = article.querySelector("[data-question='" + question.id + "']");
        if (place) place.replaceChildren(form);
        else article.append(form);
      });
      if (this.pages.parts(index).includes("media")) Jampel.media.watch(this, article);
    },

    focusOn(page, first, target) {
      var goal = (target && document.getElementById(target)) || page.querySelector("h1");
      goal.setAttribute("tabindex", "-1");
      if (!first || window.parent === window) goal.focus({ preventScroll: true });
      if (target) goal.scrollIntoView({ block: "start" });
      else window.scrollTo(0, 0);
      this.announce(this.index === this.result
        ? this.say("result")
        : this.say("nowOn", { title: this.course.pages[this.index].title, n: this.index + 1, total: this.result }));
    },

    shownQuestions(index) {
      this.session.asked().forEach(function (question) { if (question.page === index) this.session.shown(question.index); }, this);
    },

    stopMedia() {
      this.main.querySelectorAll("video, audio").forEach((media) => { media.pause(); });
    },

    /* Draws a page once; it is parsed in a template, so that nothing in it loads before it has been made quiet. */
    draw(index) {
      if (this.drawn[index]) return this.drawn[index];
      var page = this.course.pages[index];
      var source = h("template", { html: page.html });
      source.content.querySelectorAll("img").forEach((image, at) => {
        image.setAttribute("decoding", "async");
        if (at) image.setAttribute("loading", "lazy");
      });
      quiet(source.content);
      source.content.querySelectorAll("table").forEach((table) => {
        var box = h("div", { class: "jp-wide" });
        table.replaceWith(box);
        box.append(table);
      });
      /* A copy: WebKit never plays a medium that chose its source in a template. */
      var article = h("article", { class: "jp-page", "data-page": page.id }, [document.importNode(source.content, true)]);
      if (!article.querySelector("h1")) article.prepend(h("h1", { text: page.title }));
      article.hidden = true;
      this.drawn[index] = article;
      var after = Object.keys(this.drawn).map(Number).filter((other) => other > index).sort((a, b) => a - b)[0];
      this.main.insertBefore(article, after === undefined ? null : this.drawn[after]);
      this.complete(index, article);
      return article;
    },

    /* Paper takes what is here; a browser's own menu prints at once, so what is still on its way is said there. */
    drawAll() {
      for (var index = 0; index < this.result; index++) if (this.pages.ready(index)) this.draw(index);
      this.paper.hidden = this.pages.all();
    },

    /* What is wider than the screen scrolls in a box of its own, and the keyboard reaches it (WCAG 2.1.1). */
    reach() {
      this.main.querySelectorAll(".jp-page:not([hidden]) :is(.jp-wide, pre, .rumus, [data-lembar])").forEach((box) => {
        var wide = box.scrollWidth > box.clientWidth + 1;
        [["tabindex", "0"], ["role", "group"], ["aria-label", this.say("scrolls")]].forEach((one) => {
          if (wide) box.setAttribute(one[0], one[1]);
          else box.removeAttribute(one[0]);
        });
      });
    },

    /* Everything that shows where the learner stands. */
    refresh() {
      var course = this.course, standing = this.session.standing();
      var seen = course.pages.length - standing.pages.length;
      var asked = this.session.asked().length, answered = asked - standing.questions.length;
      var media = course.watch ? course.media.length : 0;
      this.bar.max = course.pages.length + asked + media;
      this.bar.value = seen + answered + media - standing.media.length;
      this.barText.textContent = this.say(asked ? "progressBoth" : "progressText", {
        seen: seen, pages: course.pages.length, answered: answered, questions: asked
      });
      this.back.disabled = this.index === 0;
      this.forward.hidden = this.index === this.result;
      this.forward.textContent = this.say(this.index === this.result - 1 ? "toResult" : "next");
      this.place.textContent = this.index === this.result ? "" : this.say("pageOf", { n: this.index + 1, total: this.result });
      this.drawList(standing);
      this.offerWhy(standing);
    },

    drawList(standing) {
      var open = {};
      standing.questions.forEach((at) => { var page = this.course.list[at].page; open[page] = (open[page] || 0) + 1; });
      var rows = this.course.pages.map((page, index) => {
        var seen = this.session.state.visited[index];
        var rest = seen && open[index];
        return this.row(index, page.title, seen && !rest, rest ? this.say("openQuestions", { n: rest }) : this.say(seen ? "seen" : "unseen"));
      });
      rows.push(this.row(this.result, this.say("result"), this.earned(), standing.complete ? "" : this.say("notComplete")));
      this.items.replaceChildren.apply(this.items, rows);
    },

    row(index, title, done, note) {
      var here = index === this.index;
      var loud = index === this.result || (!done && this.session.state.visited[index]); /* an empty circle says the rest */
      return h("li", { class: done ? "jp-seen" : null }, [
        h("button", { type: "button", "aria-current": here ? "page" : null, on: { click: () => { this.go(index); } } }, [
          h("span", { class: "jp-tick", "aria-hidden": "true", text: done ? "✓" : "" }),
          h("span", { class: "jp-row" }, [
            h("span", { text: title, lang: index === this.result ? null : this.course.language }),
            note ? h("span", { class: loud ? "jp-note" : "jp-note jp-only-heard", text: note }) : null
          ])
        ])
      ]);
    },

    /* Spoken to screen readers; the same sentence twice is still spoken twice. */
    announce(text) {
      this.live.textContent = this.live.textContent === text ? text + "\u00a0" : text;
    }
  });

  Jampel.Player = Player;
})();
