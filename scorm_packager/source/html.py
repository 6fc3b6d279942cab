"""What HTML a page may hold: raw tags are checked with their lines, and the whole is cleaned at the end."""

import re
from html import escape
from html.parser import HTMLParser

import nh3

from scorm_packager.source.maths import MATH_ATTRIBUTES, MATH_TAGS
from scorm_packager.source.nesting import too_deep

# fmt: off
RAW_TAGS = frozenset({
    "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "i",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
    "var", "wbr",
})
# fmt: on
# fmt: off
RAW_ATTRIBUTES = frozenset({
    "class", "colspan", "datetime", "dir", "lang", "open", "reversed", "rowspan", "scope", "start", "title",
    "value",
})
# fmt: on
TAGS = {*RAW_TAGS, *MATH_TAGS, "a", "aside", "audio", "img", "video", "source", "track", "h1"}
ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title"},
    "a": {"href", "target", "rel", "data-page", "aria-label", "download"},
    "audio": {"controls", "preload", "data-medium"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "div": {"data-question", "data-lembar"},
    "figure": {"data-medium"},
    "img": {"src", "alt", "loading", "width", "height"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "reversed"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    **{tag: set(MATH_ATTRIBUTES) for tag in MATH_TAGS},
    "math": {*MATH_ATTRIBUTES, "display", "alttext"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"controls", "preload", "playsinline", "data-medium"},
}
_OPEN_TAG = re.compile(r"<[A-Za-z/][^<>]*(?=<|\Z)")
OWN_IDS = ("p-", "fn-", "fnref-")  # of anchors in a page, of footnotes, and of the way back
SCHEMES = {"http", "https", "mailto", "tel"}


def clean(html: str) -> str:
    """`html` with nothing but allowed tags, attributes and addresses; the last gate, whatever came before.

    Where tags lie too deep for the cleaner no tag is kept; whoever calls tells that first.
    """
    if too_deep(html) is not None:
        return escape(html)
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_own_ids,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )


def _own_ids(_tag: str, name: str, value: str) -> str | None:
    """Keeps the ids that this package made, so that no page takes the name of a part of the player."""
    return None if name == "id" and not value.startswith(OWN_IDS) else value


def refused_parts(html: str) -> list[tuple[int, str]]:
    """The raw tags and attributes in `html` that a page may not hold: (line from 0, what).

    What is never closed is named first and ends the check: the parser would look for its end again and again.
    """
    unclosed = _unclosed(html)
    if unclosed:
        return [unclosed]
    checker = _Checker()
    try:
        checker.feed(html)
        checker.close()
    except AssertionError:  # the parser's word for a declaration that no HTML knows, such as <![x[
        checker.refused.append((checker.getpos()[0] - 1, "<![…"))
    return checker.refused


def _unclosed(html: str) -> tuple[int, str] | None:
    """The first comment without its end, or tag without `>` before the next tag: (line from 0, what)."""
    rest, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        end = html.find("-->", start + 4)
        if end < 0:
            return html.count("\n", 0, start), "<!--"
        rest.append(html[at:start])
        rest.append("\n" * html.count("\n", start, end))
        at = end + 3
    text = "".join([*rest, html[at:]])
    found = _OPEN_TAG.search(text)
    return (text.count("\n", 0, found.start()), found.group()[:20].split("\n")[0]) if found else None


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.refused: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0] - 1
        if tag not in RAW_TAGS:
            self.refused.append((line, f"<{tag}>"))
            return
        self.refused += [(line, f"{name}=… (<{tag}>)") for name, _value in attrs if name not in RAW_ATTRIBUTES]

    def handle_endtag(self, tag: str) -> None:
        if tag not in RAW_TAGS:
            self.refused.append((self.getpos()[0] - 1, f"</{tag}>"))
