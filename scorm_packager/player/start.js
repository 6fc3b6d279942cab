/* Starts the player from the JSON in the page; what cannot be played becomes a readable page. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var h = Jampel.h;

  /* A page that says what is wrong, for people who can pass it on. */
  function broken(root, language, list) {
    document.documentElement.lang = language;
    root.className = "jp";
    root.replaceChildren(h("main", { class: "jp-page jp-broken" }, [
      h("h1", { text: Jampel.say(language, "brokenTitle") }),
      h("p", { text: Jampel.say(language, "brokenText") }),
      h("ul", {}, list.slice(0, 20).map((problem) => h("li", { text: Jampel.say(language, problem[0], problem[1]) })))
    ]));
  }

  function readJson(id, list) {
    var element = document.getElementById(id);
    if (!element) {
      list.push(["brokenMissing", { name: "#" + id }]);
      return null;
    }
    try {
      return JSON.parse(element.textContent);
    } catch (error) {
      list.push(["brokenJson", { name: "#" + id, detail: error.message }]);
      return null;
    }
  }

  function configProblems(config) {
    if (!Jampel.transports || !Jampel.transports[config.transport]) return [["brokenTransport", { name: String(config.transport) }]];
    if (config.transport !== "xapi") return [];
    return ["endpoint", "token", "actor", "registration", "activity"].filter((name) => !config[name])
      .map((name) => ["brokenMissing", { name: "config." + name }]);
  }

  /* Reads the page and starts the player; what cannot be played becomes a readable page. */
  Jampel.start = () => {
    var root = document.getElementById("jampel");
    var list = [];
    var raw = Jampel.outline(readJson("jampel-course", list));
    var config = readJson("jampel-config", list);
    var language = Jampel.language((config && config.language) || (raw && raw.language));
    if (raw) list = list.concat(Jampel.course.problems(raw));
    if (config) list = list.concat(configProblems(config));
    if (list.length) return broken(root, language, list);
    var player = new Jampel.Player(root, Jampel.course.model(raw), config);
    Jampel.player = player;
    return player.start().catch((error) => { broken(root, language, [["brokenOther", { detail: error.message }]]); });
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", Jampel.start);
  else Jampel.start();
})();
