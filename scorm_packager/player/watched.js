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
  var ENOUGH = 0.9; /* of a segment: players round the last moments of a film */

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

  /* `ranges` (sorted, apart from each other) with [from, to] added. */
  function joined(ranges, from, to) {
    var apart = ranges.filter((range) => range[1] < from || range[0] > to);
    ranges.forEach((range) => {
      if (range[1] < from || range[0] > to) return;
      from = Math.min(from, range[0]);
      to = Math.max(to, range[1]);
    });
    return apart.concat([[from, to]]).sort((a, b) => a[0] - b[0]);
  }

  /* Marks in `segments` what `ranges` cover; returns whether one is new. */
  function mark(medium, segments, ranges) {
    var step = length(medium), news = false;
    segments.forEach((seen, at) => {
      if (seen) return;
      var start = at * step, end = Math.min(start + step, medium.seconds || start + step);
      var covered = ranges.reduce((sum, range) => {
        return sum + Math.max(0, Math.min(end, range[1]) - Math.max(start, range[0]));
      }, 0);
      if (covered < (end - start) * ENOUGH) return;
      segments[at] = true;
      news = true;
    });
    return news;
  }

  /* Marks a page of a document (from 1); returns whether it is new. */
  function markPage(medium, segments, page) {
    if (!(page >= 1 && page <= medium.pages)) return false;
    var at = Math.floor(((page - 1) * segments.length) / medium.pages);
    var news = !segments[at];
    segments[at] = true;
    return news;
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

  Jampel.watched = { length: length, enough: enough, count: count, fresh: fresh, joined: joined, mark: mark, markPage: markPage, share: share };
})();
