"""The player remembers within SCORM 1.2, scores by the rules, stays small, and means the same in every transport."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.player import FOLDER, STYLES, TRANSPORTS, script_names

pytestmark = pytest.mark.e2e
LIMIT = 4096
BIG = """
window.big = (pages, answers, text) => {
  const questions = {};
  const list = [];
  for (let p = 0; p < pages; p++) list.push({id: 'p-' + p, title: 'Halaman', html: '', questions: []});
  for (let q = 0; q < answers; q++) {
    const id = 'q-' + q;
    const kinds = [
      {kind: 'choice', options: ['a', 'b', 'c', 'd'].map(id => ({id, html: id, correct: id === 'b'}))},
      {kind: 'matching', pairs: [1, 2, 3, 4, 5].map(n => ({id: '' + n, left: 'L' + n, right: 'R' + n}))},
      {kind: 'fill-in', accepted: [text]}
    ];
    questions[id] = Object.assign({id, prompt: '', points: 1}, kinds[q % 3]);
    list[q % pages].questions.push(id);
  }
  const raw = {id: 'x', iri: 'x', title: 'x', language: 'id', mastery: 70, pages: list, questions};
  const course = Jampel.course.model(raw);
  const state = Jampel.state.fresh(course);
  state.page = pages - 1;
  state.seconds = 12345;
  state.best = {status: 'passed', score: 6667};
  state.visited = state.visited.map((_, i) => i % 7 !== 0);
  course.list.forEach((question, i) => {
    const response = question.kind === 'choice' ? i % 4 : question.kind === 'matching' ? [4, 3, 2, 1, 0] : text;
    state.answers[i] = {correct: i % 2 === 0, response};
    state.order.push(i);
  });
  const written = Jampel.state.encode(course, state);
  return {course, state, written, read: Jampel.state.decode(course, written)};
};
"""


@pytest.fixture
def page(browser: Any, write_module: Callable[..., Path]) -> Iterator[Any]:
    context = browser.new_context()
    page = context.new_page()
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    page.evaluate(BIG)
    yield page
    context.close()


def test_two_hundred_pages_and_a_hundred_and_fifty_answers_fit_and_come_back_whole(page: Any) -> None:
    found = page.evaluate("Object.assign(big(200, 150, 'pelayanan'), {course: null})")
    assert len(found["written"]) <= LIMIT
    assert found["read"] == found["state"]


def test_when_it_would_not_fit_the_oldest_details_go_and_nothing_else(page: Any) -> None:
    found = page.evaluate("Object.assign(big(200, 150, 'jawaban panjang '.repeat(12)), {course: null})")
    assert len(found["written"]) <= LIMIT
    for name in ("visited", "best", "page", "seconds", "round"):
        assert found["read"][name] == found["state"][name]
    assert [one["correct"] for one in found["read"]["answers"]] == [one["correct"] for one in found["state"]["answers"]]
    kept = [one.get("response") is not None for one in found["read"]["answers"]]
    assert 0 < sum(kept) < 150
    assert kept == sorted(kept), "the newest details are the ones that stay"


def test_a_damaged_record_is_noticed(page: Any) -> None:
    assert page.evaluate("""() => {
        const {course, written} = big(20, 9, 'x');
        let noticed = 0;
        for (let at = 0; at < written.length; at++) {
            const broken = written.slice(0, at) + (written[at] === 'A' ? 'B' : 'A') + written.slice(at + 1);
            try { Jampel.state.decode(course, broken); } catch (error) { noticed++; }
        }
        return noticed === written.length;
    }""")


def test_a_changed_module_keeps_the_best_result_and_starts_its_pages_again(page: Any) -> None:
    read = page.evaluate("Jampel.state.decode(big(20, 9, 'x').course, big(21, 9, 'x').written)")
    assert read["best"] == {"status": "passed", "score": 6667}
    assert read["changed"] is True
    assert not any(read["visited"])


def test_two_memories_become_one_that_forgets_nothing(page: Any) -> None:
    merged = page.evaluate("""() => {
        const {course} = big(3, 3, 'x');
        const older = Jampel.state.fresh(course), newer = Jampel.state.fresh(course);
        older.visited = [true, false, false];
        newer.visited = [false, true, false];
        older.answers[0] = {correct: true, response: 1};
        older.order = [0];
        newer.answers[0] = {correct: false, response: 2};
        newer.answers[1] = {correct: false, response: [0, 1, 2, 4, 3]};
        newer.order = [0, 1];
        older.best = {status: 'passed', score: 7500};
        newer.best = {status: 'failed', score: 9000};
        newer.page = 1;
        return Jampel.state.merge(older, newer);
    }""")
    assert merged["visited"] == [True, True, False]
    assert merged["answers"][0] == {"correct": True, "response": 1}
    assert merged["answers"][1]["correct"] is False
    assert merged["best"] == {"status": "passed", "score": 7500}
    assert merged["page"] == 1


@pytest.mark.parametrize(
    ("question", "response", "verdict"),
    [
        ({"kind": "numeric", "value": 20.5, "tolerance": 0.5}, "20,0", True),
        ({"kind": "numeric", "value": 20.5, "tolerance": 0.5}, "19.99", False),
        ({"kind": "numeric", "value": 0.3, "tolerance": 0}, "0,3", True),
        ({"kind": "numeric", "value": 0.1, "tolerance": 0.2}, "0.3", True),
        ({"kind": "numeric", "value": 1500, "tolerance": 0}, "1.500", True),
        ({"kind": "numeric", "value": 1500, "tolerance": 0}, "Rp 1.500", False),
        ({"kind": "numeric", "value": -4, "tolerance": 0, "unit": "°C"}, "\u22124 °C", True),
        ({"kind": "numeric", "value": 0, "tolerance": 0}, "", False),
        ({"kind": "fill-in", "accepted": ["Standar Pelayanan Minimal"]}, "  STANDAR pelayanan  minimal ", True),
        ({"kind": "fill-in", "accepted": ["SPM"], "case_sensitive": True}, "spm", False),
        ({"kind": "multiple", "options": [{"correct": True}, {"correct": True}, {"correct": False}]}, [0, 1], True),
        ({"kind": "multiple", "options": [{"correct": True}, {"correct": True}, {"correct": False}]}, [0], False),
        ({"kind": "multiple", "options": [{"correct": True}, {"correct": True}, {"correct": False}]}, [0, 1, 2], False),
        ({"kind": "matching", "pairs": [{"right": "x"}, {"right": "x"}, {"right": "y"}]}, [1, 0, 2], True),
        ({"kind": "ordering", "items": [{}, {}, {}]}, [0, 2, 1], False),
        ({"kind": "choice", "options": [{"correct": False}, {"correct": True}]}, 7, False),
    ],
)
def test_answers_are_judged_by_the_rules(question: dict[str, Any], response: Any, verdict: bool, page: Any) -> None:
    assert (
        page.evaluate("([question, response]) => Jampel.course.judge(question, response)", [question, response])
        is verdict
    )


@pytest.mark.parametrize(
    ("points", "correct", "score"),
    [
        ([1, 1, 1], [True, True, False], 6667),
        ([1, 1, 1], [True, False, False], 3333),
        ([2, 1], [True, False], 6667),
        ([1] * 8, [True] + [False] * 7, 1250),
        ([1] * 6, [True] + [False] * 5, 1667),
        ([1], [True], 10000),
    ],
)
def test_the_score_is_rounded_half_up_to_two_decimals(
    points: list[int], correct: list[bool], score: int, page: Any
) -> None:
    assert (
        page.evaluate(
            """([points, correct]) => {
        const one = (value, n) => ['q' + n, {kind: 'true-false', prompt: '', answer: true, points: value}];
        const questions = Object.fromEntries(points.map(one));
        const pages = [{id: 'p', title: 'P', html: '', questions: Object.keys(questions)}];
        const course = Jampel.course.model({id: 'x', iri: 'x', title: 'x', mastery: 70, pages, questions});
        return Jampel.course.standing(course, {visited: [true], answers: correct.map(one => ({correct: one}))}).score;
    }""",
            [points, correct],
        )
        == score
    )


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_everything_a_page_loads_is_at_most_forty_kilobytes_packed(transport: str) -> None:
    assert (
        sum(
            len(gzip.compress((FOLDER / name).read_bytes(), 9))
            for name in (*script_names(transport, records=True), *STYLES)
        )
        <= 40 * 1024
    )


@pytest.mark.parametrize(
    "name", sorted({name for transport in TRANSPORTS for name in script_names(transport, records=True)})
)
def test_no_script_runs_text_writes_styles_or_names_a_foreign_address(name: str) -> None:
    source = (FOLDER / name).read_text(encoding="utf-8")
    for forbidden in ("eval(", "new Function", "document.write", ".style.", "onclick=", "import(", "sendBeacon"):
        assert forbidden not in source
    addresses = [part.split('"')[0] for part in source.split('"http')[1:]]
    assert all(
        part.startswith(
            ("://adlnet.gov/expapi/", "://activitystrea.ms/schema/", "s://w3id.org/jampel/", "s://w3id.org/xapi/cmi5/")
        )
        for part in addresses
    )


def _tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--jp-([\w-]+): (#[0-9a-f]{6});", block))


def _brightness(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_brightness(one), _brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_borders_stand_out_enough(scheme: str) -> None:
    """WCAG 2.2 1.4.3 (words, 4.5 to 1) and 1.4.11 (borders of controls, 3 to 1)."""
    style = (FOLDER / "player.css").read_text(encoding="utf-8")
    light, dark = style.split("@media (prefers-color-scheme: dark)", 1)
    tokens = {**_tokens(light), **(_tokens(dark.split("@media", 1)[0]) if scheme == "dark" else {})}
    for front, backs in {
        "ink": "paper card tint good-tint bad-tint",
        "muted": "paper card tint",
        "accent": "paper card tint",
        "on-accent": "accent",
        "good": "card good-tint",
        "bad": "card bad-tint",
    }.items():
        for back in backs.split():
            assert _contrast(tokens[front], tokens[back]) >= 4.5, (front, back)
    assert _contrast(tokens["edge"], tokens["card"]) >= 3


def test_every_file_of_the_player_is_loaded_by_some_page() -> None:
    loaded = {name for transport in TRANSPORTS for name in (*script_names(transport, records=True), *STYLES)}
    assert loaded == {path.name for path in FOLDER.iterdir() if path.suffix in (".js", ".css")}
    with pytest.raises(ValueError, match="kertas"):
        script_names("kertas")


@pytest.mark.parametrize(
    "mistakes", [{}, {"q-true": True}, {"q-choice": 0, "q-fill": "lupa"}], ids=["all right", "passed", "failed"]
)
def test_the_same_module_gives_the_same_result_in_every_transport(
    mistakes: dict[str, Any], browser: Any, write_module: Callable[..., Path], serve: str, learner: Callable[[Any], Any]
) -> None:
    configs: dict[str, dict[str, Any]] = {
        "web": {},
        "scorm12": {},
        "xapi": {
            "endpoint": "/tidak-ada/",
            "token": "t",
            "registration": "6f1d1c2e-8d2b-4f6a-9b1e-0a1b2c3d4e5f",
            "activity": "https://contoh.id/m",
            "actor": {"account": {"homePage": "https://contoh.id", "name": "x"}},
            "extensions": {},
        },
    }
    results = {}
    for transport, more in configs.items():
        write_module({"transport": transport, "language": "id", **more}, folder=transport)
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{serve}/{transport}/index.html")
        someone = learner(page)
        someone.play(mistakes)
        state = page.evaluate("Object.assign({}, Jampel.player.session.state, {seconds: 0})")
        results[transport] = json.dumps([someone.best(), someone.heading(), state], sort_keys=True)
        context.close()
    assert len(set(results.values())) == 1, results
