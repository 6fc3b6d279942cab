"""Answers any question of a course right, through the controls that a learner has."""

import re
from typing import Any

from playwright.sync_api import Frame, Locator, Page, expect

from tests.e2e.hands import Mouse


def answer(frame: Frame | Page, name: str, hand: Mouse | None = None) -> None:
    """Answer one question right, by its controls and with this hand; its page is on the screen."""
    hand = hand or Mouse(frame.page if isinstance(frame, Frame) else frame)
    form = frame.locator(f"#jp-soal-{name}")
    form.wait_for()  # it may come after the text of its page
    question: dict[str, Any] = frame.evaluate("name => Jampel.player.course.list.find(one => one.id === name)", name)
    kind = question["kind"]
    if kind in ("choice", "multiple"):
        for index, option in enumerate(question["options"]):
            if option["correct"]:
                hand.check(form.locator("input").nth(index))
    elif kind == "true-false":
        hand.check(form.locator("input").nth(0 if question["answer"] else 1))
    elif kind == "matching":
        for index in range(len(question["pairs"])):
            hand.select(form.locator("select").nth(index), str(index))
    elif kind == "ordering":
        put_in_order(form, [strip(item["html"]) for item in question["items"]], hand)
    elif kind == "short-text":
        words = [spellings[0] for spellings in question["keywords"]] or ["kata"] * max(1, question["least_words"])
        hand.fill(form.locator("textarea"), " ".join(words))
    elif kind == "likert":
        hand.check(form.locator("input").first)
    else:
        value = question["accepted"][0] if kind == "fill-in" else f"{question['value']:g}".replace(".", ",")
        hand.fill(form.locator("input"), str(value))
    hand.press(form.locator("button[type=submit]"))
    good = ".jp-feedback.jp-is-good" if question["points"] else ".jp-feedback.jp-is-noted"
    expect(form.locator(good)).to_be_visible()


def course_of(frame: Any) -> dict[str, Any]:
    """The pages of the course that a player shows, each with its id, title and questions."""
    pages = "Jampel.player.course.pages.map(({id, title, questions}) => ({id, title, questions: questions || []}))"
    return {"pages": frame.evaluate(pages)}


def put_in_order(form: Locator, wanted: list[str], hand: Mouse) -> None:
    for place, text in enumerate(wanted):
        while [strip(shown) for shown in form.locator(".jp-order-text").all_inner_texts()].index(text) > place:
            now = [strip(shown) for shown in form.locator(".jp-order-text").all_inner_texts()].index(text)
            hand.press(form.locator("li").nth(now).locator("[data-step='-1']"))


def strip(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", html).split())
