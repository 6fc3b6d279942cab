/* The course: is it whole, is an answer right, what is the score, and how a standard writes a response.
 *
 * A response inside the player:
 *   choice, likert: option index · multiple: sorted option indexes · true-false: boolean · fill-in, numeric, short-text: the text typed
 *   matching: for each left row the index of the chosen right side (pairs first, then `extra`) · ordering: item indexes in the
 *   learner's order
 * A question without points is not judged: its answer is neither right nor wrong (`correct` is null).
 *
 * A transport is what carries results to a standard. Each is a function in Jampel.transports, called (course, config, tell), and returns
 *   open()            Promise of {states: [saved state, …], tracked: boolean, learner}; states are merged, oldest first; `learner`, where
 *                     the LMS names one, makes what is drawn by chance the same for that person everywhere
 *   page(index)       a page is on the screen
 *   answer(entry)     {index, question, kind, type, response, correct (true, false, null), ids, rightIds, text, seconds, tries, last}
 *                     `ids` and `rightIds` are as from `parts` (`rightIds` is null where several or no responses are right), `text` is
 *                     what a person reads, `tries` counts from 1 in this round, `last` tells that no further try is allowed
 *   report(result)    a better result than ever before: {status: "passed"|"failed"|"completed", score: 0–10000|null, seconds}
 *   save(snapshot)    {state: text of at most 4,096 characters, page: index, best: {status, score}, seconds, standing}; after every
 *                     change
 *   hide()            the page may never come back: make durable, do not end
 *   close()           the page is leaving: make durable and end, once
 *   media(entry)      optional; {index, medium, share (0–1), done, ranges: [[from, to], …] in seconds of this sitting}; when more of a
 *                     medium was seen
 * tell(key, params, kind) shows a notice of words.js; kind "bad" stays until closed, kind "state" moves the line under the progress alone:
 * "saved" when all there is has arrived (params {here: true} when that is this browser).
 */
(function () {
  "use strict";
  var Jampel = (window.Jampel = window.Jampel || {});
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

  function isList(value, least) {
    return Array.isArray(value) && value.length >= least;
  }

  function questionIsWhole(question) {
    if (!question || typeof question !== "object" || typeof question.prompt !== "string") return false;
    switch (question.kind) {
      case "choice":
      case "multiple":
        return isList(question.options, 2) && question.options.some((option) => option.correct);
      case "true-false":
        return typeof question.answer === "boolean";
      case "matching":
        return isList(question.pairs, 2);
      case "ordering":
        return isList(question.items, 2);
      case "fill-in":
        return isList(question.accepted, 1);
      case "numeric":
        return typeof question.value === "number";
      case "likert":
        return isList(question.options, 2);
      case "short-text":
        return true;
      default:
        return false;
    }
  }

  /* What is wrong with a course: a list of [word key, params]; empty when it can be played. */
  function problems(raw) {
    var found = [];
    if (!raw || typeof raw !== "object") return [["brokenMissing", { name: "course" }]];
    ["id", "iri", "title"].forEach((name) => {
      if (typeof raw[name] !== "string" || !raw[name]) found.push(["brokenMissing", { name: name }]);
    });
    if (!isList(raw.pages, 1)) return found.concat([["brokenMissing", { name: "pages" }]]);
    var questions = raw.questions || {};
    Object.keys(questions).forEach((id) => {
      if (!questionIsWhole(questions[id])) found.push(["brokenQuestion", { id: id }]);
    });
    raw.pages.forEach((page, index) => {
      if (!page || typeof page.id !== "string" || typeof page.html !== "string" || typeof page.title !== "string") {
        found.push(["brokenPage", { n: index + 1 }]);
        return;
      }
      (page.questions || []).forEach((id) => {
        if (!questions[id]) found.push(["brokenReference", { page: page.id, id: id }]);
      });
    });
    return found;
  }

  /* The course as the player uses it: questions in reading order, each with its place. */
  function model(raw) {
    var course = Object.assign({}, raw);
    course.list = [];
    raw.pages.forEach((page, at) => {
      (page.questions || []).forEach((id) => {
        var question = Object.assign({}, raw.questions[id], {
          id: id, page: at, index: course.list.length, language: raw.language
        });
        question.points = typeof question.points === "number" ? question.points : 1;
        course.list.push(question);
      });
    });
    course.pools = (raw.pools || []).map((pool) => {
      return Object.assign({}, pool, {
        indexes: course.list.filter((question) => pool.questions.includes(question.id))
          .map((question) => question.index)
      });
    });
    course.media = raw.media || [];
    course.mastery = typeof raw.mastery === "number" ? raw.mastery : null;
    course.graded = course.mastery !== null && course.list.some((question) => question.points > 0);
    course.language = Jampel.language(raw.language);
    return course;
  }

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

  /* Where the learner stands: {complete, score in hundredths of a percent or null, status, wrong, missing}, and as lists of indexes the
     pages, questions and media that remain. `missing` says the same in one list: {what: "page" | "question" | "medium", index, page}. */
  function standing(course, state) {
    var asked = Jampel.draw.asked(course, state.seed, state.round);
    var earned = 0, total = 0;
    var found = { pages: [], questions: [], wrong: [], media: [] };
    course.pages.forEach((page, index) => { if (!state.visited[index]) found.pages.push(index); });
    course.list.forEach((question, index) => {
      if (!asked[index]) return;
      var answer = state.answers[index];
      total += question.points;
      if (!answer) found.questions.push(index);
      else if (answer.correct) earned += question.points;
      else if (answer.correct === false) found.wrong.push(index);
    });
    course.media.forEach((medium, index) => {
      if (!Jampel.watched.enough(course, index, state.media[index])) found.media.push(index);
    });
    found.missing = missing(course, found);
    found.complete = !found.missing.length;
    found.score = total > 0 ? Math.floor((earned * 10000) / total + 0.5 + 1e-7) : null;
    found.status = "incomplete";
    if (found.complete && !course.graded) found.status = "completed";
    else if (found.complete) found.status = found.score >= course.mastery * 100 ? "passed" : "failed";
    return found;
  }

  function missing(course, found) {
    return found.pages.map((index) => ({ what: "page", index: index, page: index }))
      .concat(found.media.map((index) => ({ what: "medium", index: index, page: pageOf(course, course.media[index]) })))
      .concat(found.questions.map((index) => ({ what: "question", index: index, page: course.list[index].page })))
      .sort((a, b) => a.page - b.page);
  }

  /* The page that shows a medium, by the mark that the packager leaves in its HTML; 0 when none does. */
  function pageOf(course, medium) {
    var mark = 'data-medium="' + medium.id + '"';
    return Math.max(0, course.pages.findIndex((page) => page.html.includes(mark)));
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

  Jampel.course = {
    problems: problems,
    model: model,
    judge: judge,
    numbers: numbers,
    standing: standing,
    parts: parts,
    right: right,
    targets: targets,
    sameTarget: sameTarget,
    words: words,
    letter: letter,
    type: (question) => TYPES[question.kind]
  };

  /* Words of an HTML fragment without its tags; images speak through their alt text. */
  Jampel.text = (html) => {
    var holder = document.createElement("template");
    holder.innerHTML = html || "";
    holder.content.querySelectorAll("img[alt]").forEach((image) => { image.replaceWith(image.alt); });
    return holder.content.textContent.replace(/\s+/g, " ").trim();
  };

  /* A short name that does not show what it was made of: storage keys must not carry a learner's number (FNV-1a, twice). */
  Jampel.digest = (text) => {
    function once(seed) {
      var hash = seed;
      for (var i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619) >>> 0;
      return hash.toString(36);
    }
    return once(2166136261) + once(3735928559);
  };

  /* localStorage that may be missing, full or forbidden; `durable` says whether a page may rely on it. */
  Jampel.storage = () => {
    var memory = {};
    var box = { durable: false };
    try {
      window.localStorage.setItem("jampel:?", "1");
      window.localStorage.removeItem("jampel:?");
      box.durable = true;
    } catch (error) {
      box.durable = false;
    }
    box.get = (key) => {
      if (key in memory) return memory[key];
      try { return box.durable ? window.localStorage.getItem(key) : null; } catch (error) { return null; }
    };
    box.set = (key, text) => {
      try {
        if (!box.durable) throw new Error("no storage");
        window.localStorage.setItem(key, text);
        delete memory[key];
      } catch (error) {
        box.durable = false;
        memory[key] = text;
      }
    };
    box.remove = (key) => {
      delete memory[key];
      try { window.localStorage.removeItem(key); } catch (error) { box.durable = false; }
    };
    box.keys = (prefix) => {
      var names = Object.keys(memory);
      try { names = names.concat(Object.keys(window.localStorage)); } catch (error) { box.durable = false; }
      return names.filter((name, at) => name.indexOf(prefix) === 0 && names.indexOf(name) === at).sort();
    };
    return box;
  };
})();
