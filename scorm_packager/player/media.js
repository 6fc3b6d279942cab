/* Films, sounds and documents: nothing loads unasked, what was really watched is counted, and a film goes on where it stopped.
 *
 * An element with data-medium="<id>" is a medium of the course: a video or audio element, or the figure of a document whose pages carry
 * data-lembar="<number from 1>". A page of a document that is a page of the course is no medium: it can be made larger, and is seen as any.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var h = Jampel.h;
  var SLACK = 0.75; /* seconds that a timer may lag behind the film */
  var PIECE = 5; /* seconds of film between two reports */
  var SEEN = 0.5; /* of a page's height, or of the window's: so much must be on the screen … */
  var LOOK = 1000; /* … for so many milliseconds */
  var ZOOMS = [100, 150, 200, 300];

  function captions(player, video) {
    Array.from(video.textTracks).forEach((track) => {
      var mine = !track.language || Jampel.language(track.language) === player.course.language;
      track.mode = (track.kind === "captions" || track.kind === "subtitles") && mine ? "showing" : "disabled";
    });
  }

  /* Follows every medium of an article that is in the document. */
  function watch(player, article) {
    article.querySelectorAll("video").forEach((video) => { captions(player, video); });
    article.querySelectorAll(".dokumen:not([data-medium])").forEach((figure) => {
      figure.classList.add("jp-document");
      figure.prepend(documentBar(player, figure));
    });
    article.querySelectorAll("[data-medium]").forEach((element) => {
      var id = element.getAttribute("data-medium");
      var at = (player.course.media || []).findIndex((medium) => medium.id === id);
      if (at < 0) return;
      if (!document.getElementById("jp-medium-" + id)) element.id = "jp-medium-" + id;
      if (element.tagName === "VIDEO" || element.tagName === "AUDIO") follow(player, element, at);
      else leaf(player, element, at);
    });
  }

  /* Only what plays counts: the film may not move further than the clock and its speed allow, so a jump is no watching. */
  function pieces(element, clock, report) {
    var from = null, last = 0, wall = 0;
    function begin() {
      from = last = element.currentTime;
      wall = clock();
    }
    function end() {
      if (from !== null && last > from) report(from, last);
      from = null;
    }
    function move() {
      if (from === null) return;
      var now = clock(), to = element.currentTime, step = to - last;
      if (step < 0 || step > ((now - wall) / 1000) * element.playbackRate + SLACK) {
        end();
        return begin();
      }
      last = to;
      wall = now;
      if (last - from >= PIECE) {
        report(from, last);
        from = last;
      }
    }
    return {
      playing: () => { if (from === null) begin(); },
      seeking: end,
      seeked: () => { if (!element.paused) begin(); },
      timeupdate: move,
      pause: () => { move(); end(); },
      ended: () => { move(); end(); }
    };
  }

  function follow(player, element, at) {
    var share = h("p", { class: "jp-watched", lang: player.language });
    var events = pieces(element, () => window.performance.now(), (from, to) => {
      player.session.watched(at, from, to);
      show();
      player.refresh();
    });
    function show() { share.textContent = words(player, at); }
    Object.keys(events).forEach((name) => { element.addEventListener(name, events[name]); });
    element.addEventListener("loadedmetadata", () => { resume(player, element, at, share); }, { once: true });
    element.after(share);
    show();
    if (!element.paused) events.playing(); /* it was started before this script came */
  }

  /* Goes on at the first part that was not watched, unless the learner has chosen a place already. */
  function resume(player, element, at, share) {
    var segments = player.session.state.media[at], first = segments.indexOf(false);
    var seconds = player.course.media[at].seconds || element.duration;
    var start = first * Jampel.watched.length({ seconds: seconds });
    if (first < 1 || element.currentTime > 1 || start > seconds - 1) return;
    element.currentTime = start;
    var again = player.button("fromStart", "jp-tool", () => {
      element.currentTime = 0;
      again.remove();
      element.play();
    });
    share.after(again);
    player.announce(player.say("resumedAt", { time: clockText(player, start) }));
  }

  function clockText(player, seconds) {
    var whole = Math.floor(seconds);
    return Math.floor(whole / 60) + (player.language === "id" ? "." : ":") + ("0" + (whole % 60)).slice(-2);
  }

  function shareOf(player, at) {
    return Math.floor(Jampel.watched.share(player.session.state.media[at]) * 100 + 1e-9);
  }

  /* "Ditonton 64 %", and how much is asked for while it is not enough. */
  function words(player, at) {
    var kind = player.course.media[at].kind, asked = player.course.watch;
    var text = player.say(kind === "document" ? "seenShare" : kind === "audio" ? "heardShare" : "watchedShare", { share: shareOf(player, at) });
    var enough = Jampel.watched.enough(player.course, at, player.session.state.media[at]);
    return text + (asked && !enough ? " · " + player.say("shareNeeded", { watch: asked }) : "");
  }

  /* A medium that was not watched enough, for the list of what is missing. */
  function missing(player, at) {
    var medium = player.course.media[at], mark = 'data-medium="' + medium.id + '"';
    var page = Math.max(0, player.course.pages.findIndex((one) => one.html.indexOf(mark) >= 0));
    return {
      text: player.course.pages[page].title + ": " + words(player, at),
      go: player.go.bind(player, page, false, "jp-medium-" + medium.id)
    };
  }

  /* A document: its pages count once they have been on the screen for a moment; a bar tells which one is, and makes it larger. */
  function leaf(player, figure, at) {
    var sheets = Array.from(figure.querySelectorAll("[data-lembar]"));
    var share = h("p", { class: "jp-watched" });
    var place = h("span", { class: "jp-leaf" });
    var bar = documentBar(player, figure, sheets, place);
    figure.classList.add("jp-document");
    figure.prepend(bar);
    figure.append(share);
    function show(number) {
      place.textContent = player.say("leafOf", { n: number, total: sheets.length });
      figure.setAttribute("data-sekarang", number);
      share.textContent = words(player, at);
    }
    show(1);
    whenSeen(sheets, (sheet) => {
      var number = Number(sheet.getAttribute("data-lembar"));
      player.session.sawDocumentPage(at, number);
      show(number);
      player.refresh();
    });
  }

  /* Without `sheets` the figure is the one page of a document that is a page of the course: there is nothing to turn. */
  function documentBar(player, figure, sheets, place) {
    var zoom = 0;
    function scale(step) {
      zoom = Math.max(0, Math.min(ZOOMS.length - 1, zoom + step));
      figure.setAttribute("data-perbesar", ZOOMS[zoom]);
      smaller.disabled = zoom === 0;
      larger.disabled = zoom === ZOOMS.length - 1;
      player.announce(player.say("zoomIs", { n: ZOOMS[zoom] }));
    }
    function turn(step) {
      var now = Number(figure.getAttribute("data-sekarang"));
      var to = sheets[Math.max(0, Math.min(sheets.length - 1, now - 1 + step))];
      to.scrollIntoView({ block: "start" });
    }
    function tool(key, symbol, click) {
      return h("button", { type: "button", class: "jp-move", "aria-label": player.say(key), title: player.say(key), text: symbol, on: { click: click } });
    }
    var smaller = tool("zoomOut", "−", () => { scale(-1); });
    var larger = tool("zoomIn", "+", () => { scale(1); });
    smaller.disabled = true;
    var turning = sheets ? [tool("leafBefore", "↑", () => { turn(-1); }), place, tool("leafAfter", "↓", () => { turn(1); })] : [];
    return h("div", { class: "jp-document-bar", role: "group", "aria-label": player.say("documentTools"), lang: player.language },
      turning.concat([h("span", { class: "jp-gap" }), smaller, larger]));
  }

  /* Calls back once a sheet has filled half of itself, or of the window, for a moment. */
  function whenSeen(sheets, seen) {
    if (!window.IntersectionObserver) return sheets.forEach(seen);
    var timers = new Map();
    var observer = new IntersectionObserver((entries) => {
      entries.forEach((entry) => {
        clearTimeout(timers.get(entry.target));
        var tall = entry.intersectionRect.height >= SEEN * (entry.rootBounds ? entry.rootBounds.height : window.innerHeight);
        if (entry.intersectionRatio >= SEEN || tall) timers.set(entry.target, setTimeout(() => { seen(entry.target); }, LOOK));
      });
    }, { threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] });
    sheets.forEach((sheet) => { observer.observe(sheet); });
    return undefined;
  }

  Jampel.media = { watch: watch, pieces: pieces, missing: missing };
})();
