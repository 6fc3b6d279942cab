/* Loads the player's scripts that know no screen, in Node, and runs the function body on standard input with `Jampel` and `make`. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const [folder, ...names] = process.argv.slice(2);
const plain = (html) => (html || "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim();
const context = vm.createContext({ window: {}, TextEncoder, TextDecoder, console });
for (const name of names) vm.runInContext(fs.readFileSync(path.join(folder, name), "utf8"), context, { filename: name });
const Jampel = context.window.Jampel;
Jampel.text = plain; /* without a document */

/* A course of `pages` pages and `count` questions of every kind, some in a pool, some with limited tries, with films and documents. */
function make({ pages = 4, count = 18, text = "jawaban pendek", films = 3, documents = 1, extra = {} } = {}) {
  const questions = {};
  const list = [];
  const options = ["a", "b", "c", "d"].map((id) => ({ id, html: id, correct: id === "b" }));
  const kinds = [
    { kind: "choice", options, shuffle: true, attempts: 2 },
    { kind: "multiple", options, attempts: 3 },
    { kind: "true-false", answer: true },
    { kind: "matching", pairs: [1, 2, 3, 4, 5].map((n) => ({ id: "" + n, left: "L" + n, right: "R" + n })), extra: ["R6"] },
    { kind: "ordering", items: ["a", "b", "c", "d"].map((id) => ({ id, html: id })) },
    { kind: "fill-in", accepted: [text], attempts: 3 },
    { kind: "numeric", value: 20.5, tolerance: 0.5 },
    { kind: "short-text", points: 0 },
    { kind: "likert", points: 0, options: ["1", "2", "3", "4", "5"].map((id) => ({ id, html: id, correct: false })) }
  ];
  for (let p = 0; p < pages; p++) list.push({ id: "p-" + p, title: "Halaman " + p, html: "", questions: [] });
  for (let q = 0; q < count; q++) {
    const id = "q-" + q;
    questions[id] = Object.assign({ id, prompt: "", points: 1 }, kinds[q % kinds.length]);
    list[q % pages].questions.push(id);
  }
  const media = [];
  for (let m = 0; m < films; m++) media.push({ id: "film-" + m, kind: "video", seconds: 600 + m, pages: 0 });
  for (let m = 0; m < documents; m++) media.push({ id: "pdf-" + m, kind: "document", seconds: null, pages: 40 });
  const raw = { id: "x", iri: "x", title: "x", language: "id", mastery: 70, pages: list, questions, media, ...extra };
  return Jampel.course.model(raw);
}

/* What a learner of kind-hearted patience would answer to a question: right or wrong. */
function respond(question, good, text = "jawaban pendek") {
  switch (question.kind) {
    case "choice": return good ? 1 : 0;
    case "multiple": return good ? [1] : [0, 2];
    case "true-false": return good;
    case "matching": return good ? [0, 1, 2, 3, 4] : [4, 3, 2, 5, 0];
    case "ordering": return good ? [0, 1, 2, 3] : [3, 2, 1, 0];
    case "numeric": return good ? "20,5" : "7";
    case "likert": return good ? 4 : 0;
    default: return good ? text : "Bukan itu, 100% (Ä)!";
  }
}

/* A session on a transport that only writes down what it is told. */
function sitting(course, states = [], seed = 0.5, learner = "") {
  const told = [];
  let time = 1000;
  const note = (name) => (value) => told.push([name, value]);
  const transport = { open: async () => ({ states, tracked: true, learner }) };
  for (const name of ["page", "answer", "report", "save", "hide", "close", "media"]) transport[name] = note(name);
  const session = new Jampel.Session(course, transport, note("tell"), () => (time += 1000), () => seed);
  return session.open().then(() => ({ session, told, last: (name) => told.filter((one) => one[0] === name).pop()?.[1] }));
}

const body = fs.readFileSync(0, "utf8");
const run = new Function("Jampel", "make", "respond", "sitting", `"use strict"; return (async () => { ${body} })();`);
run(Jampel, make, respond, sitting).then(
  (value) => process.stdout.write(JSON.stringify(value === undefined ? null : value)),
  (error) => { process.stderr.write(String(error.stack)); process.exitCode = 1; }
);
