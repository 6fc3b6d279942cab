/* The copy of a learner's state in this browser, and a module that has nothing else to keep it. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  /* Another window of the same learner may write it too: neither loses what the other kept.
   * `write` returns the text that is now the newest, that of both windows together.
   */
  Jampel.mirror = (course, storage, key) => {
    var mine, others = null; /* mine: what this window last saw there, undefined before it looked */

    function together(one, other) {
      try {
        var older = Jampel.state.decode(course, one), newer = Jampel.state.decode(course, other);
        return older.changed || newer.changed ? other : Jampel.state.encode(course, Jampel.state.merge(older, newer));
      } catch (error) {
        return other;
      }
    }

    return {
      read: () => {
        mine = storage.get(key);
        return mine || "";
      },
      write: (text) => {
        var found = storage.get(key);
        if (found && mine !== undefined && found !== mine) others = others === null ? found : together(others, found);
        var whole = others === null ? text : together(others, text);
        storage.set(key, whole);
        mine = whole;
        return whole;
      }
    };
  };

  /* A transport with no LMS behind it: progress lives in this browser, and the learner is told `why`. */
  Jampel.alone = (course, tell, name, why) => {
    var storage = Jampel.storage();
    var mirror = Jampel.mirror(course, storage, "jampel:" + name + ":" + Jampel.digest(course.iri + "\n"));
    function nothing() {}
    return {
      open: () => {
        tell(storage.durable ? why : "memoryOnly", null, "bad");
        return Promise.resolve({ states: [mirror.read()], tracked: false });
      },
      page: nothing,
      answer: nothing,
      report: nothing,
      save: (snapshot) => { mirror.write(snapshot.state); },
      hide: nothing,
      close: nothing
    };
  };
})();
