/* What the player remembers, packed into at most 4,096 characters (SCORM 1.2 suspend_data), read back exactly and merged.
 *
 * State: {round, page, seed, seconds, best: {status, score}, visited: [boolean], answers: [null | {correct, response, tries}],
 *         order: [question index], media: [[boolean]]}
 * `correct` is null for an answer that nobody judges; `response` is undefined once its detail had to be dropped; `order` lists the
 * answered questions, oldest first; `media` has the segments of each medium that were seen.
 *
 * Written form: "J2", base64url of a bit string, 4 characters of checksum. The bit string:
 *   round, page, seconds, best status and score, seed · shape of the course (32 bits) · one bit a page
 *   two bits a question that is asked in this round; of an answered one whether it was tried more than once (1 bit), and how often
 *   media: their shape (16 bits), the length of what follows, and for each none (0), all (10) or its segments (11…)
 *   then the details: question index and response, oldest first, closed by a zero bit.
 * Records of the first form, "J1", are still read: they have no seed, no tries and no media.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var bits = Jampel.bits;
  var LIMIT = 4096;
  var MARK = "J2";
  var FIRST_MARK = "J1";
  var STATUSES = [null, "failed", "completed", "passed"];
  var CODES = [undefined, null, false, true]; /* no answer, one that nobody judges, wrong, right */

  /* Two versions of a module with the same shape can read each other's positions. */
  function shape(course) {
    var parts = [
      course.pages.map((page) => page.id),
      course.list.map((question) => [question.id, question.kind, bits.size(question)])
    ];
    if (course.pools.length) parts.push(course.pools.map((pool) => [pool.id, pool.draw, pool.questions]));
    return bits.hash(JSON.stringify(parts));
  }

  function mediaShape(course) {
    return bits.hash(JSON.stringify(course.media.map((medium) => [medium.id, Jampel.watched.count(medium)]))) % 65536;
  }

  function fresh(course) {
    return {
      round: 0,
      page: 0,
      seed: 0,
      seconds: 0,
      best: { status: null, score: null },
      visited: course.pages.map(() => false),
      answers: course.list.map(() => null),
      order: [],
      media: course.media.map(Jampel.watched.fresh)
    };
  }

  function mediaBits(course, state) {
    var out = bits.writer();
    state.media.forEach((segments) => {
      if (!segments.some(Boolean)) return out.put(0, 1);
      if (segments.every(Boolean)) return out.put(2, 2);
      out.put(3, 2);
      return segments.forEach((seen) => { out.put(seen ? 1 : 0, 1); });
    });
    return out.bits;
  }

  function readMedia(source, course) {
    return course.media.map((medium) => {
      var segments = Jampel.watched.fresh(medium);
      if (!source.get(1)) return segments;
      var each = source.get(1);
      return segments.map(() => each ? source.get(1) === 1 : true);
    });
  }

  function head(course, state) {
    var out = bits.writer();
    var asked = Jampel.draw.asked(course, state.seed, state.round);
    out.number(state.round);
    out.number(state.page);
    out.number(Math.floor(state.seconds));
    out.put(STATUSES.indexOf(state.best.status), 2);
    out.number(state.best.score === null ? 0 : state.best.score + 1);
    out.put(state.seed, 16);
    out.put(shape(course), 32);
    state.visited.forEach((seen) => { out.put(seen ? 1 : 0, 1); });
    state.answers.forEach((answer, index) => {
      if (!asked[index]) return;
      out.put(answer ? CODES.indexOf(answer.correct) : 0, 2);
      if (!answer) return;
      out.put(answer.tries > 1 ? 1 : 0, 1);
      if (answer.tries > 1) out.number(answer.tries);
    });
    out.put(mediaShape(course), 16);
    var media = mediaBits(course, state);
    out.number(media.length);
    out.all(media);
    return out.bits;
  }

  function detail(course, state, index) {
    var out = bits.writer();
    out.put(1, 1);
    out.number(index);
    bits.putResponse(out, course.list[index], state.answers[index].response);
    return out.bits;
  }

  /* The written form; when it would be too long the details of the oldest answers go first, seen pages and scores never. */
  function encode(course, state) {
    var start = head(course, state);
    var details = state.order
      .filter((index) => state.answers[index] && state.answers[index].response !== undefined)
      .map((index) => detail(course, state, index));
    var room = (LIMIT - MARK.length - 4) * 6 - start.length - 1;
    var used = details.reduce((sum, list) => sum + list.length, 0);
    while (used > room && details.length) used -= details.shift().length;
    var body = MARK + bits.toText([].concat.apply(start, details).concat([0]));
    if (body.length + 4 > LIMIT) throw new Error("the course has too many pages to remember");
    return body + bits.checksum(body);
  }

  /* The state of a written form. Throws when it is damaged; `changed` is true when the course has another shape since. */
  function decode(course, text) {
    var body = text.slice(0, -4);
    var mark = text.slice(0, 2);
    if ((mark !== MARK && mark !== FIRST_MARK) || bits.checksum(body) !== text.slice(-4)) throw new Error("the record is damaged");
    var source = bits.reader(bits.toBits(body.slice(2)));
    var state = fresh(course), first = mark === FIRST_MARK;
    state.round = source.number();
    state.page = source.number();
    state.seconds = source.number();
    state.best.status = STATUSES[source.get(2)];
    var score = source.number();
    state.best.score = score ? score - 1 : null;
    if (!first) state.seed = source.get(16);
    if (source.get(32) !== shape(course)) {
      state.page = 0;
      state.round += 1;
      state.changed = true;
      return state;
    }
    state.visited = state.visited.map(() => source.get(1) === 1);
    if (first) readFirstAnswers(source, state);
    else readAnswers(source, course, state);
    readDetails(source, course, state, first ? bits.getOldText : bits.getText);
    state.page = Math.min(state.page, course.pages.length);
    return state;
  }

  function readAnswers(source, course, state) {
    var asked = Jampel.draw.asked(course, state.seed, state.round);
    state.answers = course.list.map((question, index) => {
      var code = asked[index] ? source.get(2) : 0;
      if (!code) return null;
      return { correct: CODES[code], response: undefined, tries: source.get(1) ? source.number() : 1 };
    });
    var same = source.get(16) === mediaShape(course), length = source.number();
    if (same) state.media = readMedia(source, course);
    else source.skip(length);
  }

  function readFirstAnswers(source, state) {
    state.answers = state.answers.map(() => {
      var code = source.get(2);
      return code ? { correct: code === 3, response: undefined, tries: 1 } : null;
    });
  }

  function readDetails(source, course, state, text) {
    while (source.get(1)) {
      var index = source.number();
      state.answers[index].response = bits.getResponse(source, course.list[index], text);
      state.order.push(index);
    }
    state.answers.forEach((answer, index) => { if (answer && !state.order.includes(index)) state.order.unshift(index); });
  }

  function rank(best) {
    return STATUSES.indexOf(best.status) * 100000 + (best.score === null ? 0 : best.score);
  }

  function pick(mine, theirs) {
    if (!mine || !theirs) return mine || theirs;
    var kept = mine.correct === true && theirs.correct !== true ? mine : theirs;
    if (kept.response === undefined && mine.correct === theirs.correct) kept = mine;
    return Object.assign({}, kept, { tries: Math.max(mine.tries, theirs.tries) });
  }

  function answered(state) {
    return state.answers.filter(Boolean).length;
  }

  /* Whose questions count alone: the later round; of two draws for one round the one with more answers, else the older. */
  function leader(older, newer) {
    if (older.round !== newer.round) return older.round > newer.round ? older : newer;
    if (older.seed === newer.seed || !older.seed || !newer.seed) return null;
    return answered(newer) > answered(older) ? newer : older;
  }

  /* Two memories of the same learner become one that forgets nothing; where they differ the newer one wins. */
  function merge(older, newer) {
    var merged = Object.assign({}, newer);
    var lead = leader(older, newer);
    merged.best = rank(older.best) > rank(newer.best) ? older.best : newer.best;
    merged.page = older.seconds > newer.seconds ? older.page : newer.page;
    merged.seconds = Math.max(older.seconds, newer.seconds);
    merged.visited = newer.visited.map((seen, index) => seen || older.visited[index]);
    merged.media = newer.media.map((segments, index) => {
      return segments.map((seen, at) => seen || older.media[index][at]);
    });
    if (lead) {
      ["round", "seed", "answers", "order"].forEach((name) => { merged[name] = lead[name]; });
    } else {
      merged.seed = newer.seed || older.seed;
      merged.answers = newer.answers.map((answer, index) => pick(older.answers[index], answer));
      merged.order = older.order.filter((index) => !newer.order.includes(index)).concat(newer.order);
    }
    return merged;
  }

  Jampel.state = { LIMIT: LIMIT, fresh: fresh, encode: encode, decode: decode, merge: merge, rank: rank };
})();
