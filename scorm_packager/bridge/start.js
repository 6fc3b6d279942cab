/* The page around the content: it offers the API or the LRS that the content looks for, opens the content in its frame, and ends what it forgets. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var RETURN = 1500; /* ms after the last call until the way back */

  function config() {
    return JSON.parse(document.getElementById("jembatan").textContent);
  }

  /* An error for the learner, in the words of the page. */
  function show(name) {
    var box = document.getElementById("pesan");
    box.textContent = box.getAttribute("data-" + name) || "";
    box.hidden = !box.textContent;
  }

  function tell(name, params, kind) {
    if (kind === "bad") show(name.toLowerCase());
    else if (name === "online") show("none");
  }

  /* Where the browser fires no `unload`, the page's last event is `pagehide`. */
  function lastEvent() {
    var policy = document.permissionsPolicy || document.featurePolicy;
    try {
      return policy && policy.features().indexOf("unload") >= 0 && !policy.allowsFeature("unload") ? "pagehide" : "unload";
    } catch (error) {
      return "unload";
    }
  }

  /* The content may write in its own last events, which come after those of this page: what it forgets is said behind them. */
  function watch(api, target, frame) {
    var closing = false, gone = false, last = lastEvent();
    function finish() {
      if (target) target.leaving = true;
      api.forgotten();
      if (target && target.leave) target.leave();
    }
    function listen() {
      try {
        frame.contentWindow.addEventListener(last, function () {
          gone = true;
          if (closing) finish();
        });
        gone = false;
      } catch (error) {
        gone = true;
      }
    }
    frame.addEventListener("load", listen);
    window.addEventListener("pagehide", function () {
      closing = true;
      if (target) target.leaving = true;
      api.hold();
      if (gone) finish();
      else if (target && target.leave) target.leave();
    });
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden" && !closing) api.hold();
    });
  }

  /* An asset asks nothing of an LMS: to open it is to complete it. */
  function asset(target) {
    if (target.open && target.open()) {
      target.write(Jampel.opened(0), null, { settled: true, final: false });
      window.addEventListener("pagehide", function () {
        target.leaving = true;
        target.end();
      });
    }
  }

  Jampel.opened = function (seconds) {
    return {
      completion: "completed", success: "unknown", progress: null, score: { raw: null, min: null, max: null, scaled: null }, location: "",
      exit: "", ended: "", session: null, elapsed: seconds, comments: [], objectives: [], interactions: [], request: ""
    };
  };

  /* A cmi5 AU finds its LRS in this page. */
  function unit(target, settings, frame) {
    var desk = new Jampel.Desk(target, settings, window.location.href, tell);
    if (!desk.begin()) show("nolms");
    window.JampelDesk = { owns: desk.owns.bind(desk), answer: desk.answer.bind(desk) };
    watch(desk, target, frame);
    frame.src = desk.address();
  }

  async function start() {
    var settings = config(), frame = document.getElementById("isi");
    var target = Jampel.targets[settings.target](window, settings, tell);
    if (settings.content === "cmi5") return unit(target, settings, frame);
    var content = Jampel.contents[settings.content];
    if (target.prepare && !(await target.prepare())) show("nolms");
    if (content) {
      var api = new Jampel.BridgeApi(content, target, settings, function () { return new Date(); });
      api.ended = function () {
        if (target.goBack && !target.leaving) setTimeout(function () { target.goBack(); }, RETURN);
      };
      window[content.api] = api.face();
      watch(api, target, frame);
    } else {
      asset(target);
    }
    frame.src = settings.launch;
  }

  start();
})();
