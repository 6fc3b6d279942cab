/* Stands first in every page of a converted cmi5 AU: what the AU sends to its LRS is answered by the bridge's page around it.
 *
 * Everything else goes where it went before; outside of a bridge this script does nothing.
 */
(function () {
  "use strict";
  var FAR = 20; /* windows up */
  var desk = window.JampelInlet ? null : find(window);
  if (!desk) return;
  window.JampelInlet = true; /* a page that is put together of others must not be changed twice */

  function find(start) {
    var win = start, seen = 0;
    try {
      while (win && seen++ < FAR) {
        if (win.JampelDesk) return win.JampelDesk;
        if (win.parent !== win) win = win.parent;
        else win = win.opener;
      }
    } catch (error) {
      /* another site frames this one: its windows say nothing */
    }
    return null;
  }

  function absolute(address) {
    try { return new URL(String(address), document.baseURI).href; } catch (error) { return ""; }
  }

  function textOf(body) {
    if (body === null || body === undefined) return "";
    if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return new TextDecoder().decode(body);
    return body instanceof Document ? new XMLSerializer().serializeToString(body) : String(body);
  }

  function plain(headers) {
    var found = {};
    headers.forEach(function (value, name) { found[name.toLowerCase()] = value; });
    return found;
  }

  function wait(body, then) {
    return body instanceof Blob ? body.text().then(then) : Promise.resolve(then(textOf(body)));
  }

  /* ---- fetch ---- */
  var oldFetch = window.fetch, bodies = new WeakMap();
  /* The body of a Request is read later than a page that goes can wait: it is remembered as it was given. */
  window.Request = new Proxy(window.Request, {
    construct: function (made, given, as) {
      var request = Reflect.construct(made, given, as), body = given[1] && given[1].body;
      if (typeof body === "string") bodies.set(request, body);
      return request;
    }
  });

  function respond(method, address, headers, text) {
    var found = desk.answer(method, address, headers, text), empty = found.status === 204 || method.toUpperCase() === "HEAD";
    return new Response(empty ? null : found.body, { status: found.status, headers: found.headers });
  }

  window.fetch = function (what, how) {
    var request = what instanceof Request ? what : null, address = absolute(request ? request.url : what);
    if (!desk.owns(address)) return oldFetch.apply(window, arguments);
    var method = (how && how.method) || (request && request.method) || "GET", given = new Headers((how && how.headers) || (request && request.headers) || {});
    var body = how && how.body !== undefined ? how.body : request && bodies.has(request) ? bodies.get(request) : null;
    if (body instanceof URLSearchParams && !given.has("content-type")) given.set("content-type", "application/x-www-form-urlencoded");
    try {
      if (body === null && request && method !== "GET" && method !== "HEAD") {
        return request.clone().text().then(function (text) { return respond(method, address, plain(given), text); });
      }
      return wait(body, function (text) { return respond(method, address, plain(given), text); });
    } catch (error) {
      return Promise.reject(new TypeError(String(error)));
    }
  };

  /* ---- sendBeacon: it has no headers, so only the form of a request with headers inside can be meant ---- */
  var oldBeacon = navigator.sendBeacon && navigator.sendBeacon.bind(navigator);
  if (oldBeacon) {
    navigator.sendBeacon = function (address, body) {
      if (!desk.owns(absolute(address))) return oldBeacon(address, body);
      wait(body, function (text) { desk.answer("POST", absolute(address), {}, text); });
      return true;
    };
  }

  /* ---- XMLHttpRequest ---- */
  var proto = XMLHttpRequest.prototype, held = new WeakMap(), old = {};
  ["open", "send", "setRequestHeader", "getResponseHeader", "getAllResponseHeaders", "abort"].forEach(function (name) { old[name] = proto[name]; });

  function show(xhr, values) {
    Object.keys(values).forEach(function (name) {
      Object.defineProperty(xhr, name, { value: values[name], configurable: true, writable: true });
    });
  }

  function forget(xhr) {
    ["readyState", "status", "statusText", "responseText", "response", "responseURL", "responseXML"].forEach(function (name) { delete xhr[name]; });
    held.delete(xhr);
  }

  function tell(xhr, name) {
    xhr.dispatchEvent(name === "readystatechange" ? new Event(name) : new ProgressEvent(name));
  }

  function valueOf(type, text) {
    if (type === "json") {
      try { return JSON.parse(text); } catch (error) { return null; }
    }
    if (type === "arraybuffer") return new TextEncoder().encode(text).buffer;
    return type === "blob" ? new Blob([text]) : text;
  }

  function ask(mine, text) {
    return desk.answer(mine.method, mine.address, mine.headers, text);
  }

  function finish(xhr, mine, found) {
    if (mine.stopped) return;
    mine.answer = found;
    var type = xhr.responseType, body = found.status === 204 || mine.method === "HEAD" ? "" : found.body;
    show(xhr, { readyState: 4, status: found.status, statusText: found.status < 400 ? "OK" : "Error", response: valueOf(type, body), responseURL: mine.address, responseXML: null });
    if (type === "" || type === "text") show(xhr, { responseText: body });
    ["readystatechange", "load", "loadend"].forEach(function (name) { tell(xhr, name); });
  }

  proto.open = function (method, address, later) {
    var whole = absolute(address);
    forget(this);
    if (!desk.owns(whole)) return old.open.apply(this, arguments);
    old.open.call(this, method, whole, later === undefined || !!later);
    held.set(this, { method: String(method).toUpperCase(), address: whole, headers: {}, later: later === undefined || !!later });
  };

  proto.setRequestHeader = function (name, value) {
    var mine = held.get(this);
    if (!mine) return old.setRequestHeader.apply(this, arguments);
    mine.headers[String(name).toLowerCase()] = String(value);
  };

  proto.send = function (body) {
    var mine = held.get(this), self = this;
    if (!mine) return old.send.apply(this, arguments);
    if (!mine.later) return finish(this, mine, ask(mine, textOf(body)));
    /* The desk hears it at once, as the page may be going; the AU hears the answer later, as it expects. */
    wait(body, function (text) {
      var found = ask(mine, text);
      setTimeout(function () { finish(self, mine, found); }, 0);
    });
  };

  proto.getResponseHeader = function (name) {
    var mine = held.get(this);
    if (!mine) return old.getResponseHeader.apply(this, arguments);
    var found = mine.answer && mine.answer.headers[String(name).toLowerCase()];
    return found === undefined ? null : found;
  };

  proto.getAllResponseHeaders = function () {
    var mine = held.get(this), headers = mine && mine.answer ? mine.answer.headers : {};
    if (!mine) return old.getAllResponseHeaders.apply(this, arguments);
    return Object.keys(headers).map(function (name) { return name + ": " + headers[name] + "\r\n"; }).join("");
  };

  proto.abort = function () {
    var mine = held.get(this);
    if (!mine) return old.abort.apply(this, arguments);
    mine.stopped = true;
  };
})();
