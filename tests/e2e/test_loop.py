"""The whole loop as the people in it live it: teacher, learner, auditor, in a real browser against real processes."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.conftest import Demo, Watch, running_demo
from tests.e2e.solver import answer, course_of

pytestmark = pytest.mark.e2e
PASSWORD = "kuda-laut-menari-di-teluk"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo as a newcomer finds it: nobody else has added a tool, a module or a person."""
    with running_demo(tmp_path_factory.mktemp("loop")) as running:
        yield running


def enter(page: Page, demo: Demo, name: str) -> None:
    """Log in at the sandbox LMS as the person called `name`."""
    page.goto(demo.sandbox)
    page.get_by_role("button", name=name).click()


def tool_frame(page: Page) -> Frame:
    """The frame in which the LMS shows the tool, once the player or picker is in it."""
    # From the element: its frame is there before the browser knows it by name.
    frame = page.wait_for_selector("iframe[name=tool]").content_frame()
    assert frame is not None
    return frame


def player(page: Page) -> tuple[Frame, dict[str, Any]]:
    """The player's frame and the course it plays."""
    frame = tool_frame(page)
    frame.wait_for_selector(".jp-page h1, .jp-page h2", timeout=20_000)
    return frame, course_of(frame)


def learn_page(frame: Frame, course: dict[str, Any], index: int) -> None:
    """Answer everything on the page that is shown."""
    frame.wait_for_selector(f"[data-page='{course['pages'][index]['id']}']")
    for name in course["pages"][index]["questions"]:
        answer(frame, name)


def add_module(page: Page, demo: Demo) -> str:
    """The teacher deep-links the first module; its title."""
    enter(page, demo, "Widyaiswara Contoh")
    page.get_by_role("link", name="Pengembangan Kompetensi ASN").click()
    page.get_by_role("link", name="Tambah modul dari Jampel").click()
    frame = tool_frame(page)
    choice = frame.locator("label.choice", has=frame.locator("input[name=modules]")).first
    title = choice.locator("b").inner_text()
    choice.locator("input").check()
    frame.get_by_role("button", name="Tambahkan ke kursus").click()
    page.wait_for_url(re.compile("ditambah=1"))
    return title


def test_the_whole_loop(demo: Demo, watch: Watch, new_person: Callable[[], Page]) -> None:
    teacher = new_person()
    title = add_module(teacher, demo)
    course_url = teacher.url.split("?")[0]

    learner = new_person()
    learner.goto(demo.sandbox)
    name = learner.locator("button", has_text="Pegawai").first.locator("b").inner_text()
    enter(learner, demo, name)
    learner.goto(course_url)
    learner.get_by_role("link", name=title).click()
    frame, course = player(learner)
    half = len(course["pages"]) // 2
    for index in range(half):
        learn_page(frame, course, index)
        frame.locator(".jp-steps .jp-primary").click()
    frame.wait_for_selector(f"[data-page='{course['pages'][half]['id']}']")
    learner.wait_for_timeout(500)

    # The learner closes the window half way and comes back where they were.
    again = learner.context.new_page()
    learner.close()
    again.goto(course_url)
    again.get_by_role("link", name=title).click()
    frame, course = player(again)
    frame.wait_for_selector(f"[data-page='{course['pages'][half]['id']}']")
    for index in range(half, len(course["pages"])):
        learn_page(frame, course, index)
        frame.locator(".jp-steps .jp-primary").click()
    expect(frame.locator(".jp-result")).to_contain_text("100")

    # Their own JP, in a window of its own.
    with again.context.expect_page() as opened:
        frame.get_by_role("button", name="JP saya").click()
    mine = opened.value
    mine.wait_for_load_state()
    until(mine, lambda: title in mine.inner_text("body"))
    expect(mine.locator("body")).to_contain_text(title)

    # The score is in the gradebook.
    until(teacher, lambda: "100,00 / 100" in teacher.inner_text("#gradebook"), url=course_url)

    # The teacher sees the class, also those who have not begun.
    teacher.get_by_role("link", name=title).click()
    klass = teacher.frame_locator("iframe[name=tool]")
    expect(klass.locator("tr", has_text=name).first).to_contain_text("Selesai")
    expect(klass.locator("tr", has_text="Peserta Tanpa NIP")).to_contain_text("Belum membuka")

    # The auditor opens the evidence.
    auditor = new_person()
    auditor.goto(demo.admin_link)
    auditor.get_by_label("Nama pengguna").fill("inspektur")
    auditor.get_by_label("Nama lengkap").fill("Inspektur Contoh")
    for field in auditor.locator("input[type=password]").all():
        field.fill(PASSWORD)
    auditor.locator("main form button").last.click()
    auditor.goto(f"{demo.tool}/audit")
    search_person(auditor, demo, name)
    expect(auditor.locator("body")).to_contain_text(title)
    auditor.get_by_role("link", name=title).first.click()
    auditor.get_by_text("Isi pernyataan").click()
    expect(auditor.locator("pre")).to_contain_text("verbs/passed")

    assert watch.problems == []


def search_person(page: Page, demo: Demo, name: str) -> None:
    """From the audit's first page to the person, by links alone."""
    for opd in {link.get_attribute("href") or "" for link in page.locator("main table tbody a").all()}:
        page.goto(demo.tool + opd)
        found = page.locator("main table tbody").get_by_role("link", name=name)
        if found.count():
            found.first.click()
            return
    pytest.fail(f"{name} is in no OPD of the audit")


def until(page: Page, done: Callable[[], bool], url: str | None = None, seconds: int = 30) -> None:
    """Reload until `done`: the worker needs a moment."""
    for _ in range(seconds * 2):
        page.goto(url) if url else page.reload()
        if done():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"did not happen within {seconds} s: {page.inner_text('body')[:500]}")
