"""The bridge's translations between content and LMS, run in Node without a browser."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.bridge import FOLDER, TARGETS, page_for, script_for

HARNESS = Path(__file__).parent / "bridge_host.js"
SCRIPTS = ("squeeze", "codes", "forms", "model", "keep", "content12", "content2004", "lms", "to12", "to2004", "api")


@pytest.fixture(scope="session")
def node(require: Callable[[str], str]) -> Callable[[str], Any]:
    """`node(js)` is what the body of an async function returns that knows `Jampel`, `lms` and `bridge`."""

    def run(body: str) -> Any:
        command = [require("node"), str(HARNESS), *(str(FOLDER / f"{name}.js") for name in SCRIPTS)]
        done = subprocess.run(command, input=body, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_a_squeezed_text_comes_back_whole_and_a_cut_one_is_noticed(node: Any) -> None:
    found = node("""
      const texts = ["", "a", "é\\ud800x日本", "abc".repeat(4000),
        JSON.stringify(Array.from({length: 60}, (_, n) => ({q: "urn:soal:" + n})))];
      const packed = texts.map(Jampel.squeeze);
      let cut = "";
      try { Jampel.unsqueeze(packed[4].slice(0, -9)); } catch (error) { cut = error.message; }
      return {same: packed.map((one, at) => Jampel.unsqueeze(one) === texts[at]),
        sizes: packed.map((one) => one.length),
              plain: packed.every((one) => /^[A-Za-z0-9_.-]*$/.test(one)), cut};
    """)
    assert found["same"] == [True] * 5
    assert found["plain"]
    assert found["sizes"][3] < 200
    assert found["cut"] == "the text is not whole"


def test_lesson_status_becomes_a_pair(node: Any) -> None:
    pairs = {
        "passed": ["completed", "passed"],
        "failed": ["completed", "failed"],
        "completed": ["completed", "unknown"],
        "incomplete": ["incomplete", "unknown"],
        "browsed": ["incomplete", "unknown"],
    }
    assert node(f"return {json.dumps(list(pairs))}.map(Jampel.forms.toPair)") == list(pairs.values())


def test_a_pair_becomes_one_status_and_unfinished_goes_before_passed(node: Any) -> None:
    pairs = [
        ["completed", "passed"], ["completed", "failed"], ["completed", "unknown"], ["unknown", "passed"],
        ["incomplete", "passed"], ["not attempted", "unknown"], ["unknown", "unknown"],
    ]  # fmt: skip
    found = node(f"return {json.dumps(pairs)}.map((pair) => Jampel.forms.toStatus(pair[0], pair[1]))")
    assert found == ["passed", "failed", "completed", "passed", "incomplete", "incomplete", ""]


def test_times_and_answers_take_the_form_of_the_other_standard(node: Any) -> None:
    found = node("""
      const f = Jampel.forms;
      return {
        spans: ["00:00:05.5", "0012:34:56", "5"].map(f.fromSpan), span: f.toSpan(45296.5),
        intervals: ["PT1H30M5.25S", "P1D", "P", "1S"].map(f.fromInterval),
        interval: f.toInterval(5405.2),
        to2004: [["choice", "{a,b}"], ["true-false", "t"], ["matching", "a.1,b.2"], ["numeric", "3"],
        ["fill-in", "SPM"]].map((a) => f.answerFrom12(a[0], a[1], false)),
        pattern: f.answerFrom12("numeric", "3", true),
        to12: [["choice", "urn:x:a[,]b"], ["true-false", "false"], ["matching", "a[.]1[,]b[.]2"],
        ["numeric", "2[:]4"],
               ["fill-in", "{case_matters=true}{lang=id}SPM"],
               ["performance", "s[.]1[,]t[.]2"]].map((a) => f.answerTo12(a[0], a[1])),
        ids: [f.identifier("q1"), f.identifier("soal satu") !== f.identifier("soal_satu")],
      };
    """)
    assert found["spans"] == [5.5, 45296, None]
    assert found["span"] == "0012:34:56.50"
    assert found["intervals"] == [5405.25, 86400, None, None]
    assert found["interval"] == "PT1H30M5.2S"
    assert found["to2004"] == ["a[,]b", "true", "a[.]1[,]b[.]2", "3", "SPM"]
    assert found["pattern"] == "3[:]3"
    assert found["to12"] == ["a,b", "f", "a.1,b.2", "2", "SPM", "s 1; t 2"]
    assert found["ids"] == ["q1", True]


PLAY12 = """
  const host = lms("2004", {"cmi.learner_id": "murid-1", "cmi.learner_name": "Sari", "cmi.mode": "normal",
    "cmi.credit": "credit",
                            "cmi.objectives.0.id": "tujuan-utama", "cmi.scaled_passing_score": "0.7"});
  const api = bridge("12", "2004", host);
  const said = [api.LMSInitialize(""), api.LMSGetValue("cmi.core.student_id"),
    api.LMSGetValue("cmi.core.lesson_status"),
                api.LMSGetValue("cmi.student_data.mastery_score"), api.LMSGetValue("cmi.core.entry")];
  const sets = [["cmi.core.score.raw", "80"], ["cmi.core.lesson_status", "incomplete"],
    ["cmi.suspend_data", "h=3"], ["cmi.core.exit", "suspend"],
    ["cmi.core.session_time", "00:01:30"], ["cmi.core.lesson_location", "3"], ["cmi.objectives.0.id", "o1"],
      ["cmi.objectives.0.status", "passed"],
    ["cmi.interactions.0.id", "q1"], ["cmi.interactions.0.type", "choice"],
      ["cmi.interactions.0.student_response", "{a,b}"],
    ["cmi.interactions.0.correct_responses.0.pattern", "a"], ["cmi.interactions.0.result", "wrong"],
      ["cmi.interactions.0.latency", "00:00:10"],
    ["cmi.interactions.0.time", "09:30:00"]].map((pair) => api.LMSSetValue(pair[0], pair[1]));
"""


def test_content_of_scorm12_leaves_its_record_in_an_lms_of_2004(node: Any) -> None:
    found = node(PLAY12 + "said.push(api.LMSFinish('')); return {said, sets, data: host.data, log: host.log};")
    assert found["said"] == ["true", "murid-1", "not attempted", "70", "ab-initio", "true"]
    assert set(found["sets"]) == {"true"}
    data = found["data"]
    wanted = {
        "cmi.completion_status": "completed",
        "cmi.success_status": "passed",  # at the end the mastery score judges, as an LMS of 1.2 does
        "cmi.score.raw": "80",
        "cmi.score.scaled": "0.8",
        "cmi.location": "3",
        "cmi.session_time": "PT0H1M30S",
        "cmi.exit": "suspend",
        "cmi.objectives.1.id": "o1",
        "cmi.objectives.1.success_status": "passed",
        "cmi.interactions.0.learner_response": "a[,]b",
        "cmi.interactions.0.correct_responses.0.pattern": "a",
        "cmi.interactions.0.result": "incorrect",
        "cmi.interactions.0.latency": "PT0H0M10S",
    }
    assert {name: data.get(name) for name in wanted} == wanted
    assert data["cmi.interactions.0.timestamp"].startswith("2026-01-0")
    assert [name for name, *_ in found["log"] if name.startswith("cmi.interactions")][0] == "cmi.interactions.0.id"
    assert found["log"][-1] == ["end"]


def test_content_of_scorm12_reads_what_it_wrote_after_a_kill(node: Any) -> None:
    found = node(
        PLAY12
        + """
      api.LMSCommit("");
      const again = bridge("12", "2004", host);
      again.LMSInitialize("");
      return ["cmi.suspend_data", "cmi.core.lesson_status", "cmi.core.lesson_location", "cmi.core.entry",
        "cmi.core.score.raw",
              "cmi.objectives.0.status", "cmi.interactions._count"].map((name) => again.LMSGetValue(name));
    """
    )
    assert found == ["h=3", "incomplete", "3", "resume", "80", "passed", "1"]


def test_silent_content_of_scorm12_is_completed_at_its_end(node: Any) -> None:
    found = node("""
      const host = lms("2004", {"cmi.mode": "normal"}), api = bridge("12", "2004", host);
      api.LMSInitialize(""); api.LMSFinish("");
      return host.data["cmi.completion_status"];
    """)
    assert found == "completed"


PLAY2004 = """
  const host = lms("12", {"cmi.core.student_id": "murid-1", "cmi.core.lesson_mode": "normal",
    "cmi.core.lesson_status": "not attempted",
                          "cmi.core.total_time": "0000:10:00"});
  const api = bridge("2004", "12", host, {objectives: ["utama"], passing: 0.7, threshold: 0.9});
  api.Initialize("");
  const set = (name, value) => api.SetValue(name, value) + api.GetLastError();
"""


def test_content_of_2004_leaves_its_record_in_an_lms_of_scorm12(node: Any) -> None:
    found = node(
        PLAY2004
        + """
      const sets = [["cmi.progress_measure", "1"], ["cmi.score.scaled", "0.85"], ["cmi.score.raw", "17"],
        ["cmi.location", "x".repeat(400)],
        ["cmi.suspend_data", "d".repeat(20000)], ["cmi.exit", "suspend"], ["cmi.session_time", "PT1H0M2S"],
        ["cmi.interactions.0.id", "urn:soal:1"], ["cmi.interactions.0.type", "long-fill-in"],
        ["cmi.interactions.0.learner_response", "{lang=id}Mendengar"],
        ["cmi.interactions.0.result", "incorrect"], ["cmi.interactions.0.latency", "PT5S"],
        ["cmi.interactions.0.timestamp", "2026-01-05T03:00:00Z"],
        ["cmi.objectives.0.success_status", "passed"]].map((pair) => set(pair[0], pair[1]));
      const read = ["cmi.completion_status", "cmi.success_status", "cmi.objectives.0.id",
        "cmi.scaled_passing_score"].map((name) => api.GetValue(name));
      api.Terminate("");
      const again = bridge("2004", "12", host, {});
      again.Initialize("");
      return {sets, read, data: host.data, resumed: [again.GetValue("cmi.suspend_data").length,
        again.GetValue("cmi.location").length,
        again.GetValue("cmi.interactions.0.result"), again.GetValue("cmi.entry"), again.GetValue("cmi.score.raw"),
        again.GetValue("cmi.total_time")]};
    """
    )
    assert set(found["sets"]) == {"true0"}
    assert found["read"] == ["completed", "passed", "utama", "0.7"]
    data = found["data"]
    wanted = {
        "cmi.core.lesson_status": "passed",
        "cmi.core.score.raw": "85",
        "cmi.core.score.max": "100",
        "cmi.core.exit": "suspend",
        "cmi.core.session_time": "0001:00:02.00",
        "cmi.interactions.0.id": "urn:soal:1",
        "cmi.interactions.0.type": "fill-in",
        "cmi.interactions.0.student_response": "Mendengar",
        "cmi.interactions.0.result": "wrong",
        "cmi.interactions.0.latency": "0000:00:05.00",
        "cmi.objectives.0.id": "utama",
        "cmi.objectives.0.status": "passed",
    }
    assert {name: data.get(name) for name in wanted} == wanted
    assert len(data["cmi.suspend_data"]) <= 4096
    assert found["resumed"] == [20000, 400, "incorrect", "resume", "17", "PT0H0M0S"]


def test_data_that_no_squeezing_makes_fit_is_refused_and_the_old_stays(node: Any) -> None:
    found = node(
        PLAY2004
        + """
      let noise = "", seed = 7;
      while (noise.length < 9000) { seed = (seed * 48271) % 2147483647;
        noise += String.fromCharCode(33 + (seed >> 8) % 90); }
      const first = set("cmi.suspend_data", "lama"), second = set("cmi.suspend_data", noise),
        why = api.GetDiagnostic("");
      return [first, second, why, api.GetValue("cmi.suspend_data"), api.Commit("")];
    """
    )
    assert found[0] == "true0"
    assert found[1] == "false351"
    assert "9000 characters do not fit into the 4096" in found[2]
    assert found[3:] == ["lama", "true"]


def test_an_attempt_that_ended_normally_is_followed_by_a_new_one(node: Any) -> None:
    found = node(
        PLAY2004
        + """
      set("cmi.completion_status", "completed"); set("cmi.suspend_data", "lama"); set("cmi.exit", "normal");
      api.Terminate("");
      const again = bridge("2004", "12", host, {});
      again.Initialize("");
      return [host.data["cmi.core.exit"], again.GetValue("cmi.entry"), again.GetValue("cmi.suspend_data"),
        again.GetLastError(),
              again.GetValue("cmi.completion_status"), host.data["cmi.core.lesson_status"]];
    """
    )
    assert found == ["", "ab-initio", "", "403", "unknown", "completed"]


def test_a_score_waits_for_the_end_where_an_lms_would_make_failed_of_it(node: Any) -> None:
    found = node("""
      const host = lms("12", {"cmi.core.lesson_mode": "normal", "cmi.student_data.mastery_score": "80"});
      const api = bridge("2004", "12", host, {});
      api.Initialize(""); api.SetValue("cmi.completion_status", "incomplete");
        api.SetValue("cmi.score.scaled", "0.5"); api.Commit("");
      const before = host.data["cmi.core.score.raw"] || "";
      api.SetValue("cmi.completion_status", "completed"); api.Commit("");
      return [before, host.data["cmi.core.score.raw"], host.data["cmi.core.lesson_status"]];
    """)
    assert found == ["", "50", "failed"]


WRONG_CALLS = [
    ("12", 'LMSGetValue("cmi.core.student_id")', ["", "301"]),
    ("12", 'LMSInitialize("x")', ["false", "201"]),
    ("12", 'LMSInitialize("");LMSInitialize("")', ["false", "101"]),
    ("12", 'LMSInitialize("");LMSGetValue("cmi.core.tak_ada")', ["", "201"]),
    ("12", 'LMSInitialize("");LMSSetValue("cmi.core.student_id","x")', ["false", "403"]),
    ("12", 'LMSInitialize("");LMSGetValue("cmi.core.exit")', ["", "404"]),
    ("12", 'LMSInitialize("");LMSSetValue("cmi.core._children","x")', ["false", "402"]),
    ("12", 'LMSInitialize("");LMSSetValue("cmi.core.lesson_status","lulus")', ["false", "405"]),
    ("12", 'LMSInitialize("");LMSSetValue("cmi.core.score.raw","120")', ["false", "405"]),
    ("12", 'LMSInitialize("");LMSSetValue("cmi.core.exit","normal")', ["false", "405"]),
    ("12", 'LMSInitialize("");LMSGetValue("cmi.core.student_id._children")', ["", "202"]),
    ("12", 'LMSInitialize("");LMSGetValue("cmi.core._count")', ["", "203"]),
    ("12", 'LMSInitialize("");LMSGetValue("cmi.interactions._count")', ["0", "0"]),
    ("12", 'LMSInitialize("");LMSFinish("");LMSGetValue("cmi.core.entry")', ["", "301"]),
    ("12", 'LMSGetErrorString("405")', ["Incorrect data type", "0"]),
    ("2004", 'GetValue("cmi.learner_id")', ["", "122"]),
    ("2004", 'Commit("")', ["false", "142"]),
    ("2004", 'Initialize("");Initialize("")', ["false", "103"]),
    ("2004", 'Initialize("");Terminate("");SetValue("cmi.location","1")', ["false", "133"]),
    ("2004", 'Initialize("");Terminate("");Initialize("")', ["false", "104"]),
    ("2004", 'Initialize("");GetValue("cmi.location")', ["", "403"]),
    ("2004", 'Initialize("");GetValue("cmi.tak_ada")', ["", "401"]),
    ("2004", 'Initialize("");SetValue("cmi.learner_id","x")', ["false", "404"]),
    ("2004", 'Initialize("");GetValue("cmi.exit")', ["", "405"]),
    ("2004", 'Initialize("");SetValue("cmi.completion_status","selesai")', ["false", "406"]),
    ("2004", 'Initialize("");SetValue("cmi.score.scaled","2")', ["false", "407"]),
    ("2004", 'Initialize("");SetValue("cmi.interactions.0.type","choice")', ["false", "408"]),
    ("2004", 'Initialize("");SetValue("cmi.interactions.2.id","x")', ["false", "351"]),
    ("2004", 'Initialize("");GetValue("cmi.objectives.4.id")', ["", "301"]),
    ("2004", 'Initialize("");GetValue("adl.nav.request_valid.continue")', ["false", "0"]),
]


@pytest.fixture(scope="module")
def answers(node: Any) -> list[list[str]]:
    """What each of WRONG_CALLS is answered, and the number of the error; all in one run."""
    return list(
        node(f"""
      return {json.dumps(WRONG_CALLS)}.map(([content, calls]) => {{
        const other = content === "12" ? "2004" : "12", host = lms(other, {{"cmi.mode": "normal",
        "cmi.core.lesson_mode": "normal"}});
        const api = bridge(content, other, host);
        const found = calls.split(";").map((call) => new Function("api", "return api." + call)(api)).pop();
        return [found, content === "12" ? api.LMSGetLastError() : api.GetLastError()];
      }});
    """)
    )


@pytest.mark.parametrize("at", range(len(WRONG_CALLS)), ids=lambda at: f"{WRONG_CALLS[at][0]}-{WRONG_CALLS[at][1]}")
def test_wrong_calls_have_the_number_that_the_content_expects(answers: list[list[str]], at: int) -> None:
    assert answers[at] == WRONG_CALLS[at][2]


def test_content_that_forgets_its_last_call_is_ended_once_and_suspended(node: Any) -> None:
    found = node(
        PLAY2004
        + """
      set("cmi.completion_status", "completed");
      api.bridge.hold(); api.bridge.forgotten(); api.bridge.forgotten();
      return [host.log.filter((one) => one[0] === "end").length, host.data["cmi.core.exit"],
        host.data["cmi.core.lesson_status"], api.Terminate("")];
    """
    )
    assert found == [1, "suspend", "completed", "false"]


def test_what_an_lms_kept_from_the_unconverted_package_is_given_to_the_content(node: Any) -> None:
    found = node("""
      const host = lms("2004", {"cmi.mode": "normal", "cmi.suspend_data": "dari dulu"}),
        api = bridge("12", "2004", host);
      api.LMSInitialize("");
      return [api.LMSGetValue("cmi.suspend_data"), api.LMSGetValue("cmi.core.entry")];
    """)
    assert found == ["dari dulu", "resume"]


def test_an_lms_that_is_not_there_makes_the_beginning_fail(node: Any) -> None:
    found = node("""
      const api = bridge("12", "2004", {api: null});
      return [api.LMSInitialize(""), api.LMSGetLastError(), api.LMSGetValue("cmi.core.student_id")];
    """)
    assert found == ["false", "101", ""]


def test_a_page_holds_no_word_of_the_package_as_markup() -> None:
    page = page_for({"launch": "</script><script>x"}, title='"><b>', language='id"').decode()
    assert "<b>" not in page
    assert page.count("<script") == 2


@pytest.mark.parametrize("target", TARGETS)
def test_the_script_asks_nothing_of_other_hosts_by_itself(target: str) -> None:
    assert b"import(" not in script_for(target)
    assert b"//cdn" not in script_for(target)
