"""The pages as they leave the tool: every visit, in both languages."""

import re
from collections.abc import Iterator
from html import unescape

from flask import template_rendered

from tests.e2e.pages.house import House
from tests.e2e.pages.visits import Visit, all_visits

LANGUAGES = ("id", "en")


class Seen:
    """A page: whose visit it was, its language, its text and the template that it was drawn from."""

    def __init__(self, visit: Visit, language: str, status: int, text: str, template: str) -> None:
        self.visit, self.language, self.status, self.text, self.template = visit, language, status, text, template

    def __str__(self) -> str:
        return f"{self.visit.name}, {self.language}"

    @property
    def title(self) -> str:
        return unescape(re.findall(r"<title>(.*?)</title>", self.text, re.S)[0])


def seen_in(houses: dict[str, House]) -> Iterator[Seen]:
    """Every page in both languages."""
    drawn: list[str] = []

    def note(_app: object, template: object, **_more: object) -> None:
        drawn.append(str(getattr(template, "name", "")))

    for visit in all_visits():
        house = houses[visit.house]
        with template_rendered.connected_to(note, house.site.app):
            for language in LANGUAGES:
                drawn.clear()
                answer = visit.answer(house, language)
                yield Seen(visit, language, answer.status_code, answer.text, drawn[-1] if drawn else "")
