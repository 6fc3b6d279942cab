"""Tags that lie too deep are found before the cleaner pays, and it never finds more open than the look did."""

import re

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scorm_packager.source.html import clean
from scorm_packager.source.nesting import MOST_OPEN, VOID, Nesting, too_deep

# fmt: off
NAMES = ("a", "b", "i", "div", "span", "p", "li", "ul", "dd", "dl", "table", "tr", "td", "tbody", "object", "select",
         "option", "math", "mi", "svg", "desc", "title", "style", "textarea", "rt", "template", "h2")
# fmt: on
MARKS = ("x", "<!--", "-->", "<!>", "<![CDATA[", "]]>", "<x a='", '<x ="', "'>", '">', "</ >", ">")
PIECES = [f"<{name}>" for name in NAMES] + [f"</{name}>" for name in NAMES] + list(MARKS)
SHALLOW = 20
ROUNDS = 40
ALLOWED = {*NAMES, "x"} - {"style", "textarea", "title"}


def depth(html: str) -> int:
    """How deep the elements of the clean text `html` lie."""
    open_now = deepest = 0
    for tag in re.finditer(r"<(/?)([a-z0-9]+)[^>]*>", html):
        open_now += 0 if tag.group(2) in VOID else -1 if tag.group(1) else 1
        deepest = max(deepest, open_now)
    return deepest


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=4), st.lists(st.sampled_from(PIECES), min_size=1, max_size=6))
@example([], ["<div>", "<object>", "</div>"])
@example([], ["<b>", "<li>", "</b>", "<b>", "<dd>", "</b>"])
@example(["<rt>"], ["<rt>", "<mi>", "</rt>", "</mi>", "<rt>"])
@example([], ["<b>", "</span>", "<span>"])
@example([], ["<span>", "<p>", "</span>", "<ul>"])
@example([], ["<div>", "<!-->", "</div>"])
@example([], ['<x ="', "<div>", '">', "</div>"])
@example([], ["<math>", "<![CDATA[", "<mi>", "]]>", "</mi>"])
@example(["<svg>"], ["<title>", "<div>", "</title>"])
def test_the_cleaner_never_finds_more_open_than_the_look(start: list[str], again: list[str]) -> None:
    text = "".join(start + again * ROUNDS)
    if Nesting(SHALLOW).feed(text) is None:
        cleaned = nh3.clean(text, tags=ALLOWED, attributes={}, clean_content_tags=set())
        assert depth(cleaned) <= SHALLOW + 4  # a table's body and row that nobody wrote, and the like


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "<x a=1 b", "<", "<!", "</"]), min_size=1, max_size=5))
@example(["<div>"])
@example(["<p>x"])
@example(["<div>", "</div>"])
@example(["<x a='"])
@example(["<!--"])
def test_the_look_takes_steps_in_proportion_to_the_length(again: list[str]) -> None:
    look = Nesting()
    text = "".join(again * 1000)
    look.feed(text)
    assert look.steps <= len(text) + 100 * MOST_OPEN


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 40_000,
        "<div>" * 20_000 + "</div>" * 20_000,
        "<ul><li>" * 20_000,
        "<b><i><p>" * 20_000,
        "<p>" + "".join(f"<b class=c{number}>" for number in range(40)) + "</p>" + "<p>x" * 40_000,
    ],
    ids=["open", "closed", "lists", "crossed", "formatting"],
)
def test_what_would_hold_the_cleaner_for_seconds_keeps_no_tag(text: str) -> None:
    assert too_deep(text) is not None
    assert "<" not in clean(text)


@pytest.mark.parametrize(
    "text",
    [
        ("<p><b><i><u><s><em><code><small><strong>a</strong></small></code></em></s></u></i></b></p>" * 6_500),
        "<p>satu<p><b>dua</b> <br> <img src=a.png>" * 2000,
        "<table>" + "<tr><td>a<td>b" * 2000 + "</table>",
        "<ul>" + "<li><p>a" * 2000 + "</ul>",
        "<dl>" + "<dt>a<dd>b" * 2000 + "</dl>",
        '<p title="</p><p>">a</p>' * 2000,
        "<!-- <div> -->" * 2000,
        "a < b <= c </ d" * 2000,
        "<div>" * MOST_OPEN + "</div>" * MOST_OPEN,
    ],
    ids=["much formatting", "paragraphs", "cells", "items", "terms", "quoted", "comments", "signs", "just deep enough"],
)
def test_a_long_page_of_any_honest_kind_passes(text: str) -> None:
    assert too_deep(text) is None
