"""The player as a cmi5 AU, launched by a small LMS over our own LRS: every rule of the standard, and nothing lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.player.answering import answering
from tests.e2e.player.cmi5_host import DEFINED, MASTERY, Cmi5Lms, faults, verb
from xapi.testing import embedded_lrs

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


class Course:
    """The module, launched in a browser as often as a test likes."""

    def __init__(self, page: Any, lms: Cmi5Lms, address: str, learner: Callable[[Any], Any]) -> None:
        self.page, self.lms, self.address, self.learner = page, lms, address, learner

    def open(self, **changes: Any) -> Any:
        self.page.goto(self.lms.launch(self.address, **changes))
        return self.learner(self.page)

    def settled(self) -> list[str]:
        self.page.wait_for_function("""() => {
            const outbox = Jampel.player.session.transport.outbox;
            return !outbox.waiting().length && outbox.document === null && !outbox.busy;
        }""")
        return self.verbs()

    def verbs(self) -> list[str]:
        return [verb(one) for one in self.lms.statements()]

    def leave(self) -> None:
        before = self.verbs().count("terminated")
        self.page.goto(f"{self.address}/kembali.html")
        for _ in range(100):
            if self.verbs().count("terminated") > before:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("the session was never terminated")


@pytest.fixture
def course(
    browser: Any, write_module: Callable[..., Path], tmp_path: Path, learner: Callable[[Any], Any]
) -> Iterator[Course]:
    write_module({"transport": "cmi5", "language": "id"})
    (tmp_path / "kembali.html").write_text("<title>Beranda</title>", encoding="utf-8")
    house = embedded_lrs(tmp_path / "lrs.db")
    lms = Cmi5Lms(house, tmp_path)
    context = browser.new_context()
    with answering(lms) as address:
        yield Course(context.new_page(), lms, address, learner)
        context.close()


def test_a_whole_module_reloaded_once_keeps_every_rule(course: Course) -> None:
    someone = course.open()
    someone.answer("q-choice", 1)
    course.settled()
    with course.page.expect_navigation():
        course.page.evaluate("void location.reload()")
    someone = course.learner(course.page)
    someone.next()
    for name, response in (("q-multiple", [1, 2]), ("q-true", True), ("q-match", [0, 1, 2])):
        someone.answer(name, response)
    someone.next()
    for name, response in (("q-order", [0, 1, 2]), ("q-fill", "standar pelayanan minimal"), ("q-number", "20")):
        someone.answer(name, response)
    someone.next()
    assert someone.heading() == "Anda lulus"
    assert course.page.get_by_text("Kembali ke LMS").get_attribute("href") == f"{course.address}/kembali.html"
    course.settled()
    course.leave()
    found = course.lms.statements()
    assert faults(found, course.lms) == []
    assert (len(course.lms.fetched), course.lms.refusals) == (1, [])
    verbs = [verb(one) for one in found]
    assert verbs[0] == "initialized"
    assert verbs[-3:] == ["completed", "passed", "terminated"]
    passed = found[-2]
    assert passed["result"]["score"] == {"scaled": 0.875, "raw": 87.5, "min": 0, "max": 100}
    assert course.lms.state()["told"] == {"completed": True, "passed": True}


def test_the_pass_mark_of_the_lms_decides_and_later_launches_say_nothing_twice(course: Course) -> None:
    course.open(masteryScore=0.9).play({"q-true": True})
    assert "failed" not in course.settled()
    course.leave()
    (failed,) = [one for one in course.lms.statements() if verb(one) == "failed"]
    assert failed["context"]["extensions"][MASTERY] == 0.9
    someone = course.open(masteryScore=0.9)
    assert someone.heading() == "Anda belum lulus"
    someone.open(1)
    someone.form("q-true").get_by_text("Coba lagi").click()
    someone.answer("q-true", False)
    course.settled()
    course.leave()
    course.open(masteryScore=0.9)
    course.settled()
    course.leave()
    verbs = course.verbs()
    counted = {name: verbs.count(name) for name in DEFINED}
    assert counted == {"initialized": 3, "completed": 1, "passed": 1, "failed": 1, "terminated": 3}
    assert verbs.count("answered") == 8
    assert faults(course.lms.statements(), course.lms) == []


def test_who_fails_and_corrects_in_one_session_has_passed_and_never_failed(course: Course) -> None:
    someone = course.open()
    someone.play({"q-choice": 0, "q-true": True})
    assert someone.heading() == "Anda belum lulus"
    someone.open(0)
    someone.form("q-choice").get_by_text("Coba lagi").click()
    someone.answer("q-choice", 1)
    course.settled()
    course.leave()
    verbs = course.verbs()
    assert [verbs.count(name) for name in ("completed", "passed", "failed")] == [1, 1, 0]
    assert (faults(course.lms.statements(), course.lms), course.lms.refusals) == ([], [])


def test_outside_the_normal_mode_a_session_begins_and_ends_and_says_nothing(course: Course) -> None:
    for mode in ("Browse", "Review"):
        someone = course.open(launchMode=mode)
        assert "tinjau" in course.page.locator(".jp-notices").inner_text()
        someone.answer("q-choice", 1)
        someone.next()
        course.leave()
    assert course.verbs() == ["initialized", "terminated"] * 2
    assert faults(course.lms.statements(), course.lms) == []


def test_after_the_end_of_a_session_the_learner_is_told_and_the_work_waits_for_the_next_launch(course: Course) -> None:
    course.page.goto(course.lms.launch(course.address))
    course.learner(course.page)
    course.settled()
    course.page.reload()
    someone = course.learner(course.page)
    assert "sesi habis" in course.page.locator(".jp-notice-bad").inner_text()
    someone.play()
    assert course.verbs() == ["initialized", "experienced", "terminated"]
    back = course.open()
    assert back.heading() == "Anda lulus"
    course.settled()
    course.leave()
    verbs = course.verbs()
    assert (verbs.count("answered"), verbs.count("passed")) == (7, 1)
    assert faults(course.lms.statements(), course.lms) == []


def test_without_a_launch_the_module_plays_alone_and_says_so(course: Course) -> None:
    course.page.goto(f"{course.address}/modul/index.html?endpoint=bukan-alamat")
    someone = course.learner(course.page)
    assert "LMS tidak ditemukan" in course.page.locator(".jp-notice-bad").inner_text()
    someone.next()
    course.page.reload()
    assert course.learner(course.page).heading() == "Asas dan aturan"
