"""A cmi5 package becomes SCORM: its tree and rules stay, and the LRS of its pages is the bridge around them."""

import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.bridge import FOLDER
from scorm_packager.convert.codes import FATES, fate_of
from scorm_packager.convert.convert import Converted, convert_package
from scorm_packager.convert.inlet import with_script
from scorm_packager.errors import PackagerError
from scorm_packager.reader.container import open_container
from scorm_packager.reader.read import read_package

STRUCTURE = """<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://asing.example/kursus"><title><langstring lang="id">Layanan &amp; warga</langstring></title>
<description><langstring lang="id">Kursus</langstring></description></course>
<block id="https://asing.example/bab"><title><langstring lang="id">Bab 1</langstring></title>
<description><langstring lang="id">Bab</langstring></description>
<au id="https://asing.example/satu" moveOn="Passed" masteryScore="0.8" launchMethod="OwnWindow">
<title><langstring lang="en">One</langstring><langstring lang="id">Satu</langstring></title>
<description><langstring lang="id">Satu</langstring></description>
<url>isi/satu%20a.html?bab=1#mulai</url><launchParameters>mulai=1</launchParameters>
<entitlementKey>k-1</entitlementKey></au></block>
<au id="https://asing.example/dua"><title><langstring lang="id">Dua</langstring></title>
<description><langstring lang="id">Dua</langstring></description><url>dua.htm</url></au>
</courseStructure>"""
PAGES = {"isi/satu a.html": b"<html><head lang=id><script>a()</script></head></html>", "dua.htm": b"<p>dua</p>"}
OTHERS = {"isi/gambar.bin": bytes(range(256)) * 300, "isi/potongan.html": b"<p>sepotong</p>"}
HARNESS = Path(__file__).parent / "bridge_host.js"
SCRIPTS = ("squeeze", "forms", "lms", "to12", "to2004", "shelf", "verdict", "ledger", "crate", "desk")


def make(path: Path, structure: str = STRUCTURE) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("cmi5.xml", structure)
        for name, body in {**PAGES, **OTHERS}.items():
            package.writestr(name, body)
    return path


def convert(tmp_path: Path, wanted: str) -> Converted:
    converted = convert_package(make(tmp_path / "lama.zip"), tmp_path / "baru.zip", wanted)
    for finding in converted.said:
        assert finding.code in FATES
        assert all("convert." not in finding.sentence(language) for language in ("id", "en"))
    return converted


@pytest.mark.parametrize("wanted", ["scorm12", "scorm2004-3", "scorm2004-4"])
def test_units_and_blocks_become_items_without_findings(tmp_path: Path, wanted: str) -> None:
    converted = convert(tmp_path, wanted)
    assert converted.after.findings == ()
    with open_container(converted.target) as container:
        found = read_package(container)
    assert found.manifest is not None
    items = list(found.manifest.organizations[0].walk())
    assert [(item.title, item.mastery) for item in items] == [("Bab 1", None), ("Satu", None), ("Dua", None)]
    assert [resource.scorm_type for _item, resource in found.manifest.scos()] == ["sco", "sco"]
    codes = {finding.code.removeprefix("convert.") for finding in converted.said}
    assert codes == {
        "bridged", "documents", "statements", "unit", "mastery", "data", "unit_window", "unit_satisfied", "files",
        "pages",
    }  # fmt: skip
    assert [found.code for found in converted.said if fate_of(found.code) == "lost"] == ["convert.statements"]


def test_pages_begin_with_the_inlet_and_all_else_stays_byte_for_byte(tmp_path: Path) -> None:
    converted = convert(tmp_path, "scorm12")
    with zipfile.ZipFile(converted.target) as package:
        assert package.testzip() is None
        assert {name: package.read(name) for name in OTHERS} == OTHERS
        assert package.read("isi/satu a.html") == (
            b'<html><head lang=id><script src="../jembatan/sambung.js"></script><script>a()</script></head></html>'
        )
        assert package.read("dua.htm") == b'<script src="jembatan/sambung.js"></script><p>dua</p>'
        page = package.read("jembatan/1.html")
    settings = json.loads(re.search(rb'id="jembatan">(.*?)</script>', page)[1])  # type: ignore[index]
    activity = settings.pop("activity")
    assert activity.startswith("urn:uuid:")
    assert settings == {
        "content": "cmi5", "target": "12", "launch": "../isi/satu%20a.html?bab=1#mulai", "after": "selesai.html",
        "publisher": "https://asing.example/satu", "moveOn": "Passed", "masteryScore": 0.8, "launchMethod": "OwnWindow",
        "launchParameters": "mulai=1", "entitlementKey": "k-1",
    }  # fmt: skip


def test_the_activity_keeps_its_name_in_a_new_version_of_the_course(tmp_path: Path) -> None:
    names = []
    for number, text in enumerate((STRUCTURE, STRUCTURE.replace("Layanan", "Pelayanan"))):
        target = tmp_path / f"{number}.zip"
        convert_package(make(tmp_path / "lama.zip", text), target, "scorm12")
        with zipfile.ZipFile(target) as package:
            names.append(re.search(rb'"activity": "(.*?)"', package.read("jembatan/2.html"))[1])  # type: ignore[index]
    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("body", "before"),
    [
        (b"<!DOCTYPE html>\n<html>\n<head>\n<title>a</title>", b"<!DOCTYPE html>\n<html>\n<head>"),
        (b"<!-- <head> --><HTML><HEAD id='x'>", b"<!-- <head> --><HTML><HEAD id='x'>"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'><body>",
          b"<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>"),
        (b"<!doctype html><script>'<head>'</script>", b"<!doctype html>"),
        (b"<header>a</header>", b""),
        (b"", b""),
        (b"\xef\xbb\xbf<p>", b"\xef\xbb\xbf"),
    ],
)  # fmt: skip
def test_the_script_stands_before_every_script_of_the_page(body: bytes, before: bytes) -> None:
    assert with_script(body, "a/b/c.html", "j/s.js") == (
        before + b'<script src="../../j/s.js"></script>' + body[len(before) :]
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_page_of_two_bytes_a_letter_keeps_its_encoding(encoding: str) -> None:
    mark = "\ufeff".encode(encoding)
    found = with_script(mark + "<head>é".encode(encoding), "c.html", "j/s.js")
    assert found.decode("utf-16") == '<head><script src="j/s.js"></script>é'


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("isi/satu%20a.html?bab=1#mulai", "https://lain.example/au.html", "convert.unit_outside"),
        ("isi/satu%20a.html?bab=1#mulai", "//lain.example/au.html", "convert.unit_outside"),
        ("isi/satu%20a.html?bab=1#mulai", "isi/hilang.html", "convert.launch_missing"),
        ("isi/satu%20a.html?bab=1#mulai", "isi/gambar.bin", "convert.unit_no_page"),
    ],
)
def test_a_unit_that_no_page_could_answer_is_refused_by_name(tmp_path: Path, old: str, new: str, code: str) -> None:
    path = make(tmp_path / "lama.zip", STRUCTURE.replace(old, new))
    with pytest.raises(PackagerError) as refused:
        convert_package(path, tmp_path / "baru.zip", "scorm12")
    assert refused.value.code == code
    assert [place.name for place in tmp_path.iterdir()] == ["lama.zip"]


def test_a_course_without_units_and_cmi5_to_cmi5_are_refused(tmp_path: Path) -> None:
    empty = re.sub("<block.*(?=</courseStructure>)", "", STRUCTURE, flags=re.DOTALL)
    for structure, wanted, code in ((empty, "scorm12", "convert.nothing"), (STRUCTURE, "cmi5", "convert.already")):
        with pytest.raises(PackagerError) as refused:
            convert_package(make(tmp_path / "lama.zip", structure), tmp_path / "baru.zip", wanted)
        assert refused.value.code == code


@pytest.fixture(scope="session")
def node(require: Callable[[str], str]) -> Callable[[str], Any]:
    """`node(js)` is what an async function returns that knows `lms`, `desk(target, host, rules)` and `ask(desk, …)`."""

    def run(body: str) -> Any:
        command = [require("node"), str(HARNESS), *(str(FOLDER / f"{name}.js") for name in SCRIPTS)]
        done = subprocess.run(command, input=DESK + body, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


DESK = """
const CAT = "https://w3id.org/xapi/cmi5/context/categories/", VERB = "http://adlnet.gov/expapi/verbs/", A = "urn:au:1";
function desk(target, host, rules = {}) {
  const top = {[target === "12" ? "API" : "API_1484_11"]: host.api};
  top.parent = top;
  const told = [];
  const settings = {activity: A, publisher: "https://asing.example/satu", moveOn: "CompletedAndPassed",
    masteryScore: null,
    launchMethod: "AnyWindow", launchParameters: "", entitlementKey: "", launch: "../a.html?x=1#y",
      after: "selesai.html", target, ...rules};
  const made = new Jampel.Desk(Jampel.targets[target]({parent: top, top}), settings,
    "https://lms.example/k/jembatan/1.html",
    (name) => told.push(name));
  let serial = 0, time = Date.UTC(2026, 0, 5, 10);
  made.uuid = () => "00000000-0000-4000-8000-" + String(++serial + host.log.length * 1000).padStart(12, "0");
  made.now = () => time;
  made.later = (seconds) => { time += seconds * 1000; };
  made.told = told;
  made.began = made.begin();
  return made;
}
function ask(desk, method, path, body, headers = {}) {
  const auth = {authorization: "Basic " + desk.token, "content-type": "application/json", ...headers};
  return desk.answer(method, desk.endpoint + path, auth, body === undefined ? "" : typeof body === "string" ? body :
    JSON.stringify(body));
}
function state(desk, id) {
  return "activities/state?activityId=" + encodeURIComponent(A) + "&stateId=" + id + "&registration=" +
    desk.registration +
    "&agent=" + encodeURIComponent(JSON.stringify(desk.actor));
}
function said(desk, verb, result, more = {}) {
  const statement = {actor: desk.actor, verb: {id: VERB + verb}, object: {objectType: "Activity", id: A},
    context: {registration: desk.registration, contextActivities: {category: [{id: CAT + "cmi5"}]}}, ...more};
  if (result) statement.result = result;
  return ask(desk, "POST", "statements", statement);
}
"""


def test_the_token_comes_once_and_nothing_is_answered_without_it(node: Any) -> None:
    found = node("""
      const d = desk("12", lms("12", {"cmi.core.student_id": "murid-1", "cmi.core.student_name": "Sari Dewi"}));
      const first = JSON.parse(d.answer("POST", d.fetch, {}, "").body), again = JSON.parse(d.answer("POST", d.fetch,
        {}, "").body);
      const query = new URL(d.address(), "https://lms.example/").searchParams;
      return {same: first["auth-token"] === d.token, again: again["error-code"],
        statuses: [d.answer("GET", d.fetch, {}, "").status, ask(d, "GET", "statements", "",
          {authorization: "Basic x"}).status,
          ask(d, "GET", "about", "", {authorization: ""}).status, ask(d, "GET", "lain").status],
        owns: [d.endpoint + "statements", d.fetch, "https://lms.example/xapi/"].map((one) => d.owns(one)),
        blank: d.address().includes("Sari%20Dewi"), address: d.address().replace(/[?].*#/, "?#"),
        names: [...query.keys()], actor: JSON.parse(query.get("actor"))};
    """)
    assert found == {
        "same": True, "again": "1", "statuses": [405, 401, 200, 404], "owns": [True, True, False],
        "blank": True, "address": "../a.html?#y",
        "names": ["x", "endpoint", "fetch", "actor", "registration", "activityId"],
        "actor": {
            "objectType": "Agent", "name": "Sari Dewi",
            "account": {"homePage": "https://lms.example/", "name": "murid-1"},
        },
    }  # fmt: skip


def test_launch_data_says_what_the_course_structure_said(node: Any) -> None:
    found = node("""
      const d = desk("2004", lms("2004", {"cmi.learner_id": "m", "cmi.mode": "review",
        "cmi.learner_preference.language": "id"}),
        {masteryScore: 0.8, launchParameters: "p", entitlementKey: "k"});
      const data = JSON.parse(ask(d, "GET", state(d, "LMS.LaunchData")).body);
      const session = Object.values(data.contextTemplate.extensions)[0];
      return {data, mine: session === d.session, put: ask(d, "PUT", state(d, "LMS.LaunchData"), "{}").status,
        likes: JSON.parse(ask(d, "GET", "agents/profile?profileId=cmi5LearnerPreferences&agent=" +
          encodeURIComponent(JSON.stringify(d.actor))).body)};
    """)
    assert found["mine"]
    assert found["put"] == 403
    assert found["likes"] == {"languagePreference": "id"}
    template = found["data"].pop("contextTemplate")
    assert template["contextActivities"]["grouping"][0]["id"] == "https://asing.example/satu"
    assert found["data"] == {
        "launchMode": "Review", "launchMethod": "AnyWindow", "moveOn": "CompletedAndPassed", "masteryScore": 0.8,
        "launchParameters": "p", "entitlementKey": {"courseStructure": "k"},
        "returnURL": "https://lms.example/k/jembatan/selesai.html",
    }  # fmt: skip


STATUSES = [
    ("12", "CompletedAndPassed", [], "incomplete"),
    ("12", "CompletedAndPassed", ["completed"], "incomplete"),
    ("12", "CompletedAndPassed", ["passed"], "incomplete"),
    ("12", "CompletedAndPassed", ["passed", "completed"], "passed"),
    ("12", "CompletedAndPassed", ["completed", "failed"], "failed"),
    ("12", "CompletedAndPassed", ["completed", "failed", "passed"], "passed"),
    ("12", "Completed", ["passed"], "incomplete"),
    ("12", "Completed", ["completed", "failed"], "completed"),
    ("12", "Passed", ["completed"], "incomplete"),
    ("12", "Passed", ["failed"], "failed"),
    ("12", "Passed", ["passed"], "passed"),
    ("12", "CompletedOrPassed", ["failed"], "failed"),
    ("12", "CompletedOrPassed", ["completed"], "completed"),
    ("12", "NotApplicable", [], "completed"),
    ("2004", "CompletedAndPassed", ["completed"], "incomplete unknown"),
    ("2004", "CompletedAndPassed", ["passed"], "incomplete passed"),
    ("2004", "CompletedAndPassed", ["completed", "failed"], "completed failed"),
    ("2004", "Completed", ["completed", "failed"], "completed failed"),
    ("2004", "CompletedOrPassed", ["passed"], "completed passed"),
    ("2004", "NotApplicable", [], "completed unknown"),
]


def test_the_status_in_the_lms_follows_move_on(node: Any) -> None:
    found = node(f"""
      return {json.dumps(STATUSES)}.map(([target, moveOn, verbs]) => {{
        const host = lms(target), d = desk(target, host, {{moveOn}});
        for (const verb of verbs) said(d, verb);
        const status = target === "12" ? host.data["cmi.core.lesson_status"]
          : host.data["cmi.completion_status"] + " " + (host.data["cmi.success_status"] || "unknown");
        return [target, moveOn, verbs, status];
      }});
    """)
    assert [tuple(row) for row in found] == STATUSES


def test_only_what_cmi5_defines_on_the_own_activity_counts(node: Any) -> None:
    found = node("""
      const host = lms("12"), d = desk("12", host, {moveOn: "Passed", masteryScore: 0.8});
      said(d, "passed", null, {object: {id: "urn:lain"}});
      said(d, "passed", null, {context: {}});
      const low = said(d, "passed", {score: {scaled: 0.5}}), before = host.data["cmi.core.lesson_status"];
      said(d, "passed", {score: {scaled: 0.85}});
      return {low: [low.status, low.body], before, after: host.data["cmi.core.lesson_status"],
        raw: host.data["cmi.core.score.raw"]};
    """)
    assert found["low"] == [403, "passed contradicts the masteryScore 0.8"]
    assert (found["before"], found["after"], found["raw"]) == ("incomplete", "passed", "85")


def test_answers_comments_progress_and_time_reach_scorm(node: Any) -> None:
    found = node("""
      const host = lms("2004"), d = desk("2004", host);
      said(d, "answered", {response: "a[,]b", success: false, duration: "PT5S"}, {timestamp: "2026-01-05T10:00:00.123Z",
        context: {}, object: {id: A + "#soal-1",
          definition: {type: "http://adlnet.gov/expapi/activities/cmi.interaction",
        interactionType: "choice", correctResponsesPattern: ["a"], description: {id: "Mana?"}}}});
      said(d, "commented", {response: "bagus"}, {context: {}});
      said(d, "progressed", {extensions: {"https://w3id.org/xapi/cmi5/result/extensions/progress": 40}}, {context: {}});
      d.later(30);
      said(d, "terminated", {duration: "PT2M3S"});
      const late = said(d, "completed").status, document = ask(d, "PUT", state(d, "x"), {a: 1}).status;
      d.forgotten();
      return {data: host.data, ends: host.log.filter((one) => one[0] === "end").length, late, document,
        after: ask(d, "PUT", state(d, "x"), {a: 2}).status};
    """)
    data = found["data"]
    assert (found["late"], found["document"], found["after"], found["ends"]) == (403, 204, 403, 1)
    assert {name.removeprefix("cmi.interactions.0."): data[name] for name in data if "interactions" in name} == {
        "id": "soal-1", "type": "choice", "timestamp": "2026-01-05T10:00:00.12Z", "correct_responses.0.pattern": "a",
        "learner_response": "a[,]b", "result": "incorrect", "latency": "PT0H0M5S", "description": "Mana?",
    }  # fmt: skip
    assert data["cmi.comments_from_learner.0.comment"] == "bagus"
    assert (data["cmi.progress_measure"], data["cmi.session_time"]) == ("0.4", "PT0H2M3S")
    assert data["cmi.exit"] == "suspend"


def test_documents_statements_and_the_registration_come_back_in_the_next_session(node: Any) -> None:
    found = node("""
      const host = lms("12", {"cmi.core.student_id": "m"}), first = desk("12", host);
      ask(first, "PUT", state(first, "buku"), {hal: 7});
      ask(first, "POST", state(first, "buku"), {bab: 2});
      ask(first, "PUT", state(first, "teks"), "halo", {"content-type": "text/plain"});
      said(first, "initialized");
      said(first, "completed");
      first.forgotten();
      const next = desk("12", host), text = ask(next, "GET", state(next, "teks"));
      return {same: next.registration === first.registration, other: next.session !== first.session,
        book: JSON.parse(ask(next, "GET", state(next, "buku")).body), text: [text.body, text.headers["content-type"]],
        names: JSON.parse(ask(next, "GET", state(next, "").replace("&stateId=", "")).body),
        verbs: JSON.parse(ask(next, "GET", "statements?ascending=true").body).statements.map((one) =>
          one.verb.id.split("/").pop()),
        one: JSON.parse(ask(next, "GET", "statements?verb=" + VERB + "completed&limit=1").body).statements.length,
        gone: [ask(next, "DELETE", state(next, "teks")).status, ask(next, "GET", state(next, "teks")).status],
        room: host.data["cmi.suspend_data"].length};
    """)
    assert found["same"]
    assert found["other"]
    assert found["book"] == {"hal": 7, "bab": 2}
    assert found["text"] == ["halo", "text/plain"]
    assert found["names"] == ["buku", "teks"]
    assert found["verbs"] == ["initialized", "completed"]
    assert found["one"] == 1
    assert found["gone"] == [204, 404]
    assert found["room"] <= 4096


def test_last_words_that_come_again_do_not_end_the_next_session(node: Any) -> None:
    found = node("""
      const host = lms("12"), first = desk("12", host);
      const session = "https://w3id.org/xapi/cmi5/context/extensions/sessionid";
      const own = {category: [{id: CAT + "cmi5"}]};
      const within = (d) => ({context: {extensions: {[session]: d.session}, contextActivities: own}});
      first.forgotten();
      const next = desk("12", host), old = [said(next, "completed", null, within(first)).status];
      old.push(said(next, "terminated", {duration: "PT9H"}, within(first)).status);
      const passed = said(next, "passed", null, within(next)).status;
      const end = said(next, "terminated", {duration: "PT2M"}, within(next)).status;
      return {old, passed, end, state: next.state, data: host.data};
    """)
    assert (found["old"], found["passed"], found["end"], found["state"]) == ([200, 200], 200, 200, "closing")
    assert found["data"]["cmi.core.lesson_status"] == "passed"
    assert found["data"]["cmi.core.session_time"] == "0000:02:00.00"


def test_what_has_no_room_is_refused_the_old_is_kept_and_the_learner_is_told(node: Any) -> None:
    found = node("""
      const noise = (size, seed = 7) => Array.from({length: size}, () => String.fromCharCode(33 +
        (seed = (seed * 48271) % 2147483647) % 90)).join("");
      const host = lms("12"), d = desk("12", host);
      const fits = ask(d, "PUT", state(d, "s"), {a: "ab".repeat(2500)}).status, big = ask(d, "PUT", state(d, "s"),
        {a: noise(5000)});
      const kept = JSON.parse(ask(d, "GET", state(d, "s")).body).a.length;
      for (let i = 0; i < 40; i++) said(d, "answered", {response: noise(60, i + 1)}, {object: {id: A + "#" + i,
        definition: {interactionType: "fill-in"}}});
      d.forgotten();
      const next = desk("12", host);
      return {fits, big: [big.status, big.body], kept, told: d.told, room: host.data["cmi.suspend_data"].length,
        again: JSON.parse(ask(next, "GET", state(next, "s")).body).a.length,
        some: JSON.parse(ask(next, "GET", "statements").body).statements.length,
          answers: host.data["cmi.interactions.39.id"]};
    """)
    assert (found["fits"], found["big"], found["kept"]) == (204, [413, "the LMS keeps 4096 characters"], 5000)
    assert found["told"] == ["full"]
    assert found["room"] <= 4096
    assert found["again"] == 5000
    assert 0 < found["some"] < 40
    assert found["answers"] == "39"


def test_an_au_that_never_rests_does_not_put_off_what_is_to_be_kept(node: Any) -> None:
    found = node("""
      const host = lms("12"), d = desk("12", host);
      ask(d, "PUT", state(d, "x"), {a: 1});
      const first = d.timer;
      ask(d, "PUT", state(d, "x"), {a: 2});
      const same = d.timer === first;
      await new Promise((resolve) => setTimeout(resolve, 1100));
      return {same, kept: host.data["cmi.suspend_data"].includes('{\\\\"a\\\\":2}'), idle: d.timer === null};
    """)
    assert found == {"same": True, "kept": True, "idle": True}


def test_the_rules_of_xapi_for_documents_and_statements_hold(node: Any) -> None:
    found = node("""
      const d = desk("2004", lms("2004")), profile = "activities/profile?activityId=" + encodeURIComponent(A) +
        "&profileId=p";
      const codes = {};
      const put = ask(d, "PUT", profile, {a: 1});
      codes.unseen = ask(d, "PUT", profile, {a: 2}).status;
      codes.stale = ask(d, "PUT", profile, {a: 2}, {"if-match": '"x"'}).status;
      codes.seen = ask(d, "PUT", profile, {a: 2}, {"if-match": put.headers.etag}).status;
      codes.twice = ask(d, "PUT", profile, {a: 3}, {"if-none-match": "*"}).status;
      codes.merge = ask(d, "POST", state(d, "s"), "[", {"content-type": "application/json"}).status;
      codes.merged = ask(d, "POST", state(d, "s"), "x").status;
      codes.agent = ask(d, "GET", "agents/profile?profileId=p&agent=x").status;
      codes.nothing = ask(d, "POST", "statements", "[{}]").status;
      codes.parts = ask(d, "POST", "statements", "--x", {"content-type": "multipart/mixed; boundary=x"}).status;
      const one = {id: "11111111-1111-4111-8111-111111111111", actor: d.actor, verb: {id: "urn:v"},
        object: {id: "urn:o"}};
      const path = "statements?statementId=" + one.id;
      codes.first = ask(d, "PUT", path, one).status;
      codes.again = ask(d, "PUT", path, one).status;
      codes.other = ask(d, "PUT", path, {...one, verb: {id: "urn:w"}}).status;
      codes.found = ask(d, "GET", path).status;
      const form = new URLSearchParams({statementId: one.id, Authorization: "Basic " + d.token});
      codes.form = d.answer("POST", d.endpoint + "statements?method=GET", {}, String(form)).status;
      const ids = JSON.parse(ask(d, "POST", "statements", [one, {...one, id: undefined}]).body);
      return {codes, ids: [ids.length, ids[0] === one.id, ids[1] !== one.id]};
    """)
    assert found["codes"] == {
        "unseen": 409, "stale": 412, "seen": 204, "twice": 412, "merge": 204, "merged": 400, "agent": 400,
        "nothing": 400, "parts": 400, "first": 204, "again": 204, "other": 409, "found": 200, "form": 200,
    }  # fmt: skip
    assert found["ids"] == [2, True, True]


def test_a_preview_in_scorm_12_is_browsed(node: Any) -> None:
    found = node("""
      const host = lms("12", {"cmi.core.lesson_mode": "browse", "cmi.core.lesson_status": "not attempted"});
      said(desk("12", host), "completed");
      return host.data["cmi.core.lesson_status"];
    """)
    assert found == "browsed"


def test_without_an_lms_or_in_review_the_unit_is_answered_and_nothing_is_written(node: Any) -> None:
    found = node("""
      const lost = desk("12", {api: {LMSInitialize: () => "false", LMSGetLastError: () => "101"}, log: []});
      const host = lms("2004", {"cmi.mode": "review"}), seen = desk("2004", host);
      said(seen, "passed");
      seen.forgotten();
      return {began: [lost.began, seen.began], read: ask(lost, "GET", state(lost, "LMS.LaunchData")).status,
        said: said(lost, "passed").status,
        log: host.log.map((one) => one[0])};
    """)
    assert found == {"began": [False, True], "read": 200, "said": 200, "log": ["begin", "end"]}
