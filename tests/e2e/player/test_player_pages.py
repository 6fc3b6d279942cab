"""A long course over a slow link: the first page at once, the others one by one, and nothing counted unread."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.e2e
WEB = {"transport": "web", "language": "id"}
TEXT = "<p>Pelayanan yang mendengar warga dimulai dari telinga, bukan dari meja.</p>" * 60


@pytest.fixture
def long(sample: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """The course with so much text that its later pages come as files."""
    course = sample()
    return {**course, "pages": [{**page, "html": page["html"] + TEXT} for page in course["pages"]]}


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that remembers what it asked for."""
    context = browser.new_context()
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url.rsplit("/", 1)[-1].split("?")[0]))
    yield page
    context.close()


def visited(page: Any) -> list[bool]:
    return list(page.evaluate("Jampel.player.session.state.visited"))


def test_the_pages_after_the_first_screen_come_one_at_a_time(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB, long)
    page.goto(f"{serve}/modul/index.html")
    learner(page)
    page.wait_for_function("() => Jampel.player.course.pages.every(page => !page.later)")
    assert [name for name in page.asked if name in ("lanjut.js", "2.js", "3.js")] == ["lanjut.js", "2.js", "3.js"]
    assert visited(page) == [True, False, False], "what came ahead was not opened"


def test_a_page_that_does_not_come_is_said_and_can_be_asked_for_again(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB, long)
    page.route("**/isi/2.js*", lambda route: route.abort())
    page.goto(f"{serve}/modul/index.html")
    someone = learner(page)
    someone.next()
    lost = page.get_by_role("alert").filter(has_text="Halaman ini belum dapat dimuat")
    lost.wait_for()
    assert visited(page) == [True, False, False]
    assert page.evaluate("document.activeElement.textContent") == "Coba muat lagi"
    page.unroute("**/isi/2.js*")
    page.keyboard.press("Enter")
    assert learner(page).heading() == "Asas dan aturan"
    assert visited(page) == [True, True, False]
    assert lost.count() == 0


def test_a_page_of_another_version_is_never_shown(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    script = write_module(WEB, long) / "isi" / "2.js"
    right = script.read_text(encoding="utf-8")
    script.write_text(right.replace("0" * 64, "1" * 64), encoding="utf-8")
    page.goto(f"{serve}/modul/index.html")
    learner(page).next()
    page.get_by_role("alert").filter(has_text="belum dapat dimuat").wait_for()
    script.write_text(right, encoding="utf-8")
    page.get_by_role("button", name="Coba muat lagi").click()
    assert learner(page).heading() == "Asas dan aturan"


def test_a_page_chosen_while_another_is_on_its_way_is_the_one_that_shows(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB, long)
    held: list[Any] = []
    page.route("**/isi/2.js*", lambda route: held.append(route))
    page.goto(f"{serve}/modul/index.html")
    someone = learner(page)
    someone.open(1)
    page.locator(".jp-wait").wait_for()
    someone.open(2)
    page.locator("[data-page='p-03']:visible").wait_for()
    held[0].continue_()
    page.wait_for_function("() => !Jampel.player.course.pages[1].later")
    assert someone.heading() == "Langkah kerja"
    assert visited(page) == [True, False, True]


def test_printing_fetches_every_page_first(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB, long)
    page.add_init_script(
        "window.print = () => { window.printed = Jampel.player.course.pages.map(page => !page.later) }"
    )
    page.goto(f"{serve}/modul/index.html")
    learner(page)
    page.get_by_role("button", name="Cetak modul").click()
    page.wait_for_function("() => window.printed")
    assert page.evaluate("window.printed") == [True, True, True]
