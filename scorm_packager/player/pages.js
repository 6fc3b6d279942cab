/* The pages of a long course, fetched one at a time: the page of the course holds the first one and the titles alone.
 *
 * A page is a classic script that calls Jampel.page(digest, index, {html, questions}): a browser loads such a script from
 * a disk too, where it refuses fetch. `later` in the course is the folder they lie in; `config.later` may name another.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var PATIENCE = 45000; /* a page of 20 KB needs a second at 256 kbps; a link that gives nothing for so long is gone */
  var REST = "rest"; /* the rest of the player, which comes as a page does */
  var asking = null;

  /* An outline becomes a course that can be checked, scored and resumed; its lists have their length and no words yet. */
  function expand(raw) {
    if (!raw || !raw.later || !Array.isArray(raw.pages)) return raw;
    raw.pages = raw.pages.map((page) => {
      if (!Array.isArray(page)) return page;
      var media = (page[3] || []).map((id) => ' data-medium="' + id + '"');
      return { id: page[0], title: page[1], questions: page[2] || [], html: media.join(""), later: true };
    });
    /* The text of the first page is here, its questions may not be. */
    var first = raw.pages[0];
    if (first && (first.questions || []).some((id) => typeof (raw.questions || {})[id] === "number")) first.later = "questions";
    Object.keys(raw.questions || {}).forEach((id) => {
      if (typeof raw.questions[id] === "number") raw.questions[id] = wordless((raw.shapes || [])[raw.questions[id]]);
    });
    return raw;
  }

  function wordless(shape) {
    var question = Object.assign({ prompt: "" }, shape);
    Object.keys(question).forEach((name) => {
      if (!Array.isArray(question[name])) return;
      var list = [];
      for (var n = 0; n < question[name][0]; n++) list.push({ id: "", html: "", left: "", right: "", correct: true });
      question[name] = list;
    });
    return question;
  }

  /* `folder` is where the pages lie, `rest` the address of the rest of the player. */
  function Pages(course, folder, rest) {
    this.course = course;
    this.folder = folder;
    this.rest = rest;
    this.coming = {};
    this.tries = {};
    this.ahead = false;
    asking = this;
  }

  Object.assign(Pages.prototype, {
    has(index) {
      if (index === REST) return !!Jampel.media;
      return index >= this.course.pages.length || !this.course.pages[index].later;
    },

    /* Whether a page can be read; the result needs the rest of the player. */
    ready(index) {
      var page = this.course.pages[index];
      return page ? page.later !== true : this.has(REST);
    },

    /* Whether a page holds what only the rest of the player can do: questions and media. */
    busy(index) {
      var page = this.course.pages[index];
      return (page.questions || []).length > 0 || /<(video|audio)\b| data-(medium|lembar)=/.test(page.html);
    },

    /* Whether everything on a page can be used. */
    whole(index) {
      return this.has(index) && (this.has(REST) || !this.busy(index));
    },

    prepare(index) {
      return this.load(index < this.course.pages.length ? index : REST);
    },

    complete(index) {
      return Promise.all([this.load(REST), this.load(index)]);
    },

    /* A promise of page `index`, kept at once when it is here; broken when the link does not bring it. */
    load(index) {
      if (this.has(index)) return Promise.resolve();
      if (!this.coming[index]) this.coming[index] = this.ask(index);
      return this.coming[index];
    },

    ask(index) {
      var tries = this.tries[index] = (this.tries[index] || 0) + 1;
      return new Promise((resolve, reject) => {
        var script = document.createElement("script");
        var end = () => {
          clearTimeout(timer);
          script.remove();
          delete this.coming[index];
          if (this.has(index)) resolve();
          else reject(new Error(script.src));
        };
        var timer = setTimeout(end, PATIENCE);
        script.onload = script.onerror = end;
        /* After a failure under another address, so that no cache gives the same failure, or an old page, again. */
        script.src = (index === REST ? this.rest : this.folder + (index + 1) + ".js") + (tries > 1 ? "?" + this.course.digest.slice(0, 8) + tries : "");
        document.head.append(script);
      });
    },

    /* The pages after `from` in the background, one after another, so that the link belongs to what is on the screen. */
    readAhead(from) {
      this.from = from;
      if (this.ahead) return;
      var index = this.nextMissing();
      if (index === null) return;
      this.ahead = true;
      this.load(index).then(
        () => { this.ahead = false; this.readAhead(this.from); },
        () => { this.ahead = false; /* the next turn of a page tries again */ }
      );
    },

    /* With the browser's data saver on, the next page alone. */
    nextMissing() {
      if (!this.has(REST)) return REST;
      var total = this.course.pages.length;
      var saving = navigator.connection && navigator.connection.saveData;
      for (var step = 1; step <= (saving ? 1 : total); step++) {
        var index = (this.from + step) % total;
        if (!this.has(index)) return index;
      }
      return null;
    },

    /* Whether all of the course and the player is here. */
    all() {
      return this.has(REST) && this.course.pages.every((page) => !page.later);
    },

    /* Every page, for printing; one that fails, perhaps after it was long on its way, is asked for once more. */
    async loadAll() {
      for (var index = this.course.pages.length; index >= 0; index--) {
        var one = this.course.pages[index] ? index : REST;
        await this.load(one).catch(() => this.load(one));
      }
    },

    take(digest, index, body) {
      var page = this.course.pages[index];
      if (digest !== this.course.digest || !page || !page.later || broken(page, body)) return;
      page.html = body.html || page.html;
      delete page.later;
      this.course.list.forEach((question) => {
        if (question.page === index) Object.assign(question, body.questions[question.id], { id: question.id });
      });
    }
  });

  function broken(page, body) {
    var whole = Object.assign({}, page, { html: body.html || page.html });
    return Jampel.course.problems({ id: "-", iri: "-", title: "-", pages: [whole], questions: body.questions }).length > 0;
  }

  Pages.REST = REST;
  Jampel.Pages = Pages;
  Jampel.outline = expand;
  Jampel.page = (digest, index, body) => { if (asking) asking.take(digest, index, body); };
})();
