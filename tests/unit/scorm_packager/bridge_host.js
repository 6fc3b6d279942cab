/* Loads the bridge in Node between content, which the function body on standard input plays, and a small LMS that keeps what it is told. */
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");
const scripts = process.argv.slice(2);

const window = { btoa };
globalThis.window = window; /* in a context of its own every look at Math costs a call, and squeezing takes seconds */
for (const name of scripts) vm.runInThisContext(fs.readFileSync(name, "utf8"), { filename: name });
const Jampel = window.Jampel;

/* An LMS of either SCORM that keeps `data`; `refuses` are elements that it does not take. */
function lms(kind, data = {}, refuses = []) {
  const log = [];
  let error = "0";
  const get = (name) => {
    error = "0";
    const collection = /^(.+)\._count$/.exec(name);
    if (collection) {
      const at = new RegExp("^" + collection[1].replace(/\./g, "\\.") + "\\.(\\d+)\\.");
      return String(new Set(Object.keys(data).map((key) => (at.exec(key) || [])[1]).filter(Boolean)).size);
    }
    if (!(name in data)) error = kind === "2004" ? "403" : "0";
    return name in data ? data[name] : "";
  };
  const set = (name, value) => {
    log.push([name, value]);
    const limit = kind === "12" ? 4096 : 64000;
    const bad = refuses.includes(name) || value.length > limit;
    error = bad ? "405" : "0";
    if (!bad) data[name] = value;
    return String(!bad);
  };
  const yes = (name) => () => { log.push([name]); error = "0"; return "true"; };
  const last = () => error;
  const api = kind === "12"
    ? { LMSInitialize: yes("begin"), LMSFinish: yes("end"), LMSCommit: yes("save"), LMSGetValue: get, LMSSetValue: set, LMSGetLastError: last }
    : { Initialize: yes("begin"), Terminate: yes("end"), Commit: yes("save"), GetValue: get, SetValue: set, GetLastError: last };
  return { data, log, api };
}

/* The API that content of kind `content` finds below an LMS of kind `target`. */
function bridge(content, target, host, config = {}) {
  const top = { [target === "12" ? "API" : "API_1484_11"]: host.api };
  top.parent = top;
  const win = { parent: top, top };
  const made = new Jampel.BridgeApi(Jampel.contents[content], Jampel.targets[target](win), config, () => new Date(2026, 0, 5, 10, 0, 0));
  return Object.assign(made.face(), { bridge: made });
}

const run = new Function("Jampel", "lms", "bridge", "return (async () => {" + fs.readFileSync(0, "utf8") + "})()");
run(Jampel, lms, bridge).then(
  (found) => process.stdout.write(JSON.stringify(found === undefined ? null : found), () => process.exit(0)),
  (error) => { process.stderr.write(error.stack + "\n"); process.exit(1); }
);
