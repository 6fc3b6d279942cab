/* What the content may read again, folded into the one text that an LMS gives back: suspend_data, or a state document.
 *
 * "jb0:" and plain JSON, or "jb1:" and a squeezed one where the LMS has little room. {k: kind of content, v: its values, x: how the session
 * ended, c: interactions so far, t: seconds before this attempt, s: seconds in all, where the LMS does not count them}.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var PLAIN = "jb0:", SQUEEZED = "jb1:";
  var NEVER = /^(cmi\.(core\.)?(exit|session_time)|adl\.nav\.request)$/; /* they belong to the session */
  /* What goes first when room is short: the LMS has it in its own record. */
  var LESS = [
    /^cmi\.interactions\.\d+\.(correct_responses|objectives|description|latency|weighting)/,
    /^cmi\.(interactions|comments)/,
    /^cmi\.(interactions|comments|learner_preference|student_preference|objectives\.\d+\.description)/,
    /^cmi\.(interactions|comments|learner_preference|student_preference|objectives)/
  ];

  function values(content, model, but) {
    var found = model.kept(NEVER);
    Object.keys(found).forEach(function (name) {
      if ((but && but.test(name)) || (content === "12" && /^cmi\.interactions/.test(name))) delete found[name];
    });
    return found;
  }

  function fold(text, room) {
    if (PLAIN.length + text.length <= room) return PLAIN + text;
    var short = SQUEEZED + Jampel.squeeze(text);
    return short.length <= room ? short : null;
  }

  /* The text for the LMS, at most `room` characters; null when even the least is too long. */
  function pack(content, model, more, room) {
    var given = { k: content, c: model.count("cmi.interactions"), x: more.x, t: more.t, s: more.s };
    for (var step = -1; step < LESS.length; step++) {
      var text = fold(JSON.stringify(Object.assign({ v: values(content, model, LESS[step]) }, given)), room);
      if (text !== null) return text;
    }
    return null;
  }

  /* Whether a value could be kept, when all that may be left out is. */
  function fits(content, model, name, text, room) {
    var found = values(content, model, LESS[LESS.length - 1]);
    found[name] = text;
    return fold(JSON.stringify({ v: found, k: content, c: 99999, x: "time-out", t: 9999999.99, s: 9999999.99 }), room) !== null;
  }

  /* {before} of a text that this bridge wrote, {suspend} of one that the content wrote itself, {broken} of one that was cut. */
  function unpack(text) {
    if (!text) return {};
    if (text.indexOf(PLAIN) !== 0 && text.indexOf(SQUEEZED) !== 0) return { suspend: text };
    try {
      var rest = text.slice(PLAIN.length);
      var found = JSON.parse(text.indexOf(PLAIN) === 0 ? rest : Jampel.unsqueeze(rest));
      return found && typeof found.v === "object" && found.v ? { before: found } : { broken: true };
    } catch (error) {
      return { broken: true };
    }
  }

  Jampel.keep = { pack: pack, fits: fits, unpack: unpack };
})();
