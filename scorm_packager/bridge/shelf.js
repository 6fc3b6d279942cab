/* The documents of the LRS in this page: states, activity profiles and agent profiles (xAPI Communication 2.2 to 2.7).
 *
 * There is one learner and, as a rule, one activity: a key names them only where they are others, so that the record stays short.
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var KINDS = { "activities/state": "s", "activities/profile": "a", "agents/profile": "p" };
  var NAMES = { s: "stateId", a: "profileId", p: "profileId" };
  var JSON_TYPE = /^application\/json\b/i;

  function refuse(status, why) {
    throw Object.assign(new Error(why), { status: status });
  }

  /* `me`: {activity, registration, actor}. `kept` are the documents of earlier sessions: {key: [text, seconds, type]}. */
  function Shelf(me, kept) {
    this.me = me;
    this.kept = kept || {};
  }

  function isAgent(agent, actor) {
    var one = agent.account || {}, other = actor.account || {};
    return one.name === other.name && one.homePage === other.homePage;
  }

  Shelf.prototype.agent = function (text) {
    var agent = null;
    try { agent = JSON.parse(text); } catch (error) { /* said below */ }
    if (!agent || typeof agent !== "object") refuse(400, "agent is no JSON object");
    return isAgent(agent, this.me.actor) ? "" : text;
  };

  /* What a key begins with: all but the name of the document. */
  Shelf.prototype.place = function (kind, asked) {
    var parts = [kind];
    if (kind !== "p") {
      if (!asked.activityId) refuse(400, "activityId is missing");
      parts.push(asked.activityId === this.me.activity ? "" : asked.activityId);
    }
    if (kind !== "a") parts.push(this.agent(asked.agent));
    if (kind === "s") parts.push(asked.registration === this.me.registration ? "r" : asked.registration || "");
    return parts;
  };

  Shelf.prototype.names = function (place, since) {
    var start = JSON.stringify(place).slice(0, -1) + ",", after = since ? Date.parse(since) / 1000 : -1, kept = this.kept;
    return Object.keys(kept).filter(function (key) { return key.indexOf(start) === 0 && kept[key][1] > after; });
  };

  Shelf.etag = function (found) {
    return '"' + Jampel.forms.mark(found[0]) + found[0].length.toString(36) + '"';
  };

  /* Conditions of a write; a profile is never overwritten unseen (xAPI Communication 3.1). */
  function mayWrite(kind, method, found, headers) {
    var wanted = headers["if-match"], none = headers["if-none-match"];
    if (wanted && (!found || wanted.indexOf(Shelf.etag(found)) < 0)) refuse(412, "another version is kept");
    if (none && found && (none === "*" || none.indexOf(Shelf.etag(found)) >= 0)) refuse(412, "it is kept already");
    if (method === "PUT" && kind !== "s" && found && !wanted && !none) refuse(409, "If-Match or If-None-Match is missing");
  }

  function merged(found, text, type) {
    if (!found) return text;
    var old = null, more = null;
    try { old = JSON.parse(found[0]); more = JSON.parse(text); } catch (error) { /* said below */ }
    if (!old || !more || typeof old !== "object" || typeof more !== "object" || found[2] || !JSON_TYPE.test(type)) refuse(400, "only JSON objects can be merged");
    return JSON.stringify(Object.assign(old, more));
  }

  /* Answers one request for `resource`; null when it is none of documents. `request`: {method, asked, headers, body, now}. */
  Shelf.prototype.answer = function (resource, request) {
    var kind = KINDS[resource];
    if (!kind) return null;
    var place = this.place(kind, request.asked), name = request.asked[NAMES[kind]];
    var key = JSON.stringify(place.concat([name])), found = name ? this.kept[key] : undefined;
    switch (request.method) {
      case "GET":
      case "HEAD":
        return name ? this.give(found) : this.list(place, request.asked.since);
      case "DELETE":
        return name ? this.drop(key, found, request.headers) : this.clear(kind, place);
      case "PUT":
      case "POST":
        if (!name) refuse(400, NAMES[kind] + " is missing");
        mayWrite(kind, request.method, found, request.headers);
        return this.write(key, found, request);
      default:
        return refuse(405, "no such method");
    }
  };

  Shelf.prototype.give = function (found) {
    if (!found) refuse(404, "no such document");
    return { status: 200, headers: { "content-type": found[2] || "application/json", etag: Shelf.etag(found), "last-modified": new Date(found[1] * 1000).toUTCString() }, body: found[0] };
  };

  Shelf.prototype.list = function (place, since) {
    var names = this.names(place, since).map(function (key) { return JSON.parse(key).pop(); });
    return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(names) };
  };

  Shelf.prototype.drop = function (key, found, headers) {
    if (found) mayWrite("s", "DELETE", found, headers);
    delete this.kept[key];
    return { status: 204, headers: {}, body: "", changed: true };
  };

  Shelf.prototype.clear = function (kind, place) {
    if (kind !== "s") refuse(400, "profileId is missing");
    this.names(place).forEach(function (key) { delete this.kept[key]; }, this);
    return { status: 204, headers: {}, body: "", changed: true };
  };

  Shelf.prototype.write = function (key, found, request) {
    var type = request.headers["content-type"] || "application/octet-stream";
    var text = request.method === "POST" ? merged(found, request.body, type) : request.body;
    this.kept[key] = [text, Math.floor(request.now / 1000)].concat(JSON_TYPE.test(type) ? [] : [type]);
    var undo = function (kept) {
      if (found) kept[key] = found;
      else delete kept[key];
    };
    return { status: 204, headers: { etag: Shelf.etag(this.kept[key]) }, body: "", changed: true, undo: undo.bind(null, this.kept) };
  };

  Jampel.Shelf = Shelf;
  Jampel.refuse = refuse;
})();
