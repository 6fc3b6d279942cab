/* Loads the player's scripts in Node with a browser's storage and no screen, and runs the function body on standard input. */
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const [folder, ...names] = process.argv.slice(2);

function storage() {
  const box = {};
  const hidden = (name, value) => Object.defineProperty(box, name, { value, enumerable: false });
  hidden("getItem", (key) => (key in box ? box[key] : null));
  hidden("setItem", (key, text) => { box[key] = String(text); });
  hidden("removeItem", (key) => { delete box[key]; });
  return box;
}

const window = { localStorage: storage(), location: { search: "", origin: "https://lms.example" }, crypto: globalThis.crypto };
const context = vm.createContext({
  window, URL, URLSearchParams, Blob, TextEncoder, TextDecoder, AbortController, setTimeout, clearTimeout, console
});
for (const name of names) vm.runInContext(fs.readFileSync(path.join(folder, name), "utf8"), context, { filename: name });
const Jampel = window.Jampel;
Jampel.text = (html) => (html || "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trim(); /* without a document */

const options = ["a", "b", "c"].map((id) => ({ id, html: id, correct: id !== "a" }));
const QUESTIONS = {
  choice: { options: options.map((one) => ({ ...one, correct: one.id === "b" })) },
  multiple: { options },
  "true-false": { answer: true },
  matching: { pairs: [1, 2].map((n) => ({ id: "" + n, left: "L" + n, right: "R" + n })), extra: ["R3"] },
  ordering: { items: ["a", "b", "c"].map((id) => ({ id, html: id })) },
  "fill-in": { accepted: ["Standar Pelayanan", "SPM"], case_sensitive: true },
  numeric: { value: 20.5, tolerance: 0.5 },
  "short-text": { points: 0 },
  likert: { points: 0, options: ["1", "2", "3"].map((id) => ({ id, html: "Skala " + id, correct: false })) }
};

/* A course with one question of every kind, named as its kind. */
function make() {
  const questions = Object.fromEntries(Object.keys(QUESTIONS).map((kind) => [
    kind, { id: kind, kind, prompt: "<p>Soal " + kind + "</p>", points: 1, ...QUESTIONS[kind] }
  ]));
  const pages = [{ id: "p-1", title: "Halaman", html: "", questions: Object.keys(questions) }];
  return Jampel.course.model({
    id: "uji", iri: "https://w3id.org/jampel/modul/contoh/uji", title: "Uji", description: "Modul uji", language: "id", version: "1.0.0",
    jp: 200, bentuk: "e-learning", mastery: 70, pages, questions, media: []
  });
}

const body = fs.readFileSync(0, "utf8");
const run = new Function("Jampel", "make", "window", "return (async () => {" + body + "})()");
run(Jampel, make, window).then(
  (found) => process.stdout.write(JSON.stringify(found === undefined ? null : found)),
  (error) => { process.stderr.write(error.stack + "\n"); process.exitCode = 1; }
);
