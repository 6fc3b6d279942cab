/* What the transport says, in plain words: notices, and one line that tells where the answers are now; and how the screen looks. */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var Player = Jampel.Player;
  var h = Jampel.h;
  var THEME = "jampel:tampilan";
  /* What a word of a transport means for the answers: [sentence of the line, whether they still have to be sent]. */
  var MEANING = {
    saved: ["savedAt", false],
    saving: ["savingNow", true],
    online: ["savedAt", false],
    saveRestored: ["savedAt", false],
    offline: ["savingWaits", true],
    expired: ["savingWaits", true],
    refused: ["savingRefused", true],
    saveFailed: ["savingFailed", true],
    noLms: ["savedHere", false],
    unsentOnly: ["savingFailed", true],
    memoryOnly: ["savedNowhere", false],
    reviewMode: ["savedReview", false]
  };

  Object.assign(Player.prototype, {
    /* Line under the progress: where the answers are, and the question that everyone asks. */
    statusLine() {
      this.status = h("span", { class: "jp-saved" });
      this.whyButton = h("button", { type: "button", class: "jp-link jp-why-open", hidden: true, on: { click: this.withRest("openWhy") } });
      return h("div", { class: "jp-status" }, [this.status, this.whyButton]);
    },

    earned() {
      var status = this.session.state.best.status;
      return status === "passed" || status === "completed";
    },

    /* The button stands at the top until the module is complete (or passed), and has reached the LMS. */
    offerWhy(standing) {
      var failed = standing.complete && standing.status === "failed" && !this.earned();
      this.whyKey = failed ? "whyFailed" : "whyNot";
      this.whyButton.hidden = standing.complete && !failed && !this.unsent();
      this.whyButton.textContent = this.say(this.whyKey);
    },

    /* Calls a method that comes with the result. */
    withRest(name) {
      return () => {
        this.pages.prepare(this.result).then(() => { this[name](); }, () => { this.tell("pageLostText", null, "bad"); });
      };
    },

    unsent() {
      return !!this.pending;
    },

    /* What `key` of a transport means for the line; "saved" with `here` is this browser's own storage. */
    mean(key, params) {
      var meaning = MEANING[key];
      if (!meaning || (this.fixed && key !== this.fixed)) return;
      if (key === "noLms" || key === "memoryOnly" || key === "reviewMode") this.fixed = key;
      var sentence = key === "saved" && params && params.here ? "savedHereAt" : meaning[0];
      this.pending = meaning[1];
      window.onbeforeunload = key === "unsentOnly" ? () => true : null; /* the browser asks before it closes the page */
      this.status.textContent = this.say(sentence, { time: this.time(new Date()) });
      this.status.className = "jp-saved" + (this.pending && key !== "saving" ? " jp-unsaved" : "");
      if (this.session && this.body && !this.body.hidden) this.offerWhy(this.session.standing());
    },

    /* 10.42 or 10:42 */
    time(date) {
      return ("0" + date.getHours()).slice(-2) + (this.language === "id" ? "." : ":") + ("0" + date.getMinutes()).slice(-2);
    },

    /* A notice that blocks nothing. One of a key at a time; good news replaces the bad and leaves by itself. Kind "state" is no notice: it
       moves the line alone, and nobody is interrupted. */
    tell(key, params, kind) {
      this.mean(key, params);
      if (kind === "state") return;
      var old = this.notices.querySelector("[data-key='" + key + "']");
      if (old) old.remove();
      if (key === "online" || key === "saveRestored") {
        this.notices.querySelectorAll("[data-key=offline], [data-key=unsentOnly], [data-key=saveFailed]").forEach((bad) => { bad.remove(); });
      }
      var notice = h("div", { class: "jp-notice jp-notice-" + kind, "data-key": key, role: kind === "bad" ? "alert" : "status" }, [
        h("p", { text: this.say(key, params) }),
        h("button", { type: "button", class: "jp-close", "aria-label": this.say("close"), text: "×", on: { click: () => { notice.remove(); } } })
      ]);
      this.notices.append(notice);
      if (kind !== "bad") setTimeout(() => { notice.remove(); }, 12000);
    },

    /* Tools that belong to no page: how it looks, and paper. */
    tools() {
      this.themeButton = this.button("darkOn", "jp-tool", this.turnTheme.bind(this));
      this.printButton = this.button("print", "jp-tool", this.withRest("print"));
      this.nameTheme();
      return h("div", { class: "jp-tools" }, [this.themeButton, this.printButton]);
    },

    /* The look that was chosen in this browser; without a choice the system's. */
    wearTheme() {
      var chosen = Jampel.storage().get(THEME);
      if (chosen === "dark" || chosen === "light") document.documentElement.setAttribute("data-theme", chosen);
    },

    isDark() {
      var chosen = document.documentElement.getAttribute("data-theme");
      return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
    },

    turnTheme() {
      var now = this.isDark() ? "light" : "dark";
      document.documentElement.setAttribute("data-theme", now);
      Jampel.storage().set(THEME, now);
      this.nameTheme();
    },

    nameTheme() {
      this.themeButton.textContent = this.say(this.isDark() ? "lightOn" : "darkOn");
    }
  });
})();
