/* An answer: is it right, how is it written for a standard, and what does it say in words.
 *
 * A response inside the player:
 *   choice, likert: option index · multiple: sorted option indexes · true-false: boolean · fill-in, numeric, short-text: the text typed
 *   matching: for each left row the index of the chosen right side (pairs first, then `extra`) · ordering: item indexes in the
 *   learner's order
 * A question without points is not judged: its answer is neither right nor wrong (`correct` is null).
 */
(function () {
  "use strict";
  var Jampel = window.Jampel;
  var TYPES = {
    choice: "choice",
    multiple: "choice",
    "true-false": "true-false",
    matching: "matching",
    ordering: "sequencing",
    "fill-in": "fill-in",
    numeric: "numeric",
    "short-text": "fill-in",
    likert: "likert"
  };

  function plain(text, caseSensitive) {
    var tidy = String(text).normalize("NFKC").trim().replace(/\s+/g, " ");
    return caseSensitive ? tidy : tidy.toLowerCase();
  }

  /* Every number a typed text may mean: "1.500" is 1500 to an Indonesian reader and 1.5 to an English one; both are listed. */
  function numbers(text, unit) {
    var tidy = String(text).trim();
    if (unit && tidy.toLowerCase().endsWith(unit.toLowerCase())) tidy = tidy.slice(0, -unit.length);
    tidy = tidy.replace(/[\s\u00a0]/g, "").replace(/\u2212/g, "-");
    var readings = [];
    if (/^[-+]?(\d+([.,]\d*)?|[.,]\d+)$/.test(tidy)) readings.push(Number(tidy.replace(",", ".")));
    if (/^[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(tidy)) readings.push(Number(tidy.replace(/\./g, "").replace(",", ".")));
    if (/^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(tidy)) readings.push(Number(tidy.replace(/,/g, "")));
    return readings;
  }

  function near(question, value) {
    return Math.abs(value - question.value) <= (question.tolerance || 0) + 1e-9 * Math.max(1, Math.abs(question.value));
  }

  /* The number that counts for a typed text: the reading that is right, else the first. */
  function numeric(question, text) {
    var readings = numbers(text, question.unit);
    return readings.find((value) => near(question, value)) || readings[0];
  }

  function inOrder(indexes) {
    return indexes.every((value, position) => value === position);
  }

  /* Does a text hold every keyword, each in one of its spellings, as whole words? */
  function holdsAll(question, text) {
    var words = " " + plain(text, false).replace(/[^\p{L}\p{N}]+/gu, " ").trim() + " ";
    return (question.keywords || []).every((spellings) => {
      return spellings.some((spelling) => {
        return words.includes(" " + plain(spelling, false).replace(/[^\p{L}\p{N}]+/gu, " ").trim() + " ");
      });
    });
  }

  /* Is the response right? All or nothing for every kind; null when the question has no points and so no verdict. */
  function judge(question, response) {
    return question.points === 0 ? null : isRight(question, response);
  }

  function isRight(question, response) {
    switch (question.kind) {
      case "choice":
        return !!question.options[response] && question.options[response].correct === true;
      case "multiple":
        return question.options.every((option, index) => !!option.correct === response.includes(index));
      case "true-false":
        return response === question.answer;
      case "matching":
        return response.length === question.pairs.length && response.every((right, left) => {
          return question.pairs[right] && question.pairs[right].right === question.pairs[left].right;
        });
      case "ordering":
        return response.length === question.items.length && inOrder(response);
      case "fill-in":
        return question.accepted.some((accepted) => {
          return plain(accepted, question.case_sensitive) === plain(response, question.case_sensitive);
        });
      case "short-text":
        return holdsAll(question, response);
      case "likert":
        return true;
      default:
        return numbers(response, question.unit).some((value) => near(question, value));
    }
  }

  function letter(index) {
    return index < 26 ? String.fromCharCode(97 + index) : "z" + index;
  }

  /* Parts of a response as identifiers: [["a"], ["c"]] for a choice, [["1", "b"], …] for pairs; right sides are named by letters. */
  function parts(question, response) {
    if (response === null || response === undefined) return [];
    switch (question.kind) {
      case "choice":
      case "likert":
        return [[question.options[response].id]];
      case "multiple":
        return response.map((index) => [question.options[index].id]);
      case "matching":
        return response.map((right, left) => [question.pairs[left].id, letter(right)]);
      case "ordering":
        return response.map((index) => [question.items[index].id]);
      case "numeric":
        return [[String(numeric(question, response))]];
      default:
        return [[String(response)]];
    }
  }

  /* The right sides of a matching question in the order of their letters, as HTML: those of the pairs, then those without a partner. */
  function targets(question) {
    return question.pairs.map((pair) => pair.right).concat(question.extra || []);
  }

  /* The first of the right sides that read like number `index`: several left sides may share a partner. */
  function sameTarget(question, index) {
    var all = targets(question);
    return all.indexOf(all[index]);
  }

  /* A response in words, as a report shows it. */
  function words(question, response) {
    switch (question.kind) {
      case "choice":
      case "likert":
        return Jampel.text(question.options[response].html);
      case "multiple":
        return response.map((index) => Jampel.text(question.options[index].html)).join("; ");
      case "true-false":
        return Jampel.say(Jampel.language(question.language), response ? "isTrue" : "isFalse");
      case "matching":
        return response.map((right, left) => {
          return Jampel.text(question.pairs[left].left) + " – " + Jampel.text(targets(question)[right]);
        }).join("; ");
      case "ordering":
        return response.map((index) => Jampel.text(question.items[index].html)).join("; ");
      default:
        return String(response);
    }
  }

  /* The response that is right, in the player's own form; null for kinds that accept several or any. */
  function right(question) {
    function every(list) { return list.map((item, index) => index); }
    switch (question.kind) {
      case "choice":
        return question.options.findIndex((option) => option.correct);
      case "multiple":
        return every(question.options).filter((index) => question.options[index].correct);
      case "true-false":
        return question.answer;
      case "matching":
        return question.pairs.map((pair, index) => sameTarget(question, index));
      case "ordering":
        return every(question.items);
      default:
        return null;
    }
  }

  Object.assign(Jampel.course, {
    judge: judge,
    numbers: numbers,
    parts: parts,
    right: right,
    targets: targets,
    sameTarget: sameTarget,
    words: words,
    letter: letter,
    type: (question) => TYPES[question.kind]
  });

  /* Words of an HTML fragment without its tags; images speak through their alt text. */
  Jampel.text = (html) => {
    var holder = document.createElement("template");
    holder.innerHTML = html || "";
    holder.content.querySelectorAll("img[alt]").forEach((image) => { image.replaceWith(image.alt); });
    return holder.content.textContent.replace(/\s+/g, " ").trim();
  };
})();
