"""cmi5 packages played in SCORM LMSs: ours, and strangers' AUs that speak by fetch and by XMLHttpRequest."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from scorm_packager.convert.convert import convert_package
from scorm_packager.course import Course
from scorm_packager.extract import extract_safely
from scorm_packager.formats.cmi5 import FORMAT as CMI5
from scorm_packager.options import PLAIN
from tests.e2e.player import scorm2004_host, scorm_host

pytestmark = [pytest.mark.e2e, pytest.mark.npm]
HOSTS = {"12": scorm_host, "2004": scorm2004_host}
FORMATS = {"12": "scorm12", "2004": "scorm2004-4"}
STRUCTURE = """<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://asing.example/kursus"><title><langstring lang="id">Asing</langstring></title>
<description><langstring lang="id">Asing</langstring></description></course>
<au id="https://asing.example/satu" moveOn="CompletedAndPassed" masteryScore="0.8">
<title><langstring lang="id">Satu</langstring></title><description><langstring lang="id">Satu</langstring></description>
<url>isi/index.html?bab=1</url><launchParameters>mulai=1</launchParameters></au></courseStructure>"""
#: An AU as strangers write them. `call` differs: one uses fetch, one XMLHttpRequest, also a blocking one at the end.
SCRIPT = """
var asked = new URLSearchParams(location.search), endpoint = asked.get("endpoint"), token = "", wrong = [];
var actor = asked.get("actor"), activity = asked.get("activityId"), registration = asked.get("registration");
var CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
function place(name) {
  return endpoint + "activities/state?stateId=" + name + "&activityId=" + encodeURIComponent(activity) +
    "&agent=" + encodeURIComponent(actor) + "&registration=" + registration;
}
async function ask(method, url, body, last) {
  var headers = {Authorization: "Basic " + token, "X-Experience-API-Version": "1.0.3",
    "Content-Type": "application/json"};
  var found = await call(method, url, headers, body === undefined ? null : JSON.stringify(body), last);
  if (found.status >= 400 && found.status !== 404) wrong.push([method, url, found.status, found.text]);
  return found.status === 200 ? JSON.parse(found.text) : null;
}
function say(verb, result, last) {
  var context = JSON.parse(JSON.stringify(data.contextTemplate));
  context.registration = registration;
  if (verb !== "answered") context.contextActivities.category = [{id: CMI5}];
  var object = verb === "answered" ? {id: activity + "#soal-1",
    definition: {type: "http://adlnet.gov/expapi/activities/cmi.interaction",
    interactionType: "choice", correctResponsesPattern: ["a"]}} : {id: activity};
  var statement = {id: crypto.randomUUID(), actor: JSON.parse(actor), verb: {id: "http://adlnet.gov/expapi/verbs/" +
    verb},
    object: object, context: context, timestamp: new Date().toISOString()};
  if (result) statement.result = result;
  return ask("POST", endpoint + "statements", statement, last);
}
var data = null;
(async function () {
  token = JSON.parse((await call("POST", asked.get("fetch"), {}, null)).text)["auth-token"];
  var again = JSON.parse((await call("POST", asked.get("fetch"), {}, null)).text)["error-code"];
  data = await ask("GET", place("LMS.LaunchData"));
  await ask("GET", endpoint + "agents/profile?profileId=cmi5LearnerPreferences&agent=" + encodeURIComponent(actor));
  var book = await ask("GET", place("buku"));
  await say("initialized");
  window.found = {again: again, book: book, bab: asked.get("bab"), name: JSON.parse(actor).account.name,
    registration: registration,
    parameters: data.launchParameters, mastery: data.masteryScore, back: data.returnURL,
    verbs: (await ask("GET", endpoint +
      "statements?ascending=true")).statements.map(function (one) { return one.verb.id.split("/").pop(); })};
})();
async function half() {
  await ask("PUT", place("buku"), {hal: 7, isi: "ab".repeat(4000)});
  await say("answered", {response: "a", success: true});
  return wrong;
}
async function whole() {
  await say("completed", {completion: true, duration: "PT2M"});
  await say("passed", {success: true, score: {scaled: 0.85, raw: 85, min: 0, max: 100}, duration: "PT2M"});
  return wrong;
}
window.addEventListener("pagehide", function () { say("terminated", {duration: "PT2M30S"}, true); });
"""
PAGE = "<!DOCTYPE html><html lang=id><head><title>Satu</title></head><h1>Satu</h1><script src='isi.js'></script></html>"
CALLS = {
    "fetch": """
async function call(method, url, headers, body, last) {
  var response = await fetch(new Request(url, {method: method, headers: headers, body: body, keepalive: !!last}));
  return {status: response.status, text: await response.text()};
}""",
    "xhr": """
function call(method, url, headers, body, last) {
  return new Promise(function (resolve) {
    var xhr = new XMLHttpRequest();
    xhr.open(method, url, !last);
    Object.keys(headers).forEach(function (name) { xhr.setRequestHeader(name, headers[name]); });
    xhr.onreadystatechange = function () {
      if (xhr.readyState === 4) resolve({status: xhr.status, text: xhr.responseText,
        type: xhr.getResponseHeader("Content-Type")});
    };
    xhr.send(body);
  });
}""",
}


def foreign(path: Path, kind: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("cmi5.xml", STRUCTURE)
        package.writestr("isi/index.html", PAGE)
        package.writestr("isi/isi.js", CALLS[kind] + SCRIPT)
    return path


class Played:
    """A converted package in a SCORM LMS that an independent runtime plays."""

    def __init__(self, page: Any, address: str, folder: Path, kind: str, node_modules: Path) -> None:
        self.page, self.address, self.kind = page, f"{address}/{folder.name}", kind
        HOSTS[kind].write_host(folder, node_modules)
        host = folder / "host.html"
        host.write_text(host.read_text().replace("modul/index.html", "modul/jembatan/1.html"))

    def open(self, mark: str, ready: str) -> Any:
        self.page.goto(f"{self.address}/host.html")
        for _ in range(400):
            for frame in self.page.frames:
                if mark in frame.url and frame.evaluate(ready):
                    return frame
            self.page.wait_for_timeout(25)
        raise AssertionError("the AU did not open")

    def reopen(self) -> None:
        self.page = self.page.context.new_page()

    def leave(self) -> None:
        self.page.goto(f"{self.address}/empty.html")

    def record(self) -> dict[str, Any]:
        return dict(self.page.evaluate("JSON.parse(localStorage.getItem('cmi')).cmi"))

    def calls(self) -> list[list[str]]:
        return list(self.page.evaluate("JSON.parse(localStorage.getItem('calls') || '[]')"))


def converted(tmp_path: Path, name: str, package: Path, target: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    made = convert_package(package, folder / "baru.zip", FORMATS[target])
    assert [finding.code for finding in made.after.findings] == []
    extract_safely(made.target, folder / "modul")
    return folder


def shown(cmi: dict[str, Any], kind: str) -> tuple[str, str, float]:
    if kind == "12":
        return cmi["core"]["lesson_status"], "", float(cmi["core"]["score"]["raw"])
    return cmi["completion_status"], cmi["success_status"], float(cmi["score"]["scaled"])


@pytest.mark.parametrize(("call", "target"), [("fetch", "12"), ("xhr", "2004")])
def test_a_strangers_au_resumes_after_a_kill_and_leaves_its_verdict(
    browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str, kill: Callable[[Any], None],
    call: str, target: str,
) -> None:  # fmt: skip
    folder = converted(tmp_path, "asing", foreign(tmp_path / "asing.zip", call), target)
    context = browser.new_context()
    outside, errors = [], []
    context.on("request", lambda request: outside.append(request.url) if "/xapi" in request.url.split("?")[0] else None)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    played = Played(page, serve, folder, target, Path(require("node_modules")))
    frame = played.open("isi/index.html", "!!window.found")
    first = frame.evaluate("found")
    assert frame.evaluate("half()") == []
    page.wait_for_timeout(1300)  # a document goes to the LMS a second later
    kill(page)
    played.reopen()
    frame = played.open("isi/index.html", "!!window.found")
    second = frame.evaluate("found")
    assert frame.evaluate("whole()") == []
    played.leave()
    assert (first["again"], first["book"], first["bab"], first["name"]) == ("1", None, "1", "murid-1")
    assert (first["parameters"], first["mastery"], first["verbs"]) == ("mulai=1", 0.8, ["initialized"])
    assert first["back"].endswith("/jembatan/selesai.html")
    assert second["registration"] == first["registration"]
    assert second["book"] == {"hal": 7, "isi": "ab" * 4000}
    assert second["verbs"] == ["initialized", "answered", "initialized"]
    calls = played.calls()
    assert HOSTS[target].errors(calls) == []
    assert [one[0] for one in calls].count("LMSFinish" if target == "12" else "Terminate") == 1
    written = {one[1]: one[2] for one in calls if one[0].endswith("SetValue")}
    assert written["cmi.interactions.0.result"] == "correct"
    span = ("cmi.core.session_time", "0000:02:30.00") if target == "12" else ("cmi.session_time", "PT0H2M30S")
    assert written[span[0]] == span[1]
    assert shown(played.record(), target) == (("passed", "", 85) if target == "12" else ("completed", "passed", 0.85))
    assert (outside, errors) == ([], [])
    context.close()


@pytest.mark.thorough
@pytest.mark.parametrize("target", ["12", "2004"])
def test_our_own_module_resumes_where_it_was_killed_and_passes(
    browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str, kill: Callable[[Any], None],
    sample: Callable[..., dict[str, Any]], learner: Callable[[Any], Any], target: str,
) -> None:  # fmt: skip
    pages = [{**page, "html": page["html"].split("<img")[0]} for page in sample()["pages"][:1]]
    course = sample(pages=pages, questions={"q-choice": sample()["questions"]["q-choice"]}, mastery=70)
    package = CMI5.build(msgspec.convert(course, Course), (), tmp_path / "kita.zip", PLAIN)
    folder = converted(tmp_path, "kita", package, target)
    context = browser.new_context()
    played = Played(context.new_page(), serve, folder, target, Path(require("node_modules")))
    opened = "!!(window.Jampel && Jampel.player && Jampel.player.session)"
    someone = learner(played.open("modul/index.html", opened))
    assert someone.answer("q-choice", 1)
    played.page.wait_for_timeout(1500)
    kill(played.page)
    played.reopen()
    someone = learner(played.open("modul/index.html", opened))
    assert someone.form("q-choice").locator(".jp-verdict").inner_text()
    someone.next()
    played.page.wait_for_timeout(500)
    played.leave()
    calls = played.calls()
    assert HOSTS[target].errors(calls) == []
    assert shown(played.record(), target) == (("passed", "", 100) if target == "12" else ("completed", "passed", 1))
    context.close()
