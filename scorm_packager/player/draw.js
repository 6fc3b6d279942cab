/* Chance that repeats itself: which questions of a pool a learner gets, and in which order answers stand.
 *
 * Everything follows from the seed in the learner's record and the round, so it is the same after a break and in every LMS.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var MOST_SEED = 65535;

  /* Numbers in [0, 1) that follow from a text (mulberry32). */
  function source(text) {
    var state = Jampel.bits.hash(text);
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      var mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  /* The numbers 0…count-1 in an order that follows from `text`; every order is as likely. */
  function permutation(count, text) {
    var next = source(text), list = [];
    for (var n = 0; n < count; n++) list.push(n);
    for (var j = count - 1; j > 0; j--) {
      var k = Math.floor(next() * (j + 1));
      var held = list[j];
      list[j] = list[k];
      list[k] = held;
    }
    return list;
  }

  /* The same, but never the order that is right. */
  function shuffled(count, text) {
    var list = permutation(count, text);
    var sorted = list.every((value, at) => value === at);
    return sorted ? list.slice(1).concat(list[0]) : list;
  }

  /* For each question of the course whether it is asked in this round: those outside pools, and the drawn ones. */
  function asked(course, seed, round) {
    var list = course.list.map(() => true);
    (course.pools || []).forEach((pool) => {
      var order = permutation(pool.indexes.length, ["pool", pool.id, seed, round].join(":"));
      order.slice(pool.draw).forEach((at) => { list[pool.indexes[at]] = false; });
    });
    return list;
  }

  /* A seed for a new record, 1–65535 (0 means that there is none yet): from `text` when it is not empty, else by chance. `random`
     gives numbers in [0, 1). */
  function newSeed(text, random) {
    return 1 + Math.floor((text ? source(text)() : random()) * MOST_SEED);
  }

  Jampel.draw = {
    permutation: permutation,
    shuffled: shuffled,
    asked: asked,
    newSeed: newSeed,
    key: (state, question) => [question.id, state.seed, state.round].join(":")
  };
})();
