/* Media in a sitting: which seconds were played, which pages of a document were on the screen, and when that is enough. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var PAUSE = 20000; /* ms; what was watched is saved at most this often, and when a medium is done */
  var ENOUGH = 0.9; /* of a segment: players round the last moments of a film */

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
    var step = Jampel.watched.length(medium), news = false;
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

  Object.assign(Jampel.watched, { joined: joined, mark: mark, markPage: markPage });

  Object.assign(Jampel.Session.prototype, {
    /* A film or sound was played from one second to another. */
    watched(index, from, to) {
      var medium = this.course.media[index];
      if (!medium || !(to > from)) return;
      this.ranges[index] = Jampel.watched.joined(this.ranges[index] || [], Math.max(0, from), to);
      if (Jampel.watched.mark(medium, this.state.media[index], this.ranges[index])) this.mediumGrew(index);
    },

    /* Page `page` (from 1) of a document was on the screen. */
    sawDocumentPage(index, page) {
      var medium = this.course.media[index];
      if (medium && Jampel.watched.markPage(medium, this.state.media[index], page)) this.mediumGrew(index);
    },

    mediumGrew(index) {
      var segments = this.state.media[index];
      var done = Jampel.watched.enough(this.course, index, segments);
      if (this.transport.media) {
        this.transport.media({
          index: index, medium: this.course.media[index], share: Jampel.watched.share(segments), done: done,
          ranges: this.ranges[index] || []
        });
      }
      this.settle(false);
      if (!done && this.now() - this.mediaSaved < PAUSE) return;
      this.mediaSaved = this.now();
      this.save();
    }
  });
})();
