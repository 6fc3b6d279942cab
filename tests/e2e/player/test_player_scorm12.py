"""The player on SCORM 1.2, against an independent runtime: no API error, exact resume, score and status."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.player.scorm_host import HOST, Lms, errors, misspelt, write_host

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
    write_module({"transport": "scorm12", "language": "id"})
    context = browser.new_context()
    yield Lms(context.new_page(), serve, learner)
    context.close()


def test_a_whole_module_is_played_without_one_api_error(lms: Any) -> None:
    someone = lms.launch()
    someone.play()
    assert someone.heading() == "Anda lulus"
    lms.leave()
    calls = lms.calls()
    assert errors(calls) == []
    assert misspelt(calls) == []
    assert [call[0] for call in calls].count("LMSInitialize") == 1
    assert [call[0] for call in calls].count("LMSFinish") == 1
    assert calls[-1][0] == "LMSFinish"


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


def test_every_answer_is_journalled_with_its_id_first(lms: Any) -> None:
    someone = lms.launch()
    someone.answer("q-choice", 0)
    someone.form("q-choice").get_by_text("Coba lagi").click()
    someone.answer("q-choice", 1)
    someone.next()
    someone.answer("q-multiple", [1, 2])
    someone.answer("q-true", False)
    someone.answer("q-match", [0, 1, 2])
    someone.next()
    someone.answer("q-order", [2, 0, 1])
    someone.answer("q-fill", "standar")
    someone.answer("q-number", "20,5")
    records: dict[str, dict[str, str]] = {}
    for call in lms.calls():
        if call[0] == "LMSSetValue" and (match := re.fullmatch(r"cmi\.interactions\.(\d+)\.(.+)", call[1])):
            records.setdefault(match[1], {})[match[2]] = call[2]
    assert list(records) == [str(number) for number in range(8)]
    assert all(next(iter(record)) == "id" for record in records.values())
    short = [
        (one["id"], one["type"], one["student_response"], one["correct_responses.0.pattern"], one["result"])
        for one in records.values()
    ]
    assert short == [
        ("q-choice", "choice", "a", "b", "wrong"),
        ("q-choice", "choice", "b", "b", "correct"),
        ("q-multiple", "choice", "b,c", "b,c", "correct"),
        ("q-true", "true-false", "f", "f", "correct"),
        ("q-match", "matching", "1.a,2.b,3.c", "1.a,2.b,3.c", "correct"),
        ("q-order", "sequencing", "c,a,b", "a,b,c", "wrong"),
        ("q-fill", "fill-in", "standar", "Standar Pelayanan Minimal", "wrong"),
        ("q-number", "numeric", "20.5", "20.5", "correct"),
    ]


def test_a_learner_resumes_exactly_after_leaving(lms: Any) -> None:
    someone = lms.launch()
    someone.answer("q-choice", 0)
    someone.next()
    someone.answer("q-match", [2, 1, 0])
    lms.leave()
    back = lms.launch()
    assert back.heading() == "Asas dan aturan"
    assert [select.input_value() for select in back.form("q-match").locator("select").all()] == ["2", "1", "0"]
    assert errors(lms.calls()) == []


def test_a_learner_resumes_exactly_after_a_power_cut(lms: Any, kill: Callable[[Any], None]) -> None:
    someone = lms.launch()
    someone.answer("q-choice", 1)
    someone.next()
    someone.answer("q-true", False)
    kill(lms.page)
    lms.reopen()
    assert "LMSFinish" not in [call[0] for call in lms.calls()]
    back = lms.launch()
    assert back.heading() == "Asas dan aturan"
    assert back.form("q-true").locator(".jp-verdict").inner_text() == "Benar."
    back.answer("q-multiple", [1, 2])
    back.answer("q-match", [0, 1, 2])
    back.next()
    for name, response in (("q-order", [0, 1, 2]), ("q-fill", "Standar Pelayanan Minimal"), ("q-number", "20")):
        back.answer(name, response)
    assert back.best() == {"status": "passed", "score": 10000}
    assert errors(lms.calls()) == []


def test_what_the_lms_would_not_save_is_said_kept_and_sent_at_the_next_start(
    lms: Any, kill: Callable[[Any], None]
) -> None:
    someone = lms.launch()
    lms.page.evaluate("window.refuse = true")
    someone.answer("q-choice", 1)
    assert "391" in someone.frame.locator(".jp-notice-bad").inner_text()
    kill(lms.page)
    lms.reopen()
    back = lms.launch()
    assert back.form("q-choice").locator(".jp-verdict").inner_text() == "Benar."
    kept = lms.page.evaluate("API.cmi.suspend_data")
    assert kept == back.frame.evaluate("Jampel.state.encode(Jampel.player.course, Jampel.player.session.state)")
    assert lms.written("cmi.interactions.0.id") == ["q-choice", "q-choice"]
    assert lms.page.evaluate("API.cmi.interactions.childArray.length") == 1


def test_saving_is_tried_again_by_itself(lms: Any) -> None:
    someone = lms.launch()
    lms.page.evaluate("window.refuse = true")
    someone.answer("q-choice", 1)
    someone.frame.locator(".jp-notice-bad").wait_for()
    lms.page.evaluate("window.refuse = false")
    someone.next()
    assert someone.frame.locator(".jp-notice-bad").count() == 0
    assert "tersimpan kembali" in someone.frame.locator(".jp-notice-info").inner_text()


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
