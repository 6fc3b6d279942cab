"""The player on SCORM 2004, against an independent runtime and by stricter rules than that runtime has."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.player.scorm2004_host import errors, write_host
from tests.e2e.player.scorm_host import Lms

pytestmark = [pytest.mark.e2e, pytest.mark.npm, pytest.mark.thorough]


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
