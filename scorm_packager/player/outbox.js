/* Statements that wait in this browser until an LRS acknowledges them, and one state document; the base of every transport to an LRS.
 *
 * Every statement waits under its own storage key, with the id it was born with; sending it twice is therefore harmless, and two open
 * windows do not disturb each other. What the LRS refuses is kept under another key, with the reason. No credential is ever stored.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var BATCH = 25;
  var KEEPALIVE = 60000; /* a browser carries at most 64 KiB of requests past the end of a page */
  var PATIENCE = 10000;
  var SLOWEST = 60000;

  /* `prefix` begins every key of the storage. `ears` hears {expired(), refused(count), lost(durable), found(), saved(), failed(status)}. */
  function Outbox(prefix, endpoint, ears) {
    this.storage = Jampel.storage();
    this.prefix = prefix;
    this.endpoint = endpoint.replace(/\/*$/, "/");
    this.ears = ears;
    this.authorization = "";
    this.stateQuery = null; /* the parameters of the state document; null when there is none */
    this.document = null; /* the state that is to be put */
    this.held = false; /* nothing may be sent yet */
    this.serial = 0;
    this.delay = 0;
    this.refused = 0;
    this.expired = false;
    this.offline = false;
  }

  Object.assign(Outbox.prototype, {
    /* Makes a statement durable here and starts sending; `first` sends it before everything else, and alone. */
    put(statement, first) {
      var order = ("00000" + this.serial++).slice(-5);
      var time = first ? "0" : Date.now();
      this.storage.set(this.prefix + "q:" + time + ":" + order + ":" + statement.id, JSON.stringify(statement));
      this.pump();
    },

    waiting() {
      return this.storage.keys(this.prefix + "q:");
    },

    /* What stands under a key, null when it is gone or damaged. */
    kept(key) {
      try { return JSON.parse(this.storage.get(key)); } catch (error) { return null; }
    },

    putState(document) {
      this.document = JSON.stringify(document);
      this.pump();
    },

    headers() {
      return {
        Authorization: this.authorization,
        "X-Experience-API-Version": "1.0.3",
        "Content-Type": "application/json"
      };
    },

    url(resource, query) {
      return this.endpoint + resource + "?" + Object.keys(query).filter((name) => query[name]).map((name) => {
        return name + "=" + encodeURIComponent(query[name]);
      }).join("&");
    },

    stateUrl() {
      return this.url("activities/state", this.stateQuery);
    },

    /* fetch that gives up after PATIENCE. */
    fetch(url, options) {
      var stop = new AbortController();
      var timer = setTimeout(() => { stop.abort(); }, PATIENCE);
      var full = Object.assign({ headers: this.headers(), credentials: "omit", signal: stop.signal }, options);
      return window.fetch(url, full).finally(() => { clearTimeout(timer); });
    },

    /* The JSON at `url`, null when there is none; throws Error when the link is cut. */
    async read(url) {
      var response = await this.fetch(url, { method: "GET" });
      if (response.status === 401) this.expire();
      if (response.status === 200) return response.json();
      await response.text();
      return null;
    },

    start() {
      window.addEventListener("online", () => { this.delay = 0; this.pump(); });
    },

    /* What still waits goes out past the end of the page, as far as the browser carries it; the rest goes at the next start. */
    lastWords() {
      var room = KEEPALIVE - (this.document || "").length;
      var texts = [];
      this.closing = true;
      clearTimeout(this.timer);
      this.waiting().every((key) => {
        var text = this.storage.get(key) || "";
        room -= new TextEncoder().encode(text).length + 1;
        if (room > 0 && text) texts.push(text);
        return room > 0;
      });
      if (texts.length) this.lastRequest("POST", this.endpoint + "statements", "[" + texts.join(",") + "]");
      if (this.document !== null) this.lastRequest("PUT", this.stateUrl(), this.document);
    },

    lastRequest(method, url, body) {
      if (this.expired) return;
      try {
        window.fetch(url, { method: method, headers: this.headers(), credentials: "omit", keepalive: true, body: body }).catch(() => {});
      } catch (error) {
        /* the page is gone; what was not sent waits in storage */
      }
    },

    /* Sends one thing after another until nothing waits; a broken link is tried again later and later, with a little chance in it. */
    pump() {
      if (this.busy || this.closing || this.expired || this.held || !this.authorization) return;
      var keys = this.waiting();
      keys = keys.slice(0, keys.length && keys[0].indexOf(this.prefix + "q:0:") === 0 ? 1 : BATCH);
      if (!keys.length && this.document === null) return;
      clearTimeout(this.timer);
      this.busy = true;
      (keys.length ? this.sendStatements(keys) : this.sendState()).then(
        () => { this.busy = false; this.found(); this.pump(); },
        () => { this.busy = false; this.lost(); this.later(); }
      );
    },

    later() {
      if (this.expired || this.closing) return;
      this.delay = Math.min(SLOWEST, Math.max(2000, this.delay * 2));
      clearTimeout(this.timer);
      this.timer = setTimeout(() => { this.pump(); }, this.delay * (0.75 + Math.random() / 2));
    },

    /* A key that another window has sent and removed meanwhile is passed over. */
    async sendStatements(keys) {
      keys = keys.filter((key) => this.storage.get(key));
      if (!keys.length) return undefined;
      var texts = keys.map((key) => this.storage.get(key));
      var response = await this.fetch(this.endpoint + "statements", { method: "POST", body: "[" + texts.join(",") + "]" });
      if (response.ok) {
        keys.forEach((key) => { this.storage.remove(key); });
        return response.text(); /* an answer left unread shows as an aborted request */
      }
      if (this.mustWait(response.status)) throw new Error("later");
      if (keys.length > 1) {
        for (var i = 0; i < keys.length; i++) await this.sendStatements([keys[i]]);
        return undefined;
      }
      return this.refuse(keys[0], response);
    },

    mustWait(status) {
      if (status === 401) this.expire();
      return status === 401 || status === 408 || status === 429 || status >= 500;
    },

    /* 409: the LRS has this id already. Anything else it will never take: kept beside, with the reason, and told. */
    async refuse(key, response) {
      if (response.status !== 409) {
        var reason = (await response.text().catch(() => "")).slice(0, 500);
        var statement = this.kept(key);
        if (!statement) return this.storage.remove(key);
        var kept = { status: response.status, reason: reason, statement: statement };
        if (this.again && (await this.again(kept))) return this.storage.remove(key);
        this.storage.set(key.replace(this.prefix + "q:", this.prefix + "refused:"), JSON.stringify(kept));
        this.refused += 1;
        this.ears.refused(this.refused);
      }
      this.storage.remove(key);
    },

    /* A new launch brings a new permission: what the last one was forbidden to write is offered once more. */
    forgive() {
      this.storage.keys(this.prefix + "refused:").forEach((key) => {
        var kept = this.kept(key);
        if (!kept || kept.status !== 403) return;
        this.storage.set(key.replace(this.prefix + "refused:", this.prefix + "q:"), JSON.stringify(kept.statement));
        this.storage.remove(key);
      });
    },

    async sendState() {
      var sending = this.document;
      var response = await this.fetch(this.stateUrl(), { method: "PUT", body: sending });
      if (!response.ok && this.mustWait(response.status)) throw new Error("later");
      if (!response.ok) this.ears.failed(response.status);
      await response.text();
      if (this.document === sending) this.document = null;
    },

    expire() {
      if (!this.expired) this.ears.expired();
      this.expired = true;
    },

    lost() {
      if (!this.offline && !this.expired) this.ears.lost(this.storage.durable);
      this.offline = true;
    },

    found() {
      this.delay = 0;
      if (!this.offline && this.document === null && !this.waiting().length) this.ears.saved();
      if (this.offline && !this.waiting().length) {
        this.offline = false;
        this.ears.found();
      }
    }
  });

  Jampel.Outbox = Outbox;

  /* The ears of a transport whose LRS is the learner's record: the learner is told. */
  Jampel.telling = (tell) => {
    return {
      expired: () => { tell("expired", null, "bad"); },
      refused: (count) => { tell("refused", { n: count }, "bad"); },
      lost: (durable) => { tell(durable ? "offline" : "unsentOnly", null, "bad"); },
      found: () => { tell("online", null, "info"); },
      saved: () => { tell("saved", null, "state"); },
      failed: (status) => { tell("saveFailed", { code: status }, "bad"); }
    };
  };
})();
