/* Statements from inside a package: beside the LMS's own data they go to an LRS, by the credential of this one module.
 *
 * What goes wrong here never reaches the learner or the SCORM run: statements wait in this browser, and are offered again at every start.
 * The actor is the account that the LMS names: its own address and the learner's id there.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});

  /* The origin of the LMS. A package is a page of it; a page without an origin asks who frames it. */
  function home() {
    var above = window.location.ancestorOrigins;
    var found = [window.location.origin, above && above.length ? above[above.length - 1] : "", document.referrer].map((address) => {
      try { return new URL(address).origin; } catch (error) { return ""; }
    });
    return found.find((origin) => /^https?:/.test(origin)) || "";
  }

  function note(event, detail) {
    if (window.console && window.console.debug) window.console.debug("jampel records: " + event + (detail === undefined ? "" : " " + detail));
  }

  function ears() {
    return {
      expired: () => { note("the credential is refused; kept for the next start"); },
      refused: (count) => { note("refused and kept:", count); },
      lost: () => { note("the LRS cannot be reached; kept and tried again"); },
      found: () => { note("sent"); },
      saved: () => {},
      failed: (status) => { note("failed with", status); }
    };
  }

  /* The same learner keeps one registration in this browser. */
  function registration(storage, key) {
    var known = storage.get(key) || Jampel.statements.uuid();
    storage.set(key, known);
    return known;
  }

  function begin(settings, course, learner) {
    var page = settings.home || home();
    if (!learner || !page) return note("nobody to name; nothing is sent");
    var prefix = "jampel:paket:" + Jampel.digest([settings.activity, page, learner].join("\n")) + ":";
    var outbox = new Jampel.Outbox(prefix, settings.endpoint, ears());
    outbox.authorization = "Basic " + window.btoa(settings.key + ":" + settings.secret);
    outbox.writer = new Jampel.StatementWriter(course, {
      activity: settings.activity,
      children: settings.activity,
      actor: { objectType: "Agent", account: { homePage: page, name: learner } },
      registration: registration(outbox.storage, prefix + "registration"),
      extensions: settings.extensions
    });
    outbox.forgive();
    outbox.start();
    outbox.put(outbox.writer.initialized());
    return outbox;
  }

  /* `scorm` as it is, with statements beside it. `records()` says how they stand, for a page of details. */
  Jampel.withRecords = (scorm, course, config) => {
    var outbox = null, pages = {}, media = {}, seconds = 0;

    function beside(work) {
      try { if (outbox) work(outbox.writer); } catch (error) { note("not written", error.message); }
    }
    function put(statement) { outbox.put(statement); }

    return {
      open: async () => {
        var opened = await scorm.open();
        try {
          if (opened.tracked && !scorm.review) outbox = begin(config.records, course, scorm.learner) || null;
        } catch (error) {
          note("not started", error.message);
        }
        return opened;
      },
      page: (index) => {
        scorm.page(index);
        if (!pages[index]) beside((writer) => { put(writer.experienced(index)); });
        pages[index] = true;
      },
      answer: (entry) => {
        scorm.answer(entry);
        beside((writer) => { put(writer.answered(entry)); });
      },
      media: (entry) => {
        if (entry.done && !media[entry.index]) beside((writer) => { put(writer.watched(entry)); });
        media[entry.index] = media[entry.index] || entry.done;
      },
      report: (reached) => {
        scorm.report(reached);
        beside((writer) => { writer.reached(reached).forEach(put); });
      },
      save: (snapshot) => {
        seconds = snapshot.seconds;
        scorm.save(snapshot);
      },
      hide: () => {
        scorm.hide();
        beside(() => { outbox.pump(); });
      },
      close: () => {
        scorm.close();
        beside((writer) => {
          outbox.closing = true;
          put(writer.terminated(seconds));
          outbox.lastWords();
        });
      },
      records: () => {
        return outbox && { waiting: outbox.waiting().length, refused: outbox.refused, offline: outbox.offline, expired: outbox.expired };
      }
    };
  };
})();
