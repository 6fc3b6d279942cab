/* What the player remembers, packed into at most 4,096 characters (SCORM 1.2 suspend_data), read back exactly and merged.
 *
 * State: {round, page, seconds, best: {status, score}, visited: [boolean], answers: [null | {correct, response}], order: [question index]}
 * `response` is undefined once its detail had to be dropped; `order` lists the answered questions, oldest first.
 *
 * Written form: "J1", base64url of a bit string, 4 characters of checksum. The bit string:
 *   round, page, seconds, best status and score · shape of the course (32 bits) · one bit a page · two bits a question
 *   then the details: question index and response, oldest first, closed by a zero bit.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var LIMIT = 4096;
  var MARK = "J1";
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var STATUSES = [null, "failed", "completed", "passed"];
  var TEXT_LIMIT = 255;

  function writer() {
    var bits = [];
    return {
      bits: bits,
      put: function (value, width) { for (var i = width - 1; i >= 0; i--) bits.push(Math.floor(value / Math.pow(2, i)) % 2); },
      number: function (value) {
        do {
          this.put(value > 15 ? 1 : 0, 1);
          this.put(value % 16, 4);
          value = Math.floor(value / 16);
        } while (value > 0);
      }
    };
  }

  function reader(bits) {
    var at = 0;
    return {
      get: function (width) {
        if (at + width > bits.length) throw new Error("the record ends too early");
        var value = 0;
        for (var i = 0; i < width; i++) value = value * 2 + bits[at++];
        return value;
      },
      number: function () {
        var value = 0, scale = 1, more;
        do {
          more = this.get(1);
          value += this.get(4) * scale;
          scale *= 16;
        } while (more && scale < 1e15);
        return value;
      }
    };
  }

  function toText(bits) {
    var text = "";
    for (var i = 0; i < bits.length; i += 6) {
      var value = 0;
      for (var j = 0; j < 6; j++) value = value * 2 + (bits[i + j] || 0);
      text += LETTERS[value];
    }
    return text;
  }

  function toBits(text) {
    var out = writer();
    for (var i = 0; i < text.length; i++) {
      var value = LETTERS.indexOf(text[i]);
      if (value < 0) throw new Error("a character that cannot be");
      out.put(value, 6);
    }
    return out.bits;
  }

  function hash(text) {
    var value = 2166136261;
    for (var i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619) >>> 0;
    return value;
  }

  function checksum(text) {
    var out = writer();
    out.put(hash(text) % 16777216, 24);
    return toText(out.bits);
  }

  function size(question) {
    return (question.options || question.pairs || question.items || []).length;
  }

  /* Two versions of a module with the same shape can read each other's positions. */
  function shape(course) {
    return hash(JSON.stringify([
      course.pages.map(function (page) { return page.id; }),
      course.list.map(function (question) { return [question.id, question.kind, size(question)]; })
    ]));
  }

  function width(count) {
    return Math.max(1, Math.ceil(Math.log2(count)));
  }

  function putText(out, text) {
    var bytes = new TextEncoder().encode(text).slice(0, TEXT_LIMIT);
    out.put(bytes.length, 8);
    bytes.forEach(function (byte) { out.put(byte, 8); });
  }

  function getText(source) {
    var bytes = new Uint8Array(source.get(8));
    for (var i = 0; i < bytes.length; i++) bytes[i] = source.get(8);
    return new TextDecoder().decode(bytes).replace(/\ufffd+$/, "");
  }

  function putResponse(out, question, response) {
    var count = size(question);
    switch (question.kind) {
      case "choice":
        return out.put(response, width(count));
      case "multiple":
        return question.options.forEach(function (option, index) { out.put(response.includes(index) ? 1 : 0, 1); });
      case "true-false":
        return out.put(response ? 1 : 0, 1);
      case "matching":
      case "ordering":
        return response.forEach(function (index) { out.put(index, width(count)); });
      default:
        return putText(out, response);
    }
  }

  function getResponse(source, question) {
    var count = size(question), list = [], i;
    switch (question.kind) {
      case "choice":
        return Math.min(source.get(width(count)), count - 1);
      case "multiple":
        for (i = 0; i < count; i++) if (source.get(1)) list.push(i);
        return list;
      case "true-false":
        return source.get(1) === 1;
      case "matching":
      case "ordering":
        for (i = 0; i < count; i++) list.push(Math.min(source.get(width(count)), count - 1));
        return list;
      default:
        return getText(source);
    }
  }

  function fresh(course) {
    return {
      round: 0,
      page: 0,
      seconds: 0,
      best: { status: null, score: null },
      visited: course.pages.map(function () { return false; }),
      answers: course.list.map(function () { return null; }),
      order: []
    };
  }

  function head(course, state) {
    var out = writer();
    out.number(state.round);
    out.number(state.page);
    out.number(Math.floor(state.seconds));
    out.put(STATUSES.indexOf(state.best.status), 2);
    out.number(state.best.score === null ? 0 : state.best.score + 1);
    out.put(shape(course), 32);
    state.visited.forEach(function (seen) { out.put(seen ? 1 : 0, 1); });
    state.answers.forEach(function (answer) { out.put(answer ? (answer.correct ? 3 : 2) : 0, 2); });
    return out.bits;
  }

  function detail(course, state, index) {
    var out = writer();
    out.put(1, 1);
    out.number(index);
    putResponse(out, course.list[index], state.answers[index].response);
    return out.bits;
  }

  /* The written form; when it would be too long the details of the oldest answers go first, seen pages and scores never. */
  function encode(course, state) {
    var start = head(course, state);
    var details = state.order
      .filter(function (index) { return state.answers[index] && state.answers[index].response !== undefined; })
      .map(function (index) { return detail(course, state, index); });
    var room = (LIMIT - MARK.length - 4) * 6 - start.length - 1;
    var used = details.reduce(function (sum, bits) { return sum + bits.length; }, 0);
    while (used > room && details.length) used -= details.shift().length;
    var body = MARK + toText([].concat.apply(start, details).concat([0]));
    if (body.length + 4 > LIMIT) throw new Error("the course has too many pages to remember");
    return body + checksum(body);
  }

  /* The state of a written form. Throws when it is damaged; `changed` is true when the course has another shape since. */
  function decode(course, text) {
    var body = text.slice(0, -4);
    if (text.slice(0, 2) !== MARK || checksum(body) !== text.slice(-4)) throw new Error("the record is damaged");
    var source = reader(toBits(body.slice(2)));
    var state = fresh(course);
    state.round = source.number();
    state.page = source.number();
    state.seconds = source.number();
    state.best.status = STATUSES[source.get(2)];
    var score = source.number();
    state.best.score = score ? score - 1 : null;
    if (source.get(32) !== shape(course)) {
      state.page = 0;
      state.round += 1;
      state.changed = true;
      return state;
    }
    state.visited = state.visited.map(function () { return source.get(1) === 1; });
    state.answers = state.answers.map(function () {
      var code = source.get(2);
      return code ? { correct: code === 3, response: undefined } : null;
    });
    while (source.get(1)) {
      var index = source.number();
      state.answers[index].response = getResponse(source, course.list[index]);
      state.order.push(index);
    }
    state.answers.forEach(function (answer, index) { if (answer && !state.order.includes(index)) state.order.unshift(index); });
    state.page = Math.min(state.page, course.pages.length);
    return state;
  }

  function rank(best) {
    return STATUSES.indexOf(best.status) * 100000 + (best.score === null ? 0 : best.score);
  }

  function pick(mine, theirs) {
    if (!mine || !theirs) return mine || theirs;
    if (mine.correct !== theirs.correct) return mine.correct ? mine : theirs;
    return theirs.response === undefined ? mine : theirs;
  }

  /* Two memories of the same learner become one that forgets nothing; where they differ the newer one wins. */
  function merge(older, newer) {
    var merged = Object.assign({}, newer);
    merged.best = rank(older.best) > rank(newer.best) ? older.best : newer.best;
    merged.page = older.seconds > newer.seconds ? older.page : newer.page;
    merged.seconds = Math.max(older.seconds, newer.seconds);
    merged.visited = newer.visited.map(function (seen, index) { return seen || older.visited[index]; });
    if (older.round > newer.round) {
      merged.round = older.round;
      merged.answers = older.answers;
      merged.order = older.order;
    } else if (older.round === newer.round) {
      merged.answers = newer.answers.map(function (answer, index) { return pick(older.answers[index], answer); });
      merged.order = older.order.filter(function (index) { return !newer.order.includes(index); }).concat(newer.order);
    }
    return merged;
  }

  Jampel.state = { LIMIT: LIMIT, fresh: fresh, encode: encode, decode: decode, merge: merge, rank: rank };
})();
