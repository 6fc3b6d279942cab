"""The player scores by the rules, stays small, and its sources keep to what every page may do."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.player import FOLDER, LATER_STYLES, STYLES, TRANSPORTS, script_names
from tests.e2e.player.hands import LOADED

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser: Any, write_module: Callable[..., Path]) -> Iterator[Any]:
    context = browser.new_context()
    page = context.new_page()
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    page.wait_for_function(LOADED)  # the rules come with the questions
    yield page
    context.close()


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
        const state = Jampel.state.fresh(course);
        state.answers = correct.map(one => ({correct: one, tries: 1}));
        return Jampel.course.standing(course, state).score;
    }""",
            [points, correct],
        )
        == score
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
            (
                "://adlnet.gov/expapi/",
                "://activitystrea.ms/schema/",
                "://id.tincanapi.com/activitytype/",
                "s://w3id.org/jampel/",
                "s://w3id.org/xapi/",
            )
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
    loaded = {name for transport in TRANSPORTS for name in script_names(transport, records=True)}
    loaded |= {*STYLES, *LATER_STYLES}
    assert loaded == {path.name for path in FOLDER.iterdir() if path.suffix in (".js", ".css")}
    with pytest.raises(ValueError, match="kertas"):
        script_names("kertas")
