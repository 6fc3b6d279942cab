/* Plain web and file://: progress lives in this browser; without storage it lives until the page closes, and the learner is told. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  Jampel.transports = Jampel.transports || {};

  Jampel.transports.web = function (course, config, tell) {
    var storage = Jampel.storage();
    var key = "jampel:web:" + Jampel.digest(course.iri + "\n" + (config.learner || ""));
    function warn() {
      if (!storage.durable) tell("memoryOnly", null, "bad");
    }
    return {
      open: function () {
        warn();
        return Promise.resolve({ states: [storage.get(key)], tracked: storage.durable });
      },
      page: function () {},
      answer: function () {},
      report: function () {},
      save: function (snapshot) {
        var before = storage.durable;
        storage.set(key, snapshot.state);
        if (before) warn();
      },
      hide: function () {},
      close: function () {}
    };
  };
})();
