"""How the player writes answers by each standard, reads a launch, and keeps a record; run in Node, without a screen."""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.player import FOLDER, script_names
from tests.e2e.player.scorm2004_host import PATTERNS, RESPONSES
from xapi.statement import decode

HARNESS = Path(__file__).parent / "player_transports.js"
ASKING = {"questions.js", "review.js", "media.js", "result.js", "export.js"}
SCREEN = {"pages.js", "player.js", "status.js", "start.js", *ASKING}
RESPONDED = {
    "choice": 0,
    "multiple": [1, 2],
    "true-false": False,
    "matching": [2, 0],
    "ordering": [2, 0, 1],
    "fill-in": "  SPM\tBaru ",
    "numeric": "20,8",
    "short-text": "Mendengar dahulu, lalu mencatat.",
    "likert": 2,
}
WRITE = """
const course = make(), given = GIVEN;
return Object.fromEntries(Object.keys(given).map((kind) => [kind, Jampel.answers.STANDARD(
  course.list.find((question) => question.kind === kind), given[kind], 'id')]));
"""
ACTOR = {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "murid-1"}}


def player(transport: str) -> list[str]:
    """The scripts of a page without those that need a screen."""
    return [name for name in script_names(transport) if name not in SCREEN]


@pytest.fixture(scope="session")
def play(require: Callable[[str], str]) -> Callable[..., Any]:
    """`play(js, transport)` is what the body of an async function returns that knows `Jampel`, `make` and `window`."""

    def run(body: str, transport: str = "web") -> Any:
        command = [require("node"), str(HARNESS), str(FOLDER), *player(transport)]
        done = subprocess.run(command, input=body, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def written(play: Any, standard: str, given: dict[str, Any]) -> dict[str, Any]:
    body = WRITE.replace("GIVEN", json.dumps(given)).replace("STANDARD", standard)
    return dict(play(body))


def short(found: dict[str, Any]) -> dict[str, tuple[str, str, list[str]]]:
    return {kind: (one["type"], one["response"], one["patterns"]) for kind, one in found.items()}


def test_scorm12_writes_every_kind_with_commas_and_letters(play: Any) -> None:
    assert short(written(play, "scorm12", RESPONDED)) == {
        "choice": ("choice", "a", ["b"]),
        "multiple": ("choice", "b,c", ["b,c"]),
        "true-false": ("true-false", "f", ["t"]),
        "matching": ("matching", "1.c,2.a", ["1.a,2.b"]),
        "ordering": ("sequencing", "c,a,b", ["a,b,c"]),
        "fill-in": ("fill-in", "SPM Baru", ["Standar Pelayanan", "SPM"]),
        "numeric": ("numeric", "20.8", ["20.5"]),
        "short-text": ("fill-in", "Mendengar dahulu, lalu mencatat.", []),
        "likert": ("likert", "3", []),
    }


def test_scorm2004_writes_every_kind_with_its_own_signs(play: Any) -> None:
    assert short(written(play, "scorm2004", RESPONDED)) == {
        "choice": ("choice", "a", ["b"]),
        "multiple": ("choice", "b[,]c", ["b[,]c"]),
        "true-false": ("true-false", "false", ["true"]),
        "matching": ("matching", "1[.]c[,]2[.]a", ["1[.]a[,]2[.]b"]),
        "ordering": ("sequencing", "c[,]a[,]b", ["a[,]b[,]c"]),
        "fill-in": (
            "fill-in",
            "{lang=id}SPM Baru",
            ["{case_matters=true}{lang=id}Standar Pelayanan", "{case_matters=true}{lang=id}SPM"],
        ),
        "numeric": ("numeric", "20.8", ["20[:]21"]),
        "short-text": ("long-fill-in", "{lang=id}Mendengar dahulu, lalu mencatat.", []),
        "likert": ("likert", "3", []),
    }


def test_xapi_writes_every_kind_as_its_interaction_types_ask(play: Any) -> None:
    found = short(written(play, "xapi", RESPONDED))
    assert found["matching"] == ("matching", "1[.]c[,]2[.]a", ["1[.]a[,]2[.]b"])
    assert found["fill-in"][2] == ["{case_matters=true}Standar Pelayanan", "{case_matters=true}SPM"]
    assert found["short-text"] == ("long-fill-in", "Mendengar dahulu, lalu mencatat.", [])
    assert found["likert"] == ("likert", "3", [])


HOSTILE = ("{lang=xx}{case_matters=true}x", "a[,]b[.]c[:]d", "satu\ndua\r\n\u2028tiga", "x" * 9000)


def test_words_of_a_learner_never_break_the_form_of_an_answer(play: Any) -> None:
    found = play(
        "const course = make(), found = [];"
        f"for (const text of {json.dumps(HOSTILE)}) for (const kind of ['fill-in', 'short-text'])"
        " for (const standard of ['scorm12', 'scorm2004'])"
        "  found.push({ standard, ...Jampel.answers[standard]("
        "   course.list.find((one) => one.kind === kind), text, 'id') });"
        "return found;"
    )
    assert len(found) == 16
    for one in found:
        if one["standard"] == "scorm12":
            assert 0 < len(one["response"]) <= 255
            continue
        assert re.fullmatch(RESPONSES[one["type"]], one["response"]), one["response"][:80]
        assert not re.search(r"\[[,.:]\]", one["response"])
        assert all(re.fullmatch(PATTERNS[one["type"]], pattern) for pattern in one["patterns"])


ACTORS = (
    ACTOR,
    {"name": ["Sari"], "account": [{"accountServiceHomePage": "https://lms.example", "accountName": "murid-1"}]},
    {"account": ACTOR["account"], "mbox": "mailto:sari@lms.example"},
)
NO_LAUNCH = (
    "",
    f"?auth=Basic%20YTpi&actor={json.dumps(ACTOR)}",
    f"?endpoint=javascript:alert(1)&auth=Basic%20YTpi&actor={json.dumps(ACTOR)}",
    f"?endpoint=https://lrs.example/&actor={json.dumps(ACTOR)}",
    "?endpoint=https://lrs.example/&auth=Basic%20YTpi&actor={}",
    "?endpoint=https://lrs.example/&auth=Basic%20YTpi&actor=bukan",
)


def launches(play: Any, queries: Sequence[str]) -> list[dict[str, Any] | None]:
    body = f"return {json.dumps(queries)}.map((query) => Jampel.tincan.launch(query, make(), {{}}));"
    return list(play(body, "tincan"))


def test_a_tin_can_launch_is_read_also_with_the_actors_of_early_ones(play: Any) -> None:
    begin = "?endpoint=https%3A%2F%2Flrs.example%2F&auth=Basic%20YTpi&registration=r-1&actor="
    for found in launches(play, [begin + json.dumps(actor) for actor in ACTORS]):
        assert found is not None
        assert found["actor"]["account"] == ACTOR["account"]
        assert "mbox" not in found["actor"]
        told = (found["endpoint"], found["authorization"], found["registration"], found["activity"])
        assert told == ("https://lrs.example/", "Basic YTpi", "r-1", "https://w3id.org/jampel/modul/contoh/uji")
        assert found["extensions"]["https://w3id.org/jampel/extensions/jp"] == 200


def test_a_tin_can_launch_that_cannot_be_used_is_none(play: Any) -> None:
    assert launches(play, NO_LAUNCH) == [None] * len(NO_LAUNCH)


def test_two_windows_of_one_learner_lose_nothing_of_each_other(play: Any) -> None:
    found = play("""
      const course = make(), windows = [0, 1].map(() => Jampel.mirror(course, Jampel.storage(), 'k'));
      windows.forEach((one) => one.read());
      const states = [0, 1].map(() => Jampel.state.fresh(course));
      states[0].answers[0] = { response: 1, correct: true, tries: 1 }; states[0].order = [0];
      windows[0].write(Jampel.state.encode(course, states[0]));
      states[1].answers[2] = { response: true, correct: true, tries: 1 }; states[1].order = [2];
      windows[1].write(Jampel.state.encode(course, states[1]));
      states[0].visited[0] = true;
      windows[0].write(Jampel.state.encode(course, states[0]));
      windows[1].write(Jampel.state.encode(course, states[1]));
      const kept = Jampel.state.decode(course, Jampel.storage().get('k'));
      return { answered: kept.answers.map(Boolean), visited: kept.visited };
    """)
    assert [at for at, answered in enumerate(found["answered"]) if answered] == [0, 2]
    assert found["visited"] == [True]


EXPORT = """
const course = make(), told = [];
const transport = Jampel.transports.web(course, {}, (key) => told.push(key));
await transport.open();
transport.page(0);
const given = GIVEN;
course.list.forEach((question) => {
  const response = given[question.kind];
  transport.answer({ question, response, correct: Jampel.course.judge(question, response), seconds: 3.14159 });
});
transport.report({ status: 'passed', score: 8750, seconds: 61.5 });
transport.save({ state: '', seconds: 61.5 });
transport.close();
"""


def test_a_record_without_an_lms_is_given_out_as_statements_that_name_the_learner(play: Any) -> None:
    found = play(
        EXPORT.replace("GIVEN", json.dumps(RESPONDED))
        + "const file = transport.export({ id: ' 19850101 209903 1 001 ', name: 'Sari' });"
        "return { name: file.name, text: await file.blob.text(), count: file.count, told };"
    )
    lines = found["text"].splitlines()
    assert found["count"] == len(lines)
    assert "memoryOnly" not in found["told"]
    assert re.fullmatch(r"uji-\d{4}-\d\d-\d\d\.jsonl", found["name"])
    statements = [json.loads(line) for line in lines]
    for line, one in zip(lines, statements, strict=True):
        decode(line.encode())
        assert one["actor"]["account"]["name"] == "198501012099031001"
    verbs = [one["verb"]["id"].rsplit("/", 1)[-1] for one in statements]
    assert verbs == ["initialized", "experienced", *["answered"] * 9, "completed", "passed", "terminated"]
    assert len({one["id"] for one in statements}) == len(statements)
    assert len({one["context"]["registration"] for one in statements}) == 1
    neutral = [one for one in statements if one["object"]["id"].endswith(("#likert", "#short-text"))]
    assert not any("success" in one["result"] for one in neutral)


def test_a_record_is_cleared_for_the_next_learner_and_nothing_comes_back(play: Any) -> None:
    body = (
        EXPORT.replace("GIVEN", json.dumps(RESPONDED))
        + """
      transport.clear(); transport.save({ state: 'x', seconds: 1 }); transport.close();
      return Object.keys(window.localStorage);
    """
    )
    assert play(body) == []


def test_a_record_that_grows_too_long_loses_looks_before_answers(play: Any) -> None:
    found = play("""
      const course = make(), transport = Jampel.transports.web(course, {}, () => {});
      await transport.open();
      transport.answer({ question: course.list[0], response: 1, correct: true, seconds: 1 });
      for (let n = 0; n < 2005; n++) { transport.pages = {}; transport.page(0); }
      const kept = transport.kept().map((key) => JSON.parse(window.localStorage.getItem(key)).verb.id.split('/').pop());
      return [kept.length <= 2000, kept.length >= 1900, kept.slice(0, 2)];
    """)
    assert found == [True, True, ["initialized", "answered"]]


def test_an_export_names_the_learner(play: Any) -> None:
    body = """
      const transport = Jampel.transports.web(make(), {}, () => {});
      await transport.open();
      try { transport.export({ id: '  ' }); } catch (error) { return error.message; }
    """
    assert "learner" in play(body)


def test_the_competency_and_the_job_standard_go_with_the_statement_that_earns_the_jp_and_with_no_other(play) -> None:
    found = play(
        """
        const given = Jampel.statements.declared({ jp: 100, competency_code: "T.01", standard: "SKJ-1" });
        const writer = { course: { language: "id" }, who: { activity: "a", extensions: given } };
        const context = Jampel.StatementWriter.prototype.context;
        return [true, false].map((credit) => context.call(writer, { id: "a" }, credit).extensions || {});
        """
    )
    base = "https://w3id.org/jampel/extensions/"
    assert found == [{f"{base}jp": 100, f"{base}competency": "T.01", f"{base}job-standard": "SKJ-1"}, {}]
    assert play("return Jampel.statements.declared({ jp: 100 });") == {f"{base}jp": 100}
