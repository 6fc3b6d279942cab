/* How much of a film, a sound or a document was really seen: a few segments each, so that the record stays small.
 *
 * A medium is {id, kind, seconds, pages}; what has pages is a document with one segment a page, everything else is cut into at most
 * 64 segments of at least five seconds. `seconds` is null when nobody knows.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var MOST_SEGMENTS = 64;
  var SHORTEST = 5; /* seconds */
  var MOST_PAGES = 512; /* of a longer document several pages share a segment */

  function length(medium) {
    return Math.max(SHORTEST, (medium.seconds || 0) / MOST_SEGMENTS);
  }

  function count(medium) {
    if (medium.pages > 0) return Math.min(medium.pages, MOST_PAGES);
    return Math.max(1, Math.ceil((medium.seconds || 0) / length(medium) - 1e-9));
  }

  function fresh(medium) {
    var list = [];
    for (var i = count(medium); i > 0; i--) list.push(false);
    return list;
  }

  /* The part that was seen, 0–1. */
  function share(segments) {
    return segments.filter(Boolean).length / segments.length;
  }

  /* Whether a medium was seen as far as the course asks (`watch` percent); what has no known length is never asked for. */
  function enough(course, index, segments) {
    var medium = course.media[index];
    if (!course.watch || !(medium.pages > 0 || medium.seconds > 0)) return true;
    return share(segments) * 100 >= course.watch - 1e-9;
  }

  Jampel.watched = { length: length, enough: enough, count: count, fresh: fresh, share: share };
})();
