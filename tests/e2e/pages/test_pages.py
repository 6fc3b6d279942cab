"""Every page as it leaves the tool: none is forgotten; each has its heading, title and language, and weighs little."""

import gzip
import re
from collections import defaultdict
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lti_tool.web import home
from tests.e2e.pages.house import House
from tests.e2e.pages.seen import LANGUAGES, Seen, seen_in
from tests.e2e.pages.texts import Texts, taken
from tests.e2e.pages.visits import NO_PAGE, all_visits
from tests.telling import heard
from tools import words

TEMPLATES = Path(home.__file__).parent / "templates"
#: Made by the player, which begins in the browser.
PLAYER = 'id="jampel"'
KB = 1000
FIRST_PAGE, STYLE_AND_SCRIPT = 100 * KB, 60 * KB


@pytest.fixture(scope="module")
def pages(houses: dict[str, House]) -> list[Seen]:
    return list(seen_in(houses))


@pytest.fixture(scope="module")
def said(pages: list[Seen]) -> dict[str, dict[str, Seen]]:
    """By language, each text that is said and a page that says it."""
    found: dict[str, dict[str, Seen]] = {language: {} for language in LANGUAGES}
    for page in pages:
        reader = Texts(page.language)
        reader.feed(page.text)
        for text in reader.found:
            found[page.language].setdefault(text, page)
    return found


def test_every_route_is_visited_or_is_no_page(houses) -> None:
    rules = houses["full"].site.app.url_map.iter_rules()
    there = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    visited = {visit.endpoint for visit in all_visits()}
    assert there - visited - set(NO_PAGE) == set(), "give it a visit in visits.py, or say there what it is"
    assert set(NO_PAGE) - there == set()


def test_every_page_template_is_drawn(pages) -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.html")}
    frames = {name for text in texts.values() for name in re.findall(r'{% extends "([^"]+)" %}', text)}
    whole = {name for name, text in texts.items() if "<html" in text or "{% extends" in text} - frames
    assert whole - {page.template for page in pages} == set()


def test_every_page_answers_as_it_should(pages) -> None:
    assert {str(page): page.status for page in pages if page.status != page.visit.status} == {}


def test_every_page_tells_its_language_and_fits_a_phone(pages) -> None:
    wrong = [
        str(page)
        for page in pages
        if f'<html lang="{page.language}">' not in page.text
        or '<meta name="viewport" content="width=device-width, initial-scale=1">' not in page.text
    ]
    assert wrong == []


def test_every_page_has_one_first_heading(pages) -> None:
    heading = re.compile(r"<h1[^>]*>(?!\s*</h1>)")
    found = {str(page): len(heading.findall(page.text)) for page in pages if PLAYER not in page.text}
    assert {name: number for name, number in found.items() if number != 1} == {}


def test_no_heading_is_skipped(pages) -> None:
    skipped = {}
    for page in pages:
        levels = [int(level) for level in re.findall(r"<h([1-6])", page.text)]
        skipped |= {
            str(page): levels for before, after in zip([0, *levels], levels, strict=False) if after > before + 1
        }
    assert skipped == {}


def test_different_pages_have_different_titles(pages) -> None:
    """What stands at one address, for a stranger or while it is counted, may keep the title."""
    places: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for page in pages:
        places[page.language, page.title][page.template].add(page.visit.path.partition("?")[0])
    shared = {title: dict(found) for title, found in places.items() if not set.intersection(*found.values())}
    assert shared == {}


def test_no_id_stands_twice_on_a_page(pages) -> None:
    twice = {}
    for page in pages:
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        twice |= {str(page): one for one in ids if ids.count(one) > 1}
    assert twice == {}


def test_every_page_has_at_most_60_kb_of_style_and_script_and_the_first_100_kb_in_all(pages, houses) -> None:
    """Bytes without compression, of what a page opens with."""
    browser = houses["full"].browsers["nobody"]
    sizes = cache(lambda address: len(browser.get(unescape(address)).data))
    heavy = {}
    for page in pages:
        parts = set(re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', page.text))
        pictures = set(re.findall(r'<(?:img src|link rel="icon" href)="([^"]+)"', page.text))
        size = sum(map(sizes, parts))
        whole = len(page.text.encode()) + size + sum(map(sizes, pictures))
        if size > STYLE_AND_SCRIPT or whole > FIRST_PAGE:
            heavy[str(page)] = (size, whole)
    assert heavy == {}


def test_the_player_with_all_that_comes_later_is_at_most_60_kb_as_a_link_carries_it(pages, houses) -> None:
    browser = houses["full"].browsers["nobody"]
    carried = cache(lambda address: len(gzip.compress(browser.get(unescape(address)).data)))
    heavy, met = {}, 0
    for page in pages:
        later = re.search(r'"parts":{(.*?)}', page.text)
        if later is None:
            continue
        met += 1
        files = set(re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', page.text))
        size = sum(map(carried, files | set(re.findall(r':"([^"]+)"', later[1]))))
        if size > STYLE_AND_SCRIPT:
            heavy[str(page)] = size
    assert met
    assert heavy == {}


def test_no_page_loads_anything_from_another_host(pages) -> None:
    loads = r'<(?:link|script|img|source|video|audio|iframe)[^>]*?(?:href|src)="([^"]+)"'
    hosts = {urlsplit(address).netloc: str(page) for page in pages for address in re.findall(loads, page.text)}
    assert set(hosts) <= {"", "localhost"}, hosts


@pytest.mark.parametrize(("language", "other"), [("id", "en"), ("en", "id")])
def test_no_page_says_anything_in_the_other_language(said, houses, language: str, other: str) -> None:
    theirs = taken(houses["full"])
    left = {text: (str(page), heard(text, other)) for text, page in said[language].items() if text not in theirs}
    assert {text: found for text, found in left.items() if found[1]} == {}


def test_no_english_page_says_a_short_text_as_the_code_has_it(said, houses) -> None:
    """Labels and names are too short to tell a language; what the catalogue translates otherwise is known."""
    translated = {}
    for package in words.PACKAGES:
        catalogue = words.read_catalogue(package, "en")
        translated |= {str(one.id): one.string for one in catalogue if one.id and one.string != one.id}
    english = {text for text in translated.values() if isinstance(text, str)} | taken(houses["full"])
    left = {text: str(page) for text, page in said["en"].items() if text in translated and text not in english}
    assert left == {}


def test_no_indonesian_page_says_a_short_text_as_english_has_it(said, houses) -> None:
    english: dict[str, str] = {}
    indonesian = taken(houses["full"])
    for package in words.PACKAGES:
        for one in words.read_catalogue(package, "en"):
            if one.id and isinstance(one.string, str):
                english[one.string] = str(one.id)
                indonesian.add(str(one.id))
    left = {text: str(page) for text, page in said["id"].items() if text in english and text not in indonesian}
    assert left == {}
