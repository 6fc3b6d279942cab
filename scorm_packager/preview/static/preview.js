/* The preview beside a module: nothing is recorded, faults are shown, and a good new version is loaded where the author was. */
(function () {
  "use strict";
  var self = document.getElementById("pratinjau-skrip");
  var words = self.dataset;
  var version = Number(words.version);
  var PLACE = "jampel:pratinjau";
  var EVERY = 1000; /* milliseconds between two questions whether something changed */

  function make(tag, text, parent) {
    var element = document.createElement(tag);
    if (text) element.textContent = text;
    if (parent) parent.append(element);
    return element;
  }

  /* Stands for every transport: answers are taken, and forgotten. */
  function silent() {
    function nothing() {}
    return {
      open: function () { return Promise.resolve({ states: [], tracked: true }); },
      page: nothing, answer: nothing, report: nothing, save: nothing, hide: nothing, close: nothing
    };
  }

  var bar = make("aside", "", document.body);
  bar.className = "pratinjau";
  bar.lang = self.lang;
  bar.setAttribute("aria-label", words.preview);
  var line = make("p", words.preview, bar);
  var list = make("div", "", bar);
  list.setAttribute("role", "status");

  function group(title, texts, kind) {
    if (!texts.length) return;
    var details = make("details", "", list);
    details.className = kind;
    details.open = kind === "pratinjau-salah";
    make("summary", title + " (" + texts.length + ")", details);
    var items = make("ul", "", details);
    texts.forEach(function (text) { make("li", text, items); });
  }

  var shown = "";
  function show(state) {
    var now = JSON.stringify(state);
    if (now === shown) return;
    shown = now;
    line.textContent = state.stale && state.version ? words.preview + " " + words.stale : words.preview;
    list.replaceChildren();
    group(words.errors, state.errors, "pratinjau-salah");
    group(words.warnings, state.warnings, "pratinjau-perhatian");
  }

  function remember() {
    try {
      if (window.Jampel && window.Jampel.player) sessionStorage.setItem(PLACE, String(window.Jampel.player.index));
    } catch (error) { /* without storage the module begins at its first page */ }
  }

  function remembered() {
    try {
      return Number(sessionStorage.getItem(PLACE)) || 0;
    } catch (error) {
      return 0;
    }
  }

  /* The player starts after this script; it is ready when its body is shown. */
  function goBack(index, tries) {
    var player = window.Jampel && window.Jampel.player;
    if (player && player.body && !player.body.hidden) player.go(Math.min(index, player.result), true);
    else if (tries) setTimeout(goBack, 100, index, tries - 1);
  }

  function ask() {
    fetch("/pratinjau/keadaan").then(function (answer) { return answer.json(); }).then(function (state) {
      if (state.version !== version) {
        remember();
        window.location.reload();
        return;
      }
      show(state);
      setTimeout(ask, EVERY);
    }).catch(function () {
      line.textContent = words.gone;
      setTimeout(ask, 3 * EVERY);
    });
  }

  if (window.Jampel && window.Jampel.transports) {
    Object.keys(window.Jampel.transports).forEach(function (name) { window.Jampel.transports[name] = silent; });
    window.addEventListener("pagehide", remember);
    if (remembered()) goBack(remembered(), 100);
  }
  ask();
})();
