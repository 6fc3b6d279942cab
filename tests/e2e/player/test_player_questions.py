"""Open answers, scales, pools, tries and the review, as a learner meets them, and as axe reads them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.player.hands import SHOWN

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
OPTIONS = [{"id": name, "html": f"opsi {name}", "correct": name == "b", "feedback": None} for name in "abcd"]
QUESTIONS: dict[str, dict[str, Any]] = {
    "pilih": {
        "kind": "choice",
        "prompt": "<p>Mana?</p>",
        "options": OPTIONS,
        "shuffle": True,
        "attempts": 2,
        "feedback": {"correct": "<p>Ya.</p>", "incorrect": "<p>Lihat halaman satu.</p>"},
    },
    "pasang": {
        "kind": "matching",
        "prompt": "<p>Pasangkan.</p>",
        "pairs": [{"id": "1", "left": "Bali", "right": "Denpasar"}, {"id": "2", "left": "Maluku", "right": "Ambon"}],
        "extra": ["Medan"],
    },
    "cerita": {
        "kind": "short-text",
        "prompt": "<p>Ceritakan.</p>",
        "points": 0,
        "least_words": 3,
        "model": "<p>Contoh cerita.</p>",
    },
    "skala": {
        "kind": "likert",
        "prompt": "<p>Modul ini membantu.</p>",
        "points": 0,
        "options": [{"id": str(n), "html": f"tingkat {n}", "correct": False, "feedback": None} for n in range(1, 6)],
    },
    **{f"bank-{n}": {"kind": "true-false", "prompt": f"<p>Bank {n}?</p>", "answer": True} for n in range(1, 7)},
}


@pytest.fixture
def course(sample: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    banked = [name for name in QUESTIONS if name.startswith("bank")]
    own = [name for name in QUESTIONS if name not in banked]
    pages = [
        {
            "id": f"p-{number}",
            "title": f"Halaman {number}",
            "questions": names,
            "html": "<p>Isi.</p>" + "".join(f"<div class='soal' data-question='{name}'></div>" for name in names),
        }
        for number, names in enumerate((own, banked), 1)
    ]
    questions = {name: {"id": name, **question} for name, question in QUESTIONS.items()}
    pools = [{"id": "bank", "draw": 2, "questions": banked}]
    return sample(pages=pages, questions=questions, pools=pools, mastery=60)


@pytest.fixture
def page(
    browser: Any, course: dict[str, Any], serve: str, write_module: Callable[..., Path], learner: Callable[[Any], Any]
) -> Iterator[Any]:
    write_module({"transport": "web", "language": "id"}, course)
    context = browser.new_context()
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"{serve}/modul/index.html")
    learner(page)
    yield page
    context.close()
    assert page.errors == []


def form(page: Any, name: str) -> Any:
    return page.locator(f"#jp-soal-{name}")


def send(page: Any, name: str) -> None:
    form(page, name).locator("[type=submit]").click()


def accessible(page: Any, require: Callable[[str], str]) -> None:
    """No violation of WCAG 2.2 A and AA that axe can see."""
    page.evaluate((Path(require("node_modules")) / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(result => result.violations)", tags)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def answer_all(page: Any) -> None:
    """The first question wrong twice, everything else right."""
    for index in (0, 2):
        form(page, "pilih").locator(f"input[value='{index}']").check()
        send(page, "pilih")
        if index == 0:
            form(page, "pilih").get_by_text("Coba lagi").click()
    for row, value in enumerate(("0", "1")):
        form(page, "pasang").locator("select").nth(row).select_option(value)
    send(page, "pasang")
    form(page, "cerita").locator("textarea").fill("satu dua tiga empat")
    send(page, "cerita")
    form(page, "skala").locator("input").nth(3).check()
    send(page, "skala")
    page.locator(".jp-steps .jp-primary").click()
    page.wait_for_function(SHOWN)
    for drawn in page.locator(".jp-page:visible form").all():
        drawn.locator("input").first.check()
        drawn.locator("[type=submit]").click()


def test_an_open_answer_says_in_words_what_is_missing_and_shows_a_model_afterwards(page: Any, require: Any) -> None:
    story = form(page, "cerita")
    story.locator("textarea").fill("dua kata")
    send(page, "cerita")
    assert story.locator("[role=alert]").inner_text() == "Tulis sedikitnya 3 kata; baru ada 2."
    assert story.locator("textarea").get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    accessible(page, require)
    story.locator("textarea").fill("sudah tiga kata")
    send(page, "cerita")
    assert story.locator(".jp-verdict").inner_text() == "Jawaban Anda tercatat."
    assert "Contoh cerita." in story.locator(".jp-feedback").inner_text()
    assert story.locator(".jp-is-good, .jp-is-bad").count() == 0


def test_after_the_last_try_the_right_answer_stands_there_and_nothing_can_be_sent(page: Any, require: Any) -> None:
    question = form(page, "pilih")
    assert question.locator(".jp-tries").inner_text() == "Kesempatan menjawab yang tersisa: 2."
    answer_all(page)
    page.locator(".jp-list button").first.evaluate("button => button.click()")
    assert question.locator(".jp-key").inner_text().split() == ["Jawaban", "yang", "benar:", "opsi", "b"]
    assert "Lihat halaman satu." in question.locator(".jp-feedback").inner_text()
    assert question.locator(".jp-tries").inner_text() == "Kesempatan menjawab soal ini sudah habis."
    assert question.locator("button:visible").count() == 0
    accessible(page, require)


def test_the_draw_and_the_order_of_options_stay_when_the_page_is_loaded_again(page: Any, learner: Any) -> None:
    def seen() -> list[str]:
        options = form(page, "pilih").locator(".jp-option-text").all_inner_texts()
        page.locator(".jp-list button").nth(1).evaluate("button => button.click()")
        page.wait_for_function(SHOWN)
        drawn = page.locator(".jp-page:visible form").evaluate_all("forms => forms.map(form => form.id)")
        page.locator(".jp-list button").first.evaluate("button => button.click()")
        return [*options, *drawn]

    before = seen()
    assert len(before) == 4 + 2
    page.reload()
    learner(page)
    assert seen() == before
    assert form(page, "pilih").locator(".jp-question-head").inner_text().startswith("Soal 1 dari 6")


def test_the_review_shows_every_answer_with_its_key_once_the_module_is_passed(page: Any, require: Any) -> None:
    answer_all(page)
    page.locator(".jp-steps .jp-primary").click()
    assert page.locator(".jp-page:visible h1").inner_text() == "Anda lulus"
    page.get_by_text("Tinjau semua jawaban").click()
    rows = page.locator(".jp-review-item")
    rows.nth(5).wait_for()
    texts = rows.all_inner_texts()
    assert len(texts) == 6
    assert "Jawaban Anda: opsi c" in texts[0]
    assert "opsi b" in texts[0]
    assert "Bali – Denpasar; Maluku – Ambon" in texts[1]
    assert "satu dua tiga empat" in texts[2]
    assert "tingkat 4" in texts[3]
    assert all("Benar" in text for text in texts[4:])
    accessible(page, require)
