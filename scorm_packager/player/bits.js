/* Numbers, texts and responses as bits, and bits as letters that every LMS keeps as they are. */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var COMMON = " abcdefghijklmnopqrstuvwxyz.,-\n"; /* five bits each; what is not here costs thirteen */
  var ESCAPE = 31;
  var TEXT_LIMIT = 1000; /* bytes */

  function writer() {
    var bits = [];
    return {
      bits: bits,
      put: (value, width) => { for (var i = width - 1; i >= 0; i--) bits.push(Math.floor(value / Math.pow(2, i)) % 2); },
      number: function (value) {
        do {
          this.put(value > 15 ? 1 : 0, 1);
          this.put(value % 16, 4);
          value = Math.floor(value / 16);
        } while (value > 0);
      },
      all: (other) => { for (var i = 0; i < other.length; i++) bits.push(other[i]); }
    };
  }

  function reader(bits) {
    var at = 0;
    return {
      get: (width) => {
        if (at + width > bits.length) throw new Error("the record ends too early");
        var value = 0;
        for (var i = 0; i < width; i++) value = value * 2 + bits[at++];
        return value;
      },
      number: function () {
        var value = 0, scale = 1, more;
        do {
          more = this.get(1);
          value += this.get(4) * scale;
          scale *= 16;
        } while (more && scale < 1e15);
        return value;
      },
      skip: (count) => { at += count; }
    };
  }

  function toText(bits) {
    var text = "";
    for (var i = 0; i < bits.length; i += 6) {
      var value = 0;
      for (var j = 0; j < 6; j++) value = value * 2 + (bits[i + j] || 0);
      text += LETTERS[value];
    }
    return text;
  }

  function toBits(text) {
    var out = writer();
    for (var i = 0; i < text.length; i++) {
      var value = LETTERS.indexOf(text[i]);
      if (value < 0) throw new Error("a character that cannot be");
      out.put(value, 6);
    }
    return out.bits;
  }

  function hash(text) {
    var value = 2166136261;
    for (var i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619) >>> 0;
    return value;
  }

  function checksum(text) {
    var out = writer();
    out.put(hash(text) % 16777216, 24);
    return toText(out.bits);
  }

  /* How many positions a response chooses from. */
  function size(question) {
    var list = question.options || question.pairs || question.items || [];
    return list.length + (question.extra || []).length;
  }

  function width(count) {
    return Math.max(1, Math.ceil(Math.log2(count)));
  }

  /* A text: its length in bytes, then either plain bytes or the code for common letters, whichever is shorter. */
  function putText(out, text) {
    var bytes = new TextEncoder().encode(text).slice(0, TEXT_LIMIT);
    var codes = Array.from(bytes, (byte) => COMMON.indexOf(String.fromCharCode(byte)));
    var cost = codes.reduce((sum, code) => sum + (code < 0 ? 13 : 5), 0);
    var packed = cost < bytes.length * 8;
    out.number(bytes.length);
    out.put(packed ? 1 : 0, 1);
    bytes.forEach((byte, at) => {
      if (packed) out.put(codes[at] < 0 ? ESCAPE : codes[at], 5);
      if (!packed || codes[at] < 0) out.put(byte, 8);
    });
  }

  function getText(source) {
    var bytes = new Uint8Array(Math.min(source.number(), TEXT_LIMIT));
    var packed = source.get(1);
    for (var i = 0; i < bytes.length; i++) {
      var code = packed ? source.get(5) : ESCAPE;
      bytes[i] = code === ESCAPE ? source.get(8) : COMMON.charCodeAt(code);
    }
    return decoded(bytes);
  }

  /* The text form of the first records ("J1"): eight bits of length, then bytes. */
  function getOldText(source) {
    var bytes = new Uint8Array(source.get(8));
    for (var i = 0; i < bytes.length; i++) bytes[i] = source.get(8);
    return decoded(bytes);
  }

  function decoded(bytes) {
    return new TextDecoder().decode(bytes).replace(/\ufffd+$/, "");
  }

  function putResponse(out, question, response) {
    var count = size(question);
    switch (question.kind) {
      case "choice":
      case "likert":
        return out.put(response, width(count));
      case "multiple":
        return question.options.forEach((option, index) => { out.put(response.includes(index) ? 1 : 0, 1); });
      case "true-false":
        return out.put(response ? 1 : 0, 1);
      case "matching":
      case "ordering":
        return response.forEach((index) => { out.put(index, width(count)); });
      default:
        return putText(out, response);
    }
  }

  /* Reads a response; `text` reads one that was typed. */
  function getResponse(source, question, text) {
    var count = size(question), rows = (question.pairs || question.items || []).length, list = [], i;
    switch (question.kind) {
      case "choice":
      case "likert":
        return Math.min(source.get(width(count)), count - 1);
      case "multiple":
        for (i = 0; i < count; i++) if (source.get(1)) list.push(i);
        return list;
      case "true-false":
        return source.get(1) === 1;
      case "matching":
      case "ordering":
        for (i = 0; i < rows; i++) list.push(Math.min(source.get(width(count)), count - 1));
        return list;
      default:
        return text(source);
    }
  }

  Jampel.bits = {
    writer: writer,
    reader: reader,
    toText: toText,
    toBits: toBits,
    hash: hash,
    checksum: checksum,
    size: size,
    getText: getText,
    getOldText: getOldText,
    putResponse: putResponse,
    getResponse: getResponse
  };
})();
