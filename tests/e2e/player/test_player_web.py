"""The player on the plain web transport: from a file, by keyboard, in two languages, and with broken input."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.player import FOLDER, WORDS

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
WEB = {"transport": "web", "language": "id"}


@pytest.fixture
def watched(browser: Any) -> Any:
    """A page that remembers what it asked for and what it complained about."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()


def test_a_module_plays_from_a_file_without_a_complaint_or_a_foreign_request(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    someone.play()
    assert someone.heading() == "Anda lulus"
    assert "1,5 JP" in watched.locator(".jp-earned").inner_text()
    assert someone.best() == {"status": "passed", "score": 10000}
    assert watched.complaints == []
    assert [url for url in watched.asked if not url.startswith(("file:", "data:"))] == []
    assert not [url for url in watched.asked if url.endswith((".mp4", ".vtt"))]


def test_a_strict_content_security_policy_is_kept(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB)
    watched.goto(f"{serve}/modul/index.html")
    learner(watched).play()
    assert watched.complaints == []


def test_nothing_is_wider_than_a_narrow_phone(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.set_viewport_size({"width": 320, "height": 640})
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    for number in range(4):
        someone.open(number)
        assert watched.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_wrong_answer_explains_itself_and_may_be_tried_again(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    form = someone.form("q-choice")
    form.locator("[type=submit]").click()
    assert form.locator(".jp-problem").inner_text() == "Isi atau pilih jawaban dahulu."
    assert someone.answer("q-choice", 0) == "Belum tepat."
    assert "dilayani dengan sopan" in form.locator(".jp-option-feedback").inner_text()
    assert "Baca lagi" in form.locator(".jp-feedback").inner_text()
    form.locator("summary").click()
    assert "telinga" in form.locator(".jp-hint").inner_text()
    form.get_by_text("Coba lagi").click()
    assert someone.answer("q-choice", 1) == "Benar."
    assert form.locator("input").first.is_disabled()


def test_what_remains_is_named_and_linked(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    someone.answer("q-choice", 1)
    someone.open(3)
    assert someone.heading() == "Modul ini belum selesai"
    text = watched.locator(".jp-why").inner_text()
    assert "Langkah kerja" in text
    assert "Soal 2: Asas dan aturan" in text
    assert "Soal 1:" not in text
    watched.get_by_role("button", name="Soal 3: Asas dan aturan").click()
    assert someone.heading() == "Asas dan aturan"
    assert watched.evaluate("document.activeElement.id") == "jp-soal-q-true"


def test_the_best_result_stays_when_the_questions_are_done_again(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    someone.play({"q-true": True})
    assert someone.best() == {"status": "passed", "score": 8750}
    watched.get_by_text("Ulangi semua soal").click()
    someone.play({"q-choice": 0, "q-multiple": [0], "q-true": True})
    assert someone.best() == {"status": "passed", "score": 8750}
    assert "Nilai terbaik Anda 87,5" in watched.locator(".jp-result").inner_text()


def test_a_failed_result_rises_to_a_pass_and_never_goes_down(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    someone.play({"q-choice": 0, "q-true": True})
    assert someone.best() == {"status": "failed", "score": 6250}
    assert someone.heading() == "Anda belum lulus"
    watched.get_by_role("button", name="Soal 1: Mendengar warga").click()
    someone.form("q-choice").get_by_text("Coba lagi").click()
    someone.answer("q-choice", 1)
    assert someone.best() == {"status": "passed", "score": 8750}


def test_a_module_without_questions_is_completed_by_its_last_page(
    watched: Any,
    write_module: Callable[..., Path],
    learner: Callable[[Any], Any],
    sample_without_questions: dict[str, Any],
) -> None:
    watched.goto((write_module(WEB, sample_without_questions) / "index.html").as_uri())
    someone = learner(watched)
    someone.next()
    assert someone.best() == {"status": None, "score": None}
    someone.next()
    assert someone.best() == {"status": "completed", "score": None}
    watched.wait_for_function("() => Jampel.player.pages.all()")
    assert watched.evaluate("!Jampel.questions"), "what no page has need of is never loaded"


def test_everything_can_be_done_by_keyboard(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    keys = watched.keyboard

    def reach(wanted: str) -> None:
        watched.locator(wanted).first.wait_for(state="attached")
        for _ in range(60):
            if watched.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
            keys.press("Tab")
        raise AssertionError(f"the keyboard never reaches {wanted}")

    def press(wanted: str, *names: str) -> None:
        reach(wanted)
        for name in names:
            keys.press(name)

    press("#jp-soal-q-choice input", "ArrowDown")
    press("#jp-soal-q-choice [type=submit]", "Enter")
    press(".jp-steps .jp-primary", "Enter")
    assert watched.evaluate("document.activeElement.tagName") == "H1"
    for index in (1, 2):
        press(f"#jp-q-multiple-{index}", "Space")
    press("#jp-soal-q-multiple [type=submit]", "Enter")
    press("#jp-soal-q-true input", "Space", "ArrowDown")
    press("#jp-soal-q-true [type=submit]", "Enter")
    for index, text in enumerate(("Pelay", "Pelin", "Apar")):
        reach(f"#jp-q-match-{index}")
        keys.type(text)
    press("#jp-soal-q-match [type=submit]", "Enter")
    press(".jp-steps .jp-primary", "Enter")
    someone.form("q-order").wait_for()
    for text, place in (("Terima", 0), ("Periksa", 1)):
        while someone.form("q-order").locator(".jp-order-text").all_inner_texts().index(text) > place:
            press(f"#jp-soal-q-order [aria-label='Naikkan: {text}']", "Enter")
    assert "sekarang nomor" in watched.locator(".jp-live").inner_text()
    press("#jp-soal-q-order [type=submit]", "Enter")
    reach("#jp-q-fill")
    keys.type("Standar Pelayanan Minimal")
    keys.press("Enter")
    reach("#jp-q-number")
    keys.type("20.5 °C")
    keys.press("Enter")
    press(".jp-steps .jp-primary", "Enter")
    assert someone.heading() == "Anda lulus"
    assert someone.best()["score"] == 10000


def test_the_player_speaks_english_when_asked(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> None:
    watched.goto((write_module({"transport": "web", "language": "en"}) / "index.html").as_uri())
    learner(watched)
    assert watched.locator("html").get_attribute("lang") == "en"
    assert watched.locator("main").get_attribute("lang") == "id"
    assert watched.locator(".jp-steps .jp-primary").inner_text() == "Next"


def test_print_shows_every_page(watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any]) -> None:
    watched.goto((write_module(WEB) / "index.html").as_uri())
    someone = learner(watched)
    watched.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    watched.emulate_media(media="print")
    assert watched.locator(".jp-page:visible").count() == 3
    assert someone.frame.evaluate("Jampel.player.session.state.visited") == [True, False, False]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ('"kind":"choice"', "Soal q-choice tidak lengkap"),
        ('"questions":["q-choice"]', "menyebut soal q-tiada"),
        ('{"format":1,', "#jampel-course bukan JSON yang benar"),
        ('"transport":"web"', "Jenis penyimpanan kertas tidak ada"),
    ],
)
def test_a_broken_module_becomes_a_readable_page(
    change: str, sentence: str, watched: Any, write_module: Callable[..., Path]
) -> None:
    index = write_module(WEB) / "index.html"
    bad = {
        '"kind":"choice"': '"kind":"tebak"',
        '"questions":["q-choice"]': '"questions":["q-tiada"]',
        '{"format":1,': '{"format":1,,',
        '"transport":"web"': '"transport":"kertas"',
    }[change]
    page = index.read_text(encoding="utf-8")
    assert change in page
    index.write_text(page.replace(change, bad, 1), encoding="utf-8")
    watched.goto(index.as_uri())
    assert watched.locator("h1").inner_text() == "Modul ini tidak dapat dibuka"
    assert sentence in watched.locator("main").inner_text()


def test_a_damaged_record_is_said_and_the_module_starts_anew(
    watched: Any, write_module: Callable[..., Path], learner: Callable[[Any], Any], serve: str
) -> None:
    write_module(WEB)
    watched.goto(f"{serve}/modul/index.html")
    learner(watched).next()
    watched.evaluate("""() => {
        const key = Object.keys(localStorage).find(name => /^jampel:web:[^:]+$/.test(name));
        window.addEventListener('pagehide', () => localStorage.setItem(key, 'J1rusak'));
    }""")
    watched.goto(f"{serve}/modul/index.html?lagi")
    someone = learner(watched)
    assert someone.heading() == "Mendengar warga"
    assert "tidak dapat dibaca" in watched.locator(".jp-notices").inner_text()


def all_words(page: Any) -> dict[str, dict[str, str]]:
    """The words of the sources by language and key; a package holds one language, and short keys."""
    page.set_content("<!doctype html>")
    for name in WORDS:
        page.add_script_tag(path=FOLDER / name)
    words: dict[str, dict[str, str]] = json.loads(page.evaluate("JSON.stringify(Jampel.words)"))
    return words


def test_both_languages_have_every_word_that_is_used(watched: Any) -> None:
    words = all_words(watched)
    assert words["id"].keys() == words["en"].keys()
    assert all(text.strip() for language in words.values() for text in language.values())
    source = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js") if path.name not in WORDS)
    assert {key for key in words["id"] if f'"{key}"' not in source} == set()
    named = re.findall(r'\b(?:say|tell|line|links|announce)\(\s*(?:language, )?"(\w+)"', source)
    named += re.findall(r'"((?:broken|need)\w+)"', source)
    assert len(named) > 50
    assert set(named) - {"saved"} <= words["id"].keys(), "saved moves the line under the progress, no notice"


def test_indonesian_and_english_sentences_take_the_same_values(watched: Any) -> None:
    words = all_words(watched)
    for key, text in words["id"].items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", words["en"][key])), key
