"""The player on SCORM 1.2, against an independent runtime: what it says when, the modes, and the search for the API."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.player.scorm_host import HOST, Lms, errors, write_host

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
    write_module({"transport": "scorm12", "language": "id"})
    context = browser.new_context()
    yield Lms(context.new_page(), serve, learner)
    context.close()


def test_the_first_word_is_incomplete_and_the_last_is_the_result(lms: Any) -> None:
    someone = lms.launch()
    assert lms.written("cmi.core.lesson_status") == ["incomplete"]
    assert lms.written("cmi.core.exit") == ["suspend"]
    someone.play({"q-true": True})
    assert lms.written("cmi.core.lesson_status") == ["incomplete", "passed"]
    assert lms.written("cmi.core.score.raw") == ["87.5"]
    assert lms.written("cmi.core.exit") == ["suspend", ""]


def test_an_unfinished_attempt_has_no_score_that_an_lms_could_call_a_failure(lms: Any) -> None:
    someone = lms.launch()
    someone.answer("q-choice", 1)
    lms.leave()
    assert lms.written("cmi.core.score.raw") == []
    assert lms.written("cmi.core.lesson_status") == ["incomplete"]


def test_a_failed_module_is_said_to_be_failed_only_when_the_learner_stops(lms: Any) -> None:
    someone = lms.launch()
    for number in (1, 2, 0):
        someone.open(number)
        for name in {0: ["q-choice"], 1: ["q-multiple", "q-true", "q-match"], 2: ["q-order", "q-fill", "q-number"]}[
            number
        ]:
            someone.answer(
                name,
                {
                    "q-choice": 0,
                    "q-multiple": [0],
                    "q-true": True,
                    "q-match": [1, 0, 2],
                    "q-order": [2, 1, 0],
                    "q-fill": "lupa",
                    "q-number": "3",
                }[name],
            )
    assert lms.written("cmi.core.lesson_status") == ["incomplete"]
    lms.leave()
    assert lms.written("cmi.core.lesson_status") == ["incomplete", "failed"]
    assert lms.written("cmi.core.score.raw") == ["0"]


def test_a_new_attempt_of_the_lms_starts_empty(lms: Any) -> None:
    someone = lms.launch()
    someone.play()
    lms.leave()
    lms.page.evaluate("localStorage.removeItem('cmi')")
    back = lms.launch()
    assert back.heading() == "Mendengar warga"
    assert back.best() == {"status": None, "score": None}


def test_a_status_once_passed_is_never_lowered(lms: Any) -> None:
    someone = lms.launch()
    someone.play()
    lms.leave()
    back = lms.launch()
    assert back.heading() == "Anda lulus"
    back.frame.get_by_text("Ulangi semua soal").click()
    back.play({"q-choice": 0, "q-true": True})
    lms.leave()
    assert lms.written("cmi.core.lesson_status") == ["incomplete", "passed"]
    assert lms.written("cmi.core.score.raw")[-1] == "100"
    assert errors(lms.calls()) == []


def test_review_mode_writes_nothing(lms: Any) -> None:
    lms.page.goto(f"{lms.address}/empty.html")
    lms.page.evaluate(
        "localStorage.setItem('cmi', JSON.stringify({cmi: {core: {student_id: 'murid-1', lesson_mode: 'review'}}}))"
    )
    someone = lms.launch()
    someone.answer("q-choice", 1)
    assert "tinjau" in someone.frame.locator(".jp-notices").inner_text()
    assert [call for call in lms.calls() if call[0] == "LMSSetValue"] == []


def test_a_preview_is_called_browsed_before_an_lms_calls_it_completed(lms: Any) -> None:
    lms.page.goto(f"{lms.address}/empty.html")
    lms.page.evaluate(
        "localStorage.setItem('cmi', JSON.stringify({cmi: {core: {student_id: 'murid-1', lesson_mode: 'browse'}}}))"
    )
    lms.launch().answer("q-choice", 1)
    lms.leave()
    written = [call[1:3] for call in lms.calls() if call[0] == "LMSSetValue"]
    assert written == [["cmi.core.lesson_status", "browsed"]]
    assert errors(lms.calls()) == []


def test_without_an_lms_the_module_still_plays_and_says_so(lms: Any) -> None:
    lms.page.goto(f"{lms.address}/modul/index.html")
    someone = lms.learner(lms.page)
    assert "LMS tidak ditemukan" in lms.page.locator(".jp-notice-bad").inner_text()
    someone.play()
    lms.page.reload()
    assert lms.learner(lms.page).best() == {"status": "passed", "score": 10000}


def test_the_lms_is_found_from_a_window_of_its_own(lms: Any, tmp_path: Path) -> None:
    host = (tmp_path / "host.html").read_text(encoding="utf-8").split("<iframe")[0]
    (tmp_path / "host.html").write_text(host, encoding="utf-8")
    lms.page.goto(f"{lms.address}/host.html")
    with lms.page.expect_popup() as opened:
        lms.page.evaluate("void window.open('modul/index.html')")
    lms.learner(opened.value).answer("q-choice", 1)
    assert lms.written("cmi.interactions.0.id") == ["q-choice"]
    assert errors(lms.calls()) == []


def test_the_lms_is_found_above_several_frames(lms: Any, tmp_path: Path) -> None:
    (tmp_path / "bingkai.html").write_text('<title>b</title><iframe src="modul/index.html"></iframe>', encoding="utf-8")
    (tmp_path / "host.html").write_text(HOST.replace("modul/index.html", "bingkai.html"), encoding="utf-8")
    lms.page.goto(f"{lms.address}/host.html")
    lms.page.wait_for_function("frames[0].frames[0].Jampel && frames[0].frames[0].Jampel.player.session")
    assert lms.written("cmi.core.lesson_status") == ["incomplete"]


def test_time_nobody_sees_the_page_is_not_study_time(lms: Any) -> None:
    someone = lms.launch()
    seconds = someone.frame.evaluate("""() => {
        const session = Jampel.player.session, now = session.now;
        let later = 0;
        session.now = () => now() + later;
        session.hide();
        later = 3600000;
        session.show();
        later += 5000;
        return session.seconds();
    }""")
    assert 5 <= seconds < 60


def test_no_storage_key_shows_who_the_learner_is(lms: Any) -> None:
    lms.launch()
    lms.leave()
    assert [key for key in lms.page.evaluate("Object.keys(localStorage)") if "murid" in key] == []
