/* Times, numbers, words and answers, each in the form of SCORM 1.2 and in that of SCORM 2004 and xAPI. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var SPAN = /^(\d{2,4}):(\d{2}):(\d{2})(\.\d{1,2})?$/;
  var INTERVAL = /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,2})?)S)?)?$/;
  var UNITS = [31557600, 2629800, 86400, 3600, 60, 1]; /* seconds of a year, month … on average */
  var PREFIX = /^\{(?:lang|case_matters|order_matters)=[^{}]*\}/;

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  /* Seconds of CMITimespan HHHH:MM:SS.SS; null when it is none. */
  function fromSpan(text) {
    var found = SPAN.exec(text);
    return found ? Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]) + Number(found[4] || 0) : null;
  }

  function toSpan(seconds) {
    var hundredths = Math.max(0, Math.min(Math.round(seconds * 100), 3599999999));
    var whole = Math.floor(hundredths / 100);
    var hours = ("000" + Math.floor(whole / 3600)).slice(-4);
    return hours + ":" + two(Math.floor(whole / 60) % 60) + ":" + two(whole % 60) + "." + two(hundredths % 100);
  }

  /* Seconds of an ISO 8601 interval; null when it is none. */
  function fromInterval(text) {
    var found = INTERVAL.exec(text);
    return found ? UNITS.reduce(function (sum, unit, at) { return sum + unit * Number(found[at + 1] || 0); }, 0) : null;
  }

  function toInterval(seconds) {
    var hundredths = Math.max(0, Math.round(seconds * 100));
    var whole = Math.floor(hundredths / 100), part = hundredths % 100;
    var rest = (whole % 60) + (part ? "." + two(part).replace(/0$/, "") : "");
    return "PT" + Math.floor(whole / 3600) + "H" + (Math.floor(whole / 60) % 60) + "M" + rest + "S";
  }

  /* A number as every LMS reads it: no exponent, seven decimals at most. */
  function real(number) {
    return number.toFixed(7).replace(/\.?0+$/, "");
  }

  function cents(number) {
    return String(Math.round(number * 100) / 100);
  }

  /* HH:MM:SS of SCORM 1.2 is a time of today, here. */
  function fromClock(text, now) {
    var parts = /^(\d{2}):(\d{2}):(\d{2})/.exec(text);
    if (!parts) return "";
    return stamp(new Date(now.getFullYear(), now.getMonth(), now.getDate(), Number(parts[1]), Number(parts[2]), Number(parts[3])));
  }

  function stamp(date) {
    return date.toISOString().replace(/\.(\d\d)\dZ$/, ".$1Z");
  }

  function toClock(timestamp) {
    var date = new Date(timestamp);
    if (isNaN(date)) return "";
    return two(date.getHours()) + ":" + two(date.getMinutes()) + ":" + two(date.getSeconds());
  }

  /* lesson_status is one word for what SCORM 2004 keeps apart; "failed" says that the attempt was made. */
  var PAIRS = {
    passed: ["completed", "passed"], failed: ["completed", "failed"], completed: ["completed", "unknown"],
    incomplete: ["incomplete", "unknown"], browsed: ["incomplete", "unknown"], "not attempted": ["not attempted", "unknown"]
  };

  function toPair(status) {
    return PAIRS[status] || ["unknown", "unknown"];
  }

  /* What the content says of completion goes before success: passed half-way is not done. "" when nothing is known. */
  function toStatus(completion, success) {
    if (completion === "incomplete" || completion === "not attempted") return "incomplete";
    if (success === "passed" || success === "failed") return success;
    return completion === "completed" ? "completed" : "";
  }

  /* An identifier of SCORM 1.2: printable ASCII without blanks, 255 at most; what is cut or changed stays apart by a mark. */
  function identifier(text) {
    var plain = text.replace(/[^!-~]/g, "_");
    if (plain === text && text.length <= 255) return text || "_";
    return plain.slice(0, 245) + "-" + mark(text);
  }

  function mark(text) {
    var value = 2166136261;
    for (var i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619) >>> 0;
    return value.toString(36);
  }

  /* An identifier inside an answer of SCORM 2004. */
  function word(text) {
    var plain = text.trim().replace(/[^A-Za-z0-9_.]/g, "_").slice(0, 250) || "_";
    return plain;
  }

  /* An identifier inside an answer of SCORM 1.2 is one letter or digit by the book; a whole word where the LMS takes it. */
  function short(text) {
    return text.replace(/^urn:[^:]+:/i, "").replace(/[^A-Za-z0-9_-]/g, "_").slice(0, 60) || "_";
  }

  function split12(text) {
    return text.replace(/^\{|\}$/g, "").split(",").map(function (part) { return part.trim(); }).filter(Boolean);
  }

  /* Answers and patterns of SCORM 1.2 in the form of 2004; `pattern`: a right answer, which may have conditions. */
  function answerFrom12(type, text, pattern) {
    switch (type) {
      case "true-false":
        return /^[t1]/i.test(text) ? "true" : "false";
      case "choice":
      case "sequencing":
        return split12(text).map(word).join("[,]");
      case "matching":
        return split12(text).map(function (pair) {
          var at = pair.indexOf(".");
          return word(at < 0 ? pair : pair.slice(0, at)) + "[.]" + word(at < 0 ? "" : pair.slice(at + 1));
        }).join("[,]");
      case "numeric":
        return pattern ? text + "[:]" + text : text;
      case "performance":
        return text.length ? word("langkah") + "[.]" + text : text;
      case "likert":
        return word(text);
      default:
        return text;
    }
  }

  function plain(text) {
    var found = text;
    while (PREFIX.test(found)) found = found.replace(PREFIX, "");
    return found;
  }

  /* Answers and patterns of SCORM 2004 in the form of 1.2. */
  function answerTo12(type, text) {
    var found = plain(text);
    switch (type) {
      case "true-false":
        return found === "true" ? "t" : "f";
      case "choice":
      case "sequencing":
        return found.split("[,]").filter(Boolean).map(short).join(",").slice(0, 255);
      case "matching":
        return found.split("[,]").filter(Boolean).map(function (pair) { return pair.split("[.]").map(short).join("."); }).join(",").slice(0, 255);
      case "numeric":
        return found.split("[:]")[0] || found.split("[:]")[1] || "0";
      case "likert":
        return short(found);
      case "performance":
        return found.replace(/\[\.\]/g, " ").replace(/\[,\]/g, "; ").slice(0, 255);
      default:
        return found.replace(/\[,\]/g, ", ").slice(0, 255);
    }
  }

  /* xAPI takes the types of SCORM 2004; its patterns are the same but for the languages. */
  function typeTo12(type) {
    return { "long-fill-in": "fill-in", other: "performance" }[type] || type;
  }

  function resultFrom12(text) {
    return text === "wrong" ? "incorrect" : text === "unanticipated" ? "unanticipated" : text;
  }

  function resultTo12(text) {
    return text === "incorrect" ? "wrong" : text;
  }

  Jampel.forms = {
    fromSpan: fromSpan, toSpan: toSpan, fromInterval: fromInterval, toInterval: toInterval, real: real, cents: cents, fromClock: fromClock,
    toClock: toClock, stamp: stamp, toPair: toPair, toStatus: toStatus, identifier: identifier, mark: mark, answerFrom12: answerFrom12,
    answerTo12: answerTo12, typeTo12: typeTo12, resultFrom12: resultFrom12, resultTo12: resultTo12, plain: plain
  };
})();
