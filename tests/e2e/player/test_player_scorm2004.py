"""The player on SCORM 2004, against an independent runtime and by stricter rules than that runtime has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.player.scorm2004_host import errors, interactions, misspelt, write_host
from tests.e2e.player.scorm_host import Lms

pytestmark = [pytest.mark.e2e, pytest.mark.npm]


@pytest.fixture
def lms(
    browser: Any,
    require: Callable[[str], str],
    write_module: Callable[..., Path],
    tmp_path: Path,
    serve: str,
    learner: Callable[[Any], Any],
) -> Any:
    write_host(tmp_path, Path(require("node_modules")))
    write_module({"transport": "scorm2004", "language": "id"})
    context = browser.new_context()
    yield Lms(context.new_page(), serve, learner, "SetValue")
    context.close()


def test_a_whole_module_is_played_killed_resumed_and_passed_without_one_api_error(
    lms: Any, kill: Callable[[Any], None]
) -> None:
    someone = lms.launch()
    written = {name: lms.written(f"cmi.{name}") for name in ("completion_status", "success_status", "exit")}
    assert written == {"completion_status": ["incomplete"], "success_status": ["unknown"], "exit": ["suspend"]}
    someone.answer("q-choice", 0)
    someone.form("q-choice").get_by_text("Coba lagi").click()
    someone.answer("q-choice", 1)
    someone.next()
    someone.answer("q-match", [2, 1, 0])
    assert lms.written("cmi.score.raw") == []
    assert 0 < float(lms.written("cmi.progress_measure")[-1]) < 1
    kill(lms.page)
    lms.reopen()
    assert "Terminate" not in [call[0] for call in lms.calls()]

    back = lms.launch()
    assert back.heading() == "Asas dan aturan"
    assert [select.input_value() for select in back.form("q-match").locator("select").all()] == ["2", "1", "0"]
    back.form("q-match").get_by_text("Coba lagi").click()
    for name, response in (("q-match", [0, 1, 2]), ("q-multiple", [1, 2]), ("q-true", True)):
        back.answer(name, response)
    back.next()
    for name, response in (("q-order", [2, 0, 1]), ("q-fill", "standar  pelayanan minimal"), ("q-number", "20,8")):
        back.answer(name, response)
    back.next()
    assert back.heading() == "Anda lulus"
    lms.leave()

    calls = lms.calls()
    assert errors(calls) == []
    assert misspelt(calls) == []
    names = [call[0] for call in calls]
    assert (names.count("Initialize"), names.count("Terminate"), names[-1]) == (2, 1, "Terminate")
    assert lms.written("cmi.completion_status") == ["incomplete", "incomplete", "completed"]
    assert lms.written("cmi.success_status") == ["unknown", "unknown", "passed"]
    assert set(lms.written("cmi.exit")) == {"suspend"}
    scores = [lms.written(f"cmi.score.{name}") for name in ("raw", "scaled", "min", "max")]
    assert scores == [["75"], ["0.75"], ["0"], ["100"]]
    assert lms.written("cmi.progress_measure")[-1] == "1"
    short = [(one["type"], one["learner_response"], one["correct_responses.0.pattern"]) for one in interactions(calls)]
    assert short == [
        ("choice", "a", "b"),
        ("choice", "b", "b"),
        ("matching", "1[.]c[,]2[.]b[,]3[.]a", "1[.]a[,]2[.]b[,]3[.]c"),
        ("matching", "1[.]a[,]2[.]b[,]3[.]c", "1[.]a[,]2[.]b[,]3[.]c"),
        ("choice", "b[,]c", "b[,]c"),
        ("true-false", "true", "false"),
        ("sequencing", "c[,]a[,]b", "a[,]b[,]c"),
        ("fill-in", "{lang=id}standar pelayanan minimal", "{case_matters=false}{lang=id}Standar Pelayanan Minimal"),
        ("numeric", "20.8", "20[:]21"),
    ]
    assert interactions(calls)[0]["description"] == "{lang=id}Apa yang dilakukan dahulu bila warga mengadu?"


def test_a_pass_is_never_taken_back_and_a_new_attempt_starts_empty(lms: Any) -> None:
    lms.launch().play()
    lms.leave()
    back = lms.launch()
    assert back.heading() == "Anda lulus"
    back.frame.get_by_text("Ulangi semua soal").click()
    back.play({"q-choice": 0, "q-true": True})
    lms.leave()
    assert lms.written("cmi.success_status") == ["unknown", "passed"]
    assert lms.written("cmi.completion_status") == ["incomplete", "completed"]
    assert lms.written("cmi.score.raw")[-1] == "100"
    assert errors(lms.calls()) == []
    lms.page.evaluate("localStorage.removeItem('cmi')")
    assert lms.launch().best() == {"status": None, "score": None}


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_outside_the_normal_mode_nothing_is_written(lms: Any, mode: str) -> None:
    lms.page.goto(f"{lms.address}/empty.html")
    kept = {"cmi": {"learner_id": "murid-1", "mode": mode}}
    lms.page.evaluate("kept => localStorage.setItem('cmi', JSON.stringify(kept))", kept)
    lms.launch().answer("q-choice", 1)
    lms.leave()
    assert [call for call in lms.calls() if call[0] == "SetValue"] == []
    assert errors(lms.calls()) == []
