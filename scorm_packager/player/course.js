/* The course: is it whole, what is the score, and what is still missing. What an answer means stands in judge.js.
 *
 * A transport is what carries results to a standard. Each is a function in Jampel.transports, called (course, config, tell), and returns
 *   open()            Promise of {states: [saved state, …], tracked: boolean, learner}; states are merged, oldest first; `learner`, where
 *                     the LMS names one, makes what is drawn by chance the same for that person everywhere
 *   page(index)       a page is on the screen
 *   answer(entry)     {question, response, correct (true, false, null), seconds}; judge.js and answers.js write a response as a standard does
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

  function isList(value, least) {
    return Array.isArray(value) && value.length >= least;
  }

  /* What a question of a kind must have: a list, and how long it is at least, or a value of a type. */
  var NEEDS = {
    choice: ["options", 2], multiple: ["options", 2], likert: ["options", 2], matching: ["pairs", 2], ordering: ["items", 2], "fill-in": ["accepted", 1],
    "true-false": ["answer", "boolean"], numeric: ["value", "number"], "short-text": ["prompt", "string"]
  };

  function questionIsWhole(question) {
    var need = question && typeof question.prompt === "string" && NEEDS[question.kind];
    if (!need) return false;
    var value = question[need[0]];
    if (typeof need[1] === "string") return typeof value === need[1];
    return isList(value, need[1]) && (!/^(choice|multiple)$/.test(question.kind) || value.some((option) => option.correct));
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

  /* Where the learner stands: {complete, score in hundredths of a percent or null, status, wrong}, as lists of indexes the pages,
     questions and media that remain, and `missing`, how many those are. */
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
    found.missing = found.pages.length + found.questions.length + found.media.length;
    found.complete = !found.missing;
    found.score = total > 0 ? Math.floor((earned * 10000) / total + 0.5 + 1e-7) : null;
    found.status = "incomplete";
    if (found.complete && !course.graded) found.status = "completed";
    else if (found.complete) found.status = found.score >= course.mastery * 100 ? "passed" : "failed";
    return found;
  }

  Jampel.course = { problems: problems, model: model, standing: standing };

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
