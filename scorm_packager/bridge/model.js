/* A data model by its table: what may be read and written, in which form, and what was written. It knows no LMS. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var INDEX = /^(0|[1-9]\d{0,5})$/;

  /* `table`: {element with n for an index: [access: r, w or rw, check of a text: "" or the error's name]}; `strict`: an id comes first. */
  function Model(table, strict) {
    this.table = table;
    this.strict = strict;
    this.values = {};
    this.counts = {};
    this.touched = {}; /* names whose value the content wrote in this session */
    this.parents = {};
    Object.keys(table).forEach(function (name) {
      var parts = name.split(".");
      for (var at = 1; at < parts.length; at++) {
        var parent = parts.slice(0, at).join("."), children = (this.parents[parent] = this.parents[parent] || []);
        if (children.indexOf(parts[at]) < 0) children.push(parts[at]);
      }
    }, this);
  }

  function pattern(name) {
    return name.split(".").map(function (part, at) { return at && INDEX.test(part) ? "n" : part; }).join(".");
  }

  /* The collections in a name with the index into each: [["cmi.interactions", 0], …] */
  function places(name) {
    var parts = name.split("."), found = [];
    parts.forEach(function (part, at) {
      if (at && INDEX.test(part)) found.push([parts.slice(0, at).join("."), Number(part)]);
    });
    return found;
  }

  Model.prototype.count = function (collection) {
    return this.counts[collection] || 0;
  };

  /* {value} or {error} */
  Model.prototype.get = function (name) {
    var last = name.slice(name.lastIndexOf(".") + 1), parent = name.slice(0, -last.length - 1);
    if (last === "_children") return this.children(parent);
    if (last === "_count") return this.counted(parent);
    var rule = this.table[pattern(name)];
    if (!rule) return { error: "unknown" };
    if (rule[0] === "w") return { error: "writeOnly" };
    if (!this.reaches(name, 0)) return { error: "getIndex" };
    return name in this.values ? { value: this.values[name] } : { error: "empty", value: "" };
  };

  Model.prototype.children = function (parent) {
    var shape = pattern(parent), list = this.parents[shape];
    if (this.table[shape]) return { error: "noChildren" };
    if (list && list[0] === "n") list = this.parents[shape + ".n"];
    return list ? { value: list.join(",") } : { error: "unknown" };
  };

  Model.prototype.counted = function (parent) {
    var shape = pattern(parent), list = this.parents[shape];
    if (!list && !this.table[shape]) return { error: "unknown" };
    if (!list || list[0] !== "n") return { error: "noCount" };
    if (!this.reaches(parent, 0)) return { error: "getIndex" };
    return { value: String(this.count(parent)) };
  };

  /* Whether each index is there, or is at most `more` behind the last. */
  Model.prototype.reaches = function (name, more) {
    return places(name).every(function (place) { return place[1] < this.count(place[0]) + more; }, this);
  };

  /* "" or the error's name. */
  Model.prototype.set = function (name, text) {
    var rule = this.table[pattern(name)];
    if (/\._(children|count|version)$/.test(name)) return "keyword";
    if (!rule) return "unknown";
    if (rule[0] === "r") return "readOnly";
    if (!this.reaches(name, 1)) return "index";
    var wrong = (this.strict && this.order(name)) || rule[1](text, this, name);
    if (wrong) return wrong;
    this.put(name, text);
    this.touched[name] = true;
    return "";
  };

  /* SCORM 2004: what belongs to an entry comes after its id; an objective keeps its id, which no other has. */
  Model.prototype.order = function (name) {
    var entry = /^(cmi\.(?:interactions|objectives)\.\d+)\.(.+)$/.exec(name);
    if (!entry) return "";
    return entry[2] !== "id" && !(entry[1] + ".id" in this.values) ? "order" : "";
  };

  /* Keeps a value without asking. */
  Model.prototype.put = function (name, text) {
    this.values[name] = String(text);
    places(name).forEach(function (place) {
      this.counts[place[0]] = Math.max(this.count(place[0]), place[1] + 1);
    }, this);
  };

  Model.prototype.has = function (name) {
    return this.values[name] !== undefined && this.values[name] !== "";
  };

  Model.prototype.value = function (name) {
    return this.values[name] === undefined ? "" : this.values[name];
  };

  Model.prototype.number = function (name) {
    return this.has(name) ? Number(this.values[name]) : null;
  };

  /* What `names` hold below a collection, in order. */
  Model.prototype.list = function (collection, name) {
    var found = [];
    for (var at = 0; at < this.count(collection); at++) {
      if (this.has(collection + "." + at + "." + name)) found.push(this.value(collection + "." + at + "." + name));
    }
    return found;
  };

  /* The four parts of a score, null where one is missing. */
  Model.prototype.score = function (place) {
    var self = this, found = {};
    ["raw", "min", "max", "scaled"].forEach(function (part) { found[part] = self.number(place + "." + part); });
    return found;
  };

  /* Values that a later session reads again, without those of `but`. */
  Model.prototype.kept = function (but) {
    var found = {};
    Object.keys(this.values).forEach(function (name) {
      var rule = this.table[pattern(name)];
      if (rule && rule[0] !== "r" && !(but && but.test(name))) found[name] = this.values[name];
    }, this);
    return found;
  };

  /* ---- checks of texts ---- */
  var checks = {
    text: function (most) { return function (text) { return text.length <= most ? "" : "type"; }; },
    words: function () {
      var list = Array.prototype.slice.call(arguments);
      return function (text) { return list.indexOf(text) >= 0 ? "" : "type"; };
    },
    form: function (expression) { return function (text) { return expression.test(text) ? "" : "type"; }; },
    /* A number between two bounds, null for none; `blank`: or nothing. */
    number: function (least, most, blank) {
      return function (text) {
        if (text === "" && blank) return "";
        if (!/^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text)) return "type";
        var found = Number(text);
        return (least !== null && found < least) || (most !== null && found > most) ? "range" : "";
      };
    }
  };

  Jampel.Model = Model;
  Jampel.checks = checks;
})();
