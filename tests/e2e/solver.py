"""Answers any question of a course right, through the controls that a learner has."""

import re
from typing import Any

from playwright.sync_api import Frame, Locator, expect


def answer(frame: Frame, name: str) -> None:
    """Answer one question right, by its controls; its page is on the screen."""
    question: dict[str, Any] = frame.evaluate("name => Jampel.player.course.list.find(one => one.id === name)", name)
    form = frame.locator(f"#jp-soal-{name}")
    kind = question["kind"]
    if kind in ("choice", "multiple"):
        for index, option in enumerate(question["options"]):
            if option["correct"]:
                form.locator("input").nth(index).check()
    elif kind == "true-false":
        form.locator("input").nth(0 if question["answer"] else 1).check()
    elif kind == "matching":
        for index in range(len(question["pairs"])):
            form.locator("select").nth(index).select_option(str(index))
    elif kind == "ordering":
        put_in_order(form, [strip(item["html"]) for item in question["items"]])
    elif kind == "short-text":
        words = [spellings[0] for spellings in question["keywords"]] or ["kata"] * max(1, question["least_words"])
        form.locator("textarea").fill(" ".join(words))
    elif kind == "likert":
        form.locator("input").first.check()
    else:
        value = question["accepted"][0] if kind == "fill-in" else f"{question['value']:g}".replace(".", ",")
        form.locator("input").fill(str(value))
    form.locator("button[type=submit]").click()
    good = ".jp-feedback.jp-is-good" if question["points"] else ".jp-feedback.jp-is-noted"
    expect(form.locator(good)).to_be_visible()


def course_of(frame: Any) -> dict[str, Any]:
    """The pages of the course that a player shows, each with its id, title and questions."""
    pages = "Jampel.player.course.pages.map(({id, title, questions}) => ({id, title, questions: questions || []}))"
    return {"pages": frame.evaluate(pages)}


def put_in_order(form: Locator, wanted: list[str]) -> None:
    for place, text in enumerate(wanted):
        while [strip(shown) for shown in form.locator(".jp-order-text").all_inner_texts()].index(text) > place:
            now = [strip(shown) for shown in form.locator(".jp-order-text").all_inner_texts()].index(text)
            form.locator("li").nth(now).locator("[data-step='-1']").click()


def strip(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", html).split())
