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
    page.wait_for_function("() => Jampel.player.pages.all()")
    later = [name for name in page.asked if name not in ("index.html", "player.css", "player.js", "gambar.svg")]
    assert sorted(later[:3]) == ["1.js", "lanjut.css", "soal.js"], "at once, for the questions of the first page"
    assert later[3:] == ["2.js", "hasil.js", "3.js", "media.js"], "one after another, the next page first"
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


@pytest.mark.parametrize("file", ["player/soal.js", "player/lanjut.css", "isi/1.js"])
def test_the_first_page_is_read_before_its_questions_come_and_without_them(
    file: str,
    page: Any,
    long: dict[str, Any],
    write_module: Callable[..., Path],
    learner: Callable[..., Any],
    serve: str,
) -> None:
    write_module(WEB, long)
    page.route(f"**/{file}*", lambda route: route.abort())
    page.goto(f"{serve}/modul/index.html")
    someone = learner(page, whole=False)
    assert someone.heading() == "Mendengar warga"
    lost = page.locator("[data-page='p-01'] > .jp-wait[role=alert]")
    lost.filter(has_text="Sambungan lambat").wait_for()
    assert (visited(page), page.locator("form").count()) == ([True, False, False], 0)
    page.unroute(f"**/{file}*")
    lost.get_by_role("button").click()
    someone.answer("q-choice", 0)
    assert lost.count() == 0


def test_what_is_wider_than_the_screen_scrolls_in_a_box_that_the_keyboard_reaches(
    page: Any, sample: Callable[..., dict[str, Any]], write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    """WCAG 2.2 1.4.10 and 2.1.1."""
    wide = "<td>pelayanan-yang-mendengar-warga</td>" * 4
    html = (
        f"<h1>Lebar</h1><table><tr>{wide}</tr></table><pre>{'kode ' * 80}</pre>"
        f'<div class="rumus"><math display="block"><mi>{"x" * 90}</mi></math></div><table><tr><td>a</td></tr></table>'
    )
    course = sample()
    course["pages"][0]["html"] = html
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto((write_module(WEB, course) / "index.html").as_uri())
    learner(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    boxes = "Array.from(document.querySelectorAll('.jp-wide, pre, .rumus'), one => one.tabIndex)"
    assert page.evaluate(boxes) == [0, 0, 0, -1]
    page.set_viewport_size({"width": 4000, "height": 640})
    page.wait_for_function("document.querySelector('.jp-wide').tabIndex < 0")


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


def test_printing_asks_once_more_for_a_page_whose_fetching_fails_meanwhile(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB, long)
    held: list[Any] = []
    page.route("**/isi/3.js*", lambda route: route.continue_() if held else held.append(route))
    page.add_init_script("window.print = () => { window.printed = Jampel.player.pages.all() }")
    with page.expect_request("**/isi/3.js*"):
        page.goto(f"{serve}/modul/index.html")
        learner(page)
    page.keyboard.press("Control+p")
    page.locator("button:disabled", has_text="Cetak modul").wait_for()
    held[0].abort()
    page.wait_for_function("() => window.printed !== undefined")
    assert page.evaluate("window.printed") is True


def test_paper_says_that_it_lacks_pages_and_the_print_key_fetches_them_first(
    page: Any, long: dict[str, Any], write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB, long)
    page.route("**/isi/3.js*", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "/isi/3.js" in request.url):
        page.goto(f"{serve}/modul/index.html")
        learner(page)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.get_by_text("tidak ikut tercetak").is_visible()
    page.unroute("**/isi/3.js*")
    page.evaluate("() => { window.print = () => { window.printed = Jampel.player.pages.all() } }")
    page.keyboard.press("Control+p")
    page.wait_for_function("() => window.printed !== undefined")
    assert page.evaluate("window.printed") is True
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert not page.get_by_text("tidak ikut tercetak").is_visible()
