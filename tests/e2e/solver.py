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
    else:
        value = question["accepted"][0] if kind == "fill-in" else f"{question['value']:g}".replace(".", ",")
        form.locator("input").fill(str(value))
    form.locator("button[type=submit]").click()
    expect(form.locator(".jp-feedback.jp-is-good")).to_be_visible()


def put_in_order(form: Locator, wanted: list[str]) -> None:
    for place, text in enumerate(wanted):
        while [strip(shown) for shown in form.locator(".jp-order-text").all_inner_texts()].index(text) > place:
            now = [strip(shown) for shown in form.locator(".jp-order-text").all_inner_texts()].index(text)
            form.locator("li").nth(now).locator("[data-step='-1']").click()


def strip(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", html).split())
