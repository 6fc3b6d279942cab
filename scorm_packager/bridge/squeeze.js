/* Makes a text short enough for an LMS that keeps little, in letters that every LMS gives back as they are.
 *
 * Each bit is foretold from the three bytes before it and written by an arithmetic coder. Whole numbers alone: what one browser wrote,
 * every other reads.
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
  var LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var ORDERS = 4;
  var SIZE = 1 << 16;
  var SURE = 30; /* how often a context is seen until it learns slowly */

  /* Code units as one to three bytes: lone surrogates, which UTF-8 cannot hold, survive. */
  function toBytes(text) {
    var bytes = [];
    for (var i = 0; i < text.length; i++) {
      var unit = text.charCodeAt(i);
      if (unit < 0x80) bytes.push(unit);
      else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 63));
      else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
    }
    return bytes;
  }

  function toText(bytes) {
    var text = "";
    for (var i = 0; i < bytes.length; i++) {
      var first = bytes[i];
      if (first < 0x80) text += String.fromCharCode(first);
      else if (first < 0xe0) text += String.fromCharCode(((first & 31) << 6) | (bytes[++i] & 63));
      else text += String.fromCharCode(((first & 15) << 12) | ((bytes[++i] & 63) << 6) | (bytes[++i] & 63));
    }
    return text;
  }

  /* Foretells one bit after another; `odds` is that of a 1, of 4096, `learn` tells what it was. */
  function Foresight() {
    this.chance = new Uint16Array(ORDERS * SIZE).fill(32768);
    this.seen = new Uint8Array(ORDERS * SIZE);
    this.before = 0;
    this.partial = 1;
    this.at = [0, 0, 0, 0];
    this.look();
  }

  Foresight.prototype.look = function () {
    for (var order = 0; order < ORDERS; order++) {
      var context = order ? this.before & (Math.pow(2, 8 * order) - 1) : 0;
      var hash = Math.imul(context + order * 0x9e3779b1, 0x2c1b3c6d) ^ Math.imul(this.partial, 0x297a2d39);
      this.at[order] = order * SIZE + ((hash ^ (hash >>> 15)) & (SIZE - 1));
    }
  };

  Foresight.prototype.odds = function () {
    var sum = 32768, weight = 1;
    for (var order = 0; order < ORDERS; order++) {
      var times = this.seen[this.at[order]];
      var trust = times ? Math.min(times, 8) * (1 << (2 * order)) : 0;
      sum += this.chance[this.at[order]] * trust;
      weight += trust;
    }
    return Math.max(1, Math.min(4095, Math.floor(sum / weight / 16)));
  };

  Foresight.prototype.learn = function (bit) {
    for (var order = 0; order < ORDERS; order++) {
      var at = this.at[order], times = this.seen[at];
      var error = (bit ? 65535 : 0) - this.chance[at];
      this.chance[at] += Math.trunc(error / (times + 1.5));
      if (times < SURE) this.seen[at] = times + 1;
    }
    this.partial = this.partial * 2 + bit;
    if (this.partial > 255) {
      this.before = ((this.before << 8) | (this.partial & 255)) & 0xffffff;
      this.partial = 1;
    }
    this.look();
  };

  function between(low, high, odds) {
    return low + Math.floor((high - low) / 4096) * odds;
  }

  function encode(bytes) {
    var low = 0, high = 0xffffffff, out = [], foresight = new Foresight();
    bytes.forEach(function (byte) {
      for (var i = 7; i >= 0; i--) {
        var bit = (byte >> i) & 1, middle = between(low, high, foresight.odds());
        if (bit) high = middle;
        else low = middle + 1;
        foresight.learn(bit);
        while (((low ^ high) & 0xff000000) === 0) {
          out.push(high >>> 24);
          low = (low << 8) >>> 0;
          high = ((high << 8) | 255) >>> 0;
        }
      }
    });
    out.push(low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255);
    return out;
  }

  function decode(packed, count) {
    var low = 0, high = 0xffffffff, value = 0, next = 0, bytes = [], foresight = new Foresight();
    function pull() { value = ((value << 8) | (packed[next++] || 0)) >>> 0; }
    for (var start = 0; start < 4; start++) pull();
    while (bytes.length < count) {
      var byte = 0;
      for (var i = 0; i < 8; i++) {
        var middle = between(low, high, foresight.odds()), bit = value <= middle ? 1 : 0;
        if (bit) high = middle;
        else low = middle + 1;
        foresight.learn(bit);
        byte = byte * 2 + bit;
        while (((low ^ high) & 0xff000000) === 0) {
          low = (low << 8) >>> 0;
          high = ((high << 8) | 255) >>> 0;
          pull();
        }
      }
      bytes.push(byte);
    }
    return bytes;
  }

  function toLetters(bytes) {
    var text = "", held = 0, bits = 0;
    bytes.forEach(function (byte) {
      held = (held << 8) | byte;
      for (bits += 8; bits >= 6; bits -= 6) text += LETTERS[(held >> (bits - 6)) & 63];
      held &= 63;
    });
    return bits ? text + LETTERS[(held << (6 - bits)) & 63] : text;
  }

  function fromLetters(text) {
    var bytes = [], held = 0, bits = 0;
    for (var i = 0; i < text.length; i++) {
      var value = LETTERS.indexOf(text[i]);
      if (value < 0) throw new Error("a character that cannot be");
      held = ((held << 6) | value) & 0xffff;
      bits += 6;
      if (bits >= 8) bytes.push((held >> (bits -= 8)) & 255);
    }
    return bytes;
  }

  function hash(bytes) {
    var value = 2166136261;
    bytes.forEach(function (byte) { value = Math.imul(value ^ byte, 16777619) >>> 0; });
    return value.toString(36);
  }

  /* The number of bytes and a checksum stand before the letters, so that a record that an LMS cut is never taken for a whole one. */
  Jampel.squeeze = function (text) {
    var bytes = toBytes(text);
    return [bytes.length.toString(36), hash(bytes), toLetters(encode(bytes))].join(".");
  };

  /* The text again; throws Error when it is not whole. */
  Jampel.unsqueeze = function (text) {
    var parts = text.split("."), count = parseInt(parts[0], 36);
    if (parts.length !== 3 || !(count >= 0 && count < 1e6)) throw new Error("no squeezed text");
    var bytes = decode(fromLetters(parts[2]), count);
    if (hash(bytes) !== parts[1]) throw new Error("the text is not whole");
    return toText(bytes);
  };
})();
