/* What comes after the first screen: the pages of a long course, one at a time, and the parts of the player that they have need of.
 *
 * A page is a classic script that calls Jampel.page(digest, index, {html, questions}): a browser loads such a script from
 * a disk too, where it refuses fetch. `later` in the course is the folder they lie in; `config.later` may name another.
 * A part is a script beside the player's own, or the style sheet of them all; `config.parts` may name other addresses.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var h = Jampel.h;
  var PATIENCE = 45000; /* a page of 20 KB needs a second at 256 kbps; a link that gives nothing for so long is gone */
  var STYLE = "lanjut";
  /* By name, whether a part is here; what came under its name may have been something else. */
  var PARTS = {
    lanjut: (pages) => pages.styled === true,
    soal: () => !!Jampel.questions,
    media: () => !!Jampel.media,
    hasil: () => !!Jampel.Player.prototype.drawResult
  };
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

  /* `folder` is where the pages lie, `addresses` those of parts that do not lie beside the player. */
  function Pages(course, folder, addresses) {
    this.course = course;
    this.folder = folder;
    this.addresses = addresses;
    this.coming = {};
    this.tries = {};
    this.ahead = false;
    asking = this;
  }

  Object.assign(Pages.prototype, {
    /* Whether a page, by its index, or a part, by its name, is here; the index after the last page is the result. */
    has(one) {
      return PARTS[one] ? PARTS[one](this) : one >= this.course.pages.length || !this.course.pages[one].later;
    },

    /* The parts that page `index` wants, as far as its text is here: questions and media. The result names those of the whole course. */
    parts(index) {
      var page = this.course.pages[index], course = this.course;
      var wanted = page ? [] : ["hasil"];
      if (page ? (page.questions || []).length : course.list.length) wanted.push("soal");
      if (page ? /<(video|audio)\b| data-(medium|lembar)=/.test(page.html) : course.media.length) wanted.push("media");
      return wanted.length ? [STYLE].concat(wanted) : wanted;
    },

    /* Whether a page can be read; the result needs its parts for that. */
    ready(index) {
      var page = this.course.pages[index];
      return page ? page.later !== true : this.whole(index);
    },

    /* Whether everything on a page can be used. */
    whole(index) {
      return [index].concat(this.parts(index)).every(this.has, this);
    },

    prepare(index) {
      return index < this.course.pages.length ? this.load(index) : this.complete(index);
    },

    /* Only the text of a page tells all the parts that it wants. */
    complete(index) {
      var parts = () => Promise.all(this.parts(index).map(this.load, this));
      return Promise.all([this.load(index), parts()]).then(parts);
    },

    /* A promise of a page or a part, kept at once when it is here; broken when the link does not bring it. */
    load(one) {
      if (this.has(one)) return Promise.resolve();
      if (!this.coming[one]) this.coming[one] = this.ask(one);
      return this.coming[one];
    },

    ask(one) {
      var tries = this.tries[one] = (this.tries[one] || 0) + 1;
      var address = PARTS[one] ? this.addresses[one] || "player/" + one + (one === STYLE ? ".css" : ".js") : this.folder + (one + 1) + ".js";
      /* After a failure under another address, so that no cache gives the same failure, or an old page, again. */
      if (tries > 1) address += "?" + this.course.digest.slice(0, 8) + tries;
      return new Promise((resolve, reject) => {
        var element = one === STYLE ? h("link", { rel: "stylesheet", href: address }) : h("script", { src: address });
        var end = (event) => {
          clearTimeout(timer);
          if (one === STYLE && event && event.type === "load") this.styled = true;
          else element.remove();
          delete this.coming[one];
          if (this.has(one)) resolve();
          else reject(new Error(address));
        };
        var timer = setTimeout(end, PATIENCE);
        element.onload = element.onerror = end;
        document.head.append(element);
      });
    },

    /* What is not here yet in the background, one page with its parts after another, so that the link belongs to what is on the screen. */
    readAhead(from) {
      this.from = from;
      if (this.ahead) return;
      var index = this.nextMissing();
      if (index === undefined) return;
      this.ahead = true;
      this.complete(index).then(
        () => { this.ahead = false; this.readAhead(this.from); },
        () => { this.ahead = false; /* the next turn of a page tries again */ }
      );
    },

    /* The page on the screen, the next one, the result, then the other pages, unless the browser saves data. */
    nextMissing() {
      var total = this.course.pages.length;
      var saving = navigator.connection && navigator.connection.saveData;
      var turns = [this.from, (this.from + 1) % total, total];
      for (var step = 2; step <= total && !saving; step++) turns.push((this.from + step) % total);
      return turns.find((index) => !this.whole(index));
    },

    /* Whether all of the course and the player is here. */
    all() {
      return this.course.pages.concat(null).every((page, index) => this.whole(index));
    },

    /* Everything, for printing; what fails, perhaps after it was long on its way, is asked for once more. */
    async loadAll() {
      for (var index = this.course.pages.length; index >= 0; index--) {
        await this.complete(index).catch(() => this.complete(index));
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

  Jampel.Pages = Pages;
  Jampel.outline = expand;
  Jampel.page = (digest, index, body) => { if (asking) asking.take(digest, index, body); };
})();
