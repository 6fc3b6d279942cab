"""Everyone can use the player: WCAG 2.2 AA by axe in every state, the keyboard alone, paper, and one's own colours."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.build import build_package
from scorm_packager.scaffold import new_module

pytestmark = [pytest.mark.e2e, pytest.mark.npm]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """async (rules) => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false});
    return found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html.slice(0, 120)).join(' | '));
}"""
WRONG = {"q-choice": 0, "q-multiple": [0], "q-true": True, "q-match": [1, 0, 2], "q-order": [2, 1, 0],
         "q-fill": "lupa", "q-number": "3"}  # fmt: skip


class Eyes:
    """A browser page with axe in it, and what it found."""

    def __init__(self, page: Any, learner: Callable[[Any], Any]) -> None:
        self.page, self.learner = page, learner
        self.found: list[str] = []

    def open(self, address: str, axe: Path) -> Any:
        self.page.goto(address)
        self.page.add_script_tag(path=axe)
        return self.learner(self.page)

    def look(self, state: str) -> None:
        """Adds what axe finds in this state, whole animations over."""
        self.found += [f"{state}: {one}" for one in self.page.evaluate(CHECK, RULES)]


@pytest.fixture
def eyes(browser: Any, learner: Callable[[Any], Any]) -> Iterator[Eyes]:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    yield Eyes(context.new_page(), learner)
    context.close()


def every_state(eyes: Eyes, someone: Any) -> None:
    """From the first page to the result, with what can open on the way."""
    page = eyes.page
    eyes.look("page")
    someone.form("q-choice").locator("[type=submit]").click()
    eyes.look("an answer is missing")
    someone.answer("q-choice", WRONG["q-choice"])
    someone.form("q-choice").locator("summary").click()
    eyes.look("wrong, with the hint open")
    page.locator(".jp-why-open").click()
    eyes.look("why it is not complete")
    page.keyboard.press("Escape")
    page.evaluate("Jampel.player.tell('offline', null, 'bad')")
    eyes.look("a notice")
    page.locator(".jp-close").click()
    someone.next()
    eyes.look("questions before an answer")
    for name in ("q-multiple", "q-true", "q-match"):
        someone.answer(name, WRONG[name])
    someone.next()
    for name in ("q-order", "q-fill", "q-number"):
        someone.answer(name, WRONG[name])
    eyes.look("video, and questions after an answer")
    someone.next()
    for summary in page.locator(".jp-result summary").all():
        summary.click()
    eyes.look("failed, with the review open")


@pytest.mark.parametrize(("language", "scheme", "width"), [("id", "light", 1200), ("en", "dark", 360)])
def test_axe_finds_nothing_in_any_state(
    language: str, scheme: str, width: int, eyes: Eyes, write_module: Callable[..., Path], require: Callable[[str], str]
) -> None:
    axe = Path(require("node_modules")) / "axe-core" / "axe.min.js"
    eyes.page.emulate_media(color_scheme=scheme)
    eyes.page.set_viewport_size({"width": width, "height": 800})
    someone = eyes.open((write_module({"transport": "web", "language": language}) / "index.html").as_uri(), axe)
    every_state(eyes, someone)
    eyes.page.evaluate("Jampel.player.openList(true)")
    eyes.look("list of pages")
    eyes.page.evaluate("Jampel.player.turnTheme()")
    eyes.look("the other colours")
    assert eyes.found == []
    eyes.page.evaluate("document.querySelector('main').append(new Image())")
    eyes.look("a picture without words")
    assert [one.split(":")[1].strip() for one in eyes.found] == ["image-alt"], "axe does look"


def test_letters_of_twice_the_size_fit_a_phone(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    """WCAG 2.2 1.4.4: nothing is cut off, hidden or squeezed to a column of letters."""
    page = eyes.page
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    someone = learner(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_function("() => Jampel.player.pages.all()")
    for index in range(4):
        someone.open(index)
        assert page.evaluate("document.documentElement.scrollWidth") == 360, index
    narrow = (
        "Array.from(document.querySelectorAll('.jp-module, .jp-order-text, .jp-option-text'), one => one.clientWidth)"
    )
    someone.open(2)
    assert min(width for width in page.evaluate(narrow) if width) > 130
    page.locator(".jp-why-open").click()
    close = page.locator(".jp-dialog .jp-close").bounding_box()
    dialog = page.locator(".jp-dialog").bounding_box()
    assert close["x"] + close["width"] <= dialog["x"] + dialog["width"]
    assert min(close["width"], close["height"]) >= 44


def test_axe_finds_nothing_on_any_page_that_an_author_can_write(
    eyes: Eyes, tmp_path: Path, require: Callable[[str], str]
) -> None:
    """The module that explains itself has one of everything: boxes, maths, footnotes, sound, film, every question."""
    built = build_package(new_module(tmp_path / "modul"), "web", output=tmp_path / "keluar")
    axe = Path(require("node_modules")) / "axe-core" / "axe.min.js"
    someone = eyes.open((built.path / "index.html").as_uri(), axe)
    for page in built.course.pages:
        eyes.page.locator(f"[data-page='{page.id}']:visible").wait_for()
        eyes.look(page.id)
        someone.next()
    assert eyes.found == []


def test_why_it_is_not_complete_is_answered_with_ways_to_get_there(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    page = eyes.page
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    someone = learner(page)
    page.locator(".jp-why-open").click()
    dialog = page.get_by_role("dialog", name="Mengapa belum selesai?")
    assert "Langkah kerja" in dialog.inner_text()
    assert page.evaluate("document.activeElement.id") == "jp-why-title"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").split()[-1] == "jp-why-open"
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Soal 3: Asas dan aturan").click()
    assert someone.heading() == "Asas dan aturan"
    assert page.evaluate("document.activeElement.id") == "jp-soal-q-true"
    assert page.get_by_role("dialog").count() == 0


def test_a_question_asked_again_at_once_is_not_closed_by_the_last_answer(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    page = eyes.page
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    learner(page)
    page.locator(".jp-why-open").click()
    page.get_by_role("dialog").wait_for()
    page.evaluate("() => { const player = Jampel.player; player.why.close(); player.openWhy() }")
    page.evaluate("() => new Promise(done => setTimeout(done, 50))")
    assert page.get_by_role("dialog").is_visible()


def test_the_question_why_is_asked_until_the_learner_has_passed(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    eyes.page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    someone = learner(eyes.page)
    why = eyes.page.locator(".jp-why-open")
    someone.play(WRONG)
    assert why.inner_text() == "Mengapa belum lulus?"
    why.click()
    text = eyes.page.get_by_role("dialog").inner_text()
    assert "Nilai Anda 0, sedangkan nilai lulus 70" in text
    assert "Soal 1: Mendengar warga" in text
    eyes.page.keyboard.press("Escape")
    eyes.page.get_by_role("button", name="Ulangi semua soal").click()
    someone.play()
    assert why.is_hidden()


def test_where_the_answers_are_is_said_in_plain_words(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    page = eyes.page
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    learner(page).play()
    line = page.locator(".jp-saved")
    assert line.inner_text().startswith("Tersimpan di peramban ini pukul ")
    page.evaluate("Jampel.player.tell('offline', null, 'bad')")
    assert line.inner_text() == "Menunggu sambungan; jawaban aman di perangkat ini"
    page.locator(".jp-why-open").click()
    assert "Menunggu sambungan" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    page.evaluate("Jampel.player.tell('online', null, 'info')")
    assert line.inner_text().startswith("Tersimpan pukul ")
    assert page.locator(".jp-why-open").is_hidden()


def test_the_look_that_was_chosen_stays_in_this_browser(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    page = eyes.page
    write_module({"transport": "web", "language": "id"})
    page.goto(f"{serve}/modul/index.html")
    learner(page)
    page.get_by_role("button", name="Tampilan gelap").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    learner(page)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    assert page.get_by_role("button", name="Tampilan terang").is_visible()


def test_the_whole_module_can_be_printed_with_its_answers(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    page = eyes.page
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    learner(page).answer("q-choice", 1)
    page.evaluate("() => { window.print = () => { window.printed = document.querySelectorAll('.jp-page').length } }")
    page.get_by_role("button", name="Cetak modul").click()
    page.wait_for_function("() => window.printed !== undefined")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".jp-page:visible").count() == 3
    assert page.locator("#jp-soal-q-choice input:checked").count() == 1
    assert page.locator(".jp-tools, .jp-status, .jp-steps").locator("visible=true").count() == 0


def test_a_module_is_learnt_with_the_keyboard_alone(
    eyes: Eyes, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    page = eyes.page
    page.goto((write_module({"transport": "web", "language": "id"}) / "index.html").as_uri())
    learner(page)
    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#jp-soal-q-choice .jp-verdict").inner_text() == "Benar."
    for _press in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Berikutnya":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    page.keyboard.press("Enter")
    assert outline == "solid"
    assert page.locator(".jp-page:visible h1").inner_text() == "Asas dan aturan"
