/* What a cmi5 AU may read again, folded into the one text that an LMS of SCORM gives back.
 *
 * "jc0:" and plain JSON, or "jc1:", what must be kept squeezed, and, where there is room behind a "~", statements squeezed. {r:
 * registration, t: told, d: documents, q: statements}. To squeeze takes time, so the same text is squeezed once.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var PLAIN = "jc0:", SQUEEZED = "jc1:", BETWEEN = "~";
  var LONGEST = 400000, LONGEST_TAIL = 100000; /* characters that are worth the time */

  function Crate(room) {
    this.room = room;
    this.head = { text: "", short: null };
    this.rest = { text: "", short: null };
    this.tail = ""; /* the statements that fitted last, as JSON */
    this.count = 0;
    this.seen = 0;
  }

  function squeezed(part, text) {
    if (part.text !== text) {
      part.text = text;
      part.short = text.length > LONGEST ? null : Jampel.squeeze(text);
    }
    return part.short;
  }

  Crate.prototype.fold = function (must, tail) {
    var text = JSON.stringify(must), plain = PLAIN + text.slice(0, -1) + (tail ? ',"q":' + tail : "") + "}";
    if (plain.length <= this.room) return plain;
    var short = squeezed(this.head, text), whole = short === null ? null : SQUEEZED + short + (tail ? BETWEEN + squeezed(this.rest, tail) : "");
    return whole !== null && whole.length <= this.room ? whole : null;
  };

  /* The text for the LMS; null when there is no room for what must be kept. */
  Crate.prototype.pack = function (must) {
    return (this.tail && this.fold(must, this.tail)) || this.fold(must, "");
  };

  Crate.prototype.fits = function (must) {
    return this.fold(must, "") !== null;
  };

  /* Chooses the newest of `statements` that fit; tried now and then, not at each word. */
  Crate.prototype.choose = function (must, statements) {
    var count = Math.min(statements.length, this.count + statements.length - this.seen);
    this.seen = statements.length;
    for (; count > 0; count = Math.floor(count * 0.8)) {
      this.tail = JSON.stringify(statements.slice(-count));
      if (this.tail.length <= LONGEST_TAIL && this.fold(must, this.tail) !== null) break;
    }
    this.count = count;
    if (!count) this.tail = "";
  };

  /* {r, t, d, q} of a text that a crate wrote; {} of any other, also of one that was cut. */
  Crate.open = function (text) {
    try {
      if (text.indexOf(PLAIN) === 0) return JSON.parse(text.slice(PLAIN.length)) || {};
      if (text.indexOf(SQUEEZED) !== 0) return {};
      var parts = text.slice(SQUEEZED.length).split(BETWEEN), found = JSON.parse(Jampel.unsqueeze(parts[0]));
      if (parts[1]) found.q = JSON.parse(Jampel.unsqueeze(parts[1]));
      return found;
    } catch (error) {
      return {};
    }
  };

  Jampel.Crate = Crate;
})();
