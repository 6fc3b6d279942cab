"""Sounds, films and documents: only what really played or was seen counts, and a learner goes on where they stopped."""

import io
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
WEB = {"transport": "web", "language": "id"}
SECONDS = 12
LEAVES = "".join(
    f'<div data-lembar="{number}"><img src="aset/gambar.svg" alt="Lembar {number}" width="640" height="900"></div>'
    for number in (1, 2, 3)
)
LEAF = LEAVES.split("</div>")[0] + "</div>"
PAGES = [
    {
        "id": "p-01",
        "title": "Suara",
        "html": '<figure class="audio"><audio data-medium="suara" title="Cerita">'
        '<source src="aset/suara.wav" type="audio/wav"></audio><figcaption>Cerita</figcaption></figure>',
    },
    {"id": "p-02", "title": "Dokumen", "html": f'<figure data-medium="edaran">{LEAVES}</figure>'},
    {"id": "p-03", "title": "Satu lembar", "html": f'<figure class="dokumen">{LEAF}</figure>'},
]
MEDIA = [
    {"id": "suara", "kind": "audio", "seconds": SECONDS, "pages": 0},
    {"id": "edaran", "kind": "document", "seconds": None, "pages": 3},
]


def sound() -> bytes:
    """Silence that a browser can play."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * SECONDS)
    return out.getvalue()


@pytest.fixture
def module(sample: Callable[..., dict[str, Any]], write_module: Callable[..., Path], serve: str) -> str:
    """The address of a module with a sound and a document of three sheets, all of it to be heard and seen."""
    course = sample(pages=PAGES, questions={}, mastery=None, media=MEDIA, watch=90)
    (write_module(WEB, course) / "aset" / "suara.wav").write_bytes(sound())
    return f"{serve}/modul/index.html"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 900, "height": 700})
    yield context.new_page()
    context.close()


def test_a_sound_chooses_its_source_in_the_page(page: Any, module: str) -> None:
    """WebKit never plays one that chose it in a template, where the page is made ready: only a copy of it may move."""
    page.add_init_script(
        "window.copied = 0; const copy = document.importNode.bind(document);"
        "document.importNode = (node, deep) => { copied += node.querySelectorAll('audio').length;"
        " return copy(node, deep); };"
    )
    page.goto(module)
    page.locator(".jp-watched").wait_for()
    assert page.evaluate("copied") == page.locator("audio").count() == 1


#: What a player of a browser tells (event, seconds of film, milliseconds of the clock), and what of it was played.
PLAYS: dict[str, tuple[list[tuple[str, float, float]], list[list[float]]]] = {
    "played": (
        [("playing", 0, 0), ("timeupdate", 1, 1000), ("timeupdate", 2, 2000), ("pause", 2.2, 2200)],
        [[0, 2.2]],
    ),
    "a jump": (
        [("playing", 0, 0), ("timeupdate", 1, 1000), ("timeupdate", 9, 1250), ("pause", 9.5, 1750)],
        [[0, 1], [9, 9.5]],
    ),
    "a jump that the browser tells": (
        [("playing", 0, 0), ("timeupdate", 1, 1000), ("seeking", 8, 1100), ("seeked", 8, 1200), ("pause", 9, 2200)],
        [[0, 1], [8, 9]],
    ),
    "faster than the clock": (
        [("playing", 0, 0), ("timeupdate", 1, 1000), ("timeupdate", 6, 2000), ("pause", 6, 2000)],
        [[0, 1]],
    ),
    "backwards": (
        [("playing", 5, 0), ("timeupdate", 6, 1000), ("timeupdate", 2, 1200), ("pause", 3, 2200)],
        [[5, 6], [2, 3]],
    ),
    "in pieces": (
        [("playing", 0, 0), *(("timeupdate", n, n * 1000) for n in range(1, 8)), ("ended", 7.5, 7500)],
        [[0, 5], [5, 7.5]],
    ),
}
PLAY = """(plays) => Object.fromEntries(Object.entries(plays).map(([name, [moves]]) => {
    const element = {currentTime: 0, playbackRate: 1, paused: false};
    const found = [];
    let now = 0;
    const events = Jampel.media.pieces(element, () => now, (from, to) => found.push([from, to]));
    for (const [event, at, clock] of moves) {
        element.currentTime = at;
        now = clock;
        events[event]();
    }
    return [name, found];
}))"""


def test_only_what_plays_counts(page: Any, module: str, learner: Callable[[Any], Any]) -> None:
    page.goto(module)
    learner(page)
    assert page.evaluate(PLAY, PLAYS) == {name: heard for name, (_moves, heard) in PLAYS.items()}


def test_a_sound_is_heard_counted_and_goes_on_where_it_stopped(
    page: Any, module: str, learner: Callable[[Any], Any]
) -> None:
    page.goto(module)
    learner(page)
    line = page.locator(".jp-watched").first
    assert line.inner_text() == "Didengar 0 % · perlu 90 %"
    page.mouse.click(5, 5)
    page.evaluate("""async () => {
        const audio = document.querySelector('audio');
        audio.playbackRate = 4;
        await audio.play();
    }""")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 6")
    page.evaluate("document.querySelector('audio').pause()")
    page.wait_for_function("() => !document.querySelector('.jp-watched').textContent.includes(' 0 %')")
    page.evaluate("document.querySelector('audio').currentTime = 11.5")
    heard = page.evaluate("Jampel.watched.share(Jampel.player.session.state.media[0])")
    assert 0.3 < heard < 0.9
    page.locator(".jp-why-open").click()
    text = page.get_by_role("dialog").inner_text()
    assert "Suara: Didengar" in text
    assert "Dokumen: Dilihat 0 % · perlu 90 %" in text

    page.reload()
    learner(page)
    page.mouse.click(5, 5)
    page.evaluate("document.querySelector('audio').play()")
    page.wait_for_function("() => document.querySelector('audio').currentTime >= 5")
    page.get_by_role("button", name="Putar dari awal").click()
    page.wait_for_function("() => document.querySelector('audio').currentTime < 4")


def test_the_sheets_of_a_document_count_when_they_were_on_the_screen(
    page: Any, module: str, learner: Callable[[Any], Any]
) -> None:
    page.goto(module)
    learner(page).next()
    place = page.locator(".jp-leaf")
    assert place.inner_text() == "Lembar 1 dari 3"
    page.wait_for_function("() => Jampel.player.session.state.media[1][0]")
    assert page.evaluate("Jampel.player.session.state.media[1]") == [True, False, False]
    for number in (2, 3):
        page.get_by_role("button", name="Lembar berikutnya").click()
        page.wait_for_function("(at) => Jampel.player.session.state.media[1][at]", arg=number - 1)
    assert place.inner_text() == "Lembar 3 dari 3"
    assert page.locator(".jp-page:visible .jp-watched").inner_text() == "Dilihat 100 %"
    width = "document.querySelector('[data-lembar] img').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.get_by_role("button", name="Perbesar").click()
    assert page.evaluate(width) == pytest.approx(before * 1.5, rel=0.02)
    assert page.evaluate("document.documentElement.scrollWidth") <= 900


def test_a_sheet_that_is_a_page_of_the_course_is_made_larger_and_smaller(
    page: Any, module: str, learner: Callable[[Any], Any]
) -> None:
    page.goto(module)
    learner(page).open(2)
    sheet = page.locator(".jp-page:visible")
    larger, smaller = (sheet.get_by_role("button", name=name) for name in ("Perbesar", "Perkecil"))
    larger.wait_for()
    assert sheet.get_by_role("button", name="Lembar").count() == 0
    width = "document.querySelector('.jp-page:not([hidden]) [data-lembar] img').getBoundingClientRect().width"
    before = page.evaluate(width)
    assert smaller.is_disabled()
    for _step in range(3):
        larger.click()
    assert larger.is_disabled()
    assert page.evaluate(width) == pytest.approx(before * 3, rel=0.02)
    assert page.evaluate("document.documentElement.scrollWidth") <= 900
    smaller.click()
    assert page.evaluate(width) == pytest.approx(before * 2, rel=0.02)
