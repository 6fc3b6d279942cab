"""Texts of other programs as our Markdown: what was plain stays plain, and HTML keeps what a page may hold."""

import re
from html import escape, unescape

import nh3

from scorm_packager.source.html import RAW_TAGS
from scorm_packager.source.nesting import too_deep

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SPECIAL = re.compile(r"([\\`*_\[\]<>|$~])|(&)(?=[#A-Za-z])")
LINE_START = re.compile(r"(?m)^(\d{1,9}(?=[.)])|(?=[#+\-=:^]))")
TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
PARAGRAPH = re.compile(r"(?:\s*</?p(?:\s[^<>]*)?>\s*)+")
OPENED = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
# fmt: off
INLINE = frozenset({
    "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "p", "q", "rp",
    "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
})
#: What vanishes without harm when only its text is kept.
HARMLESS = frozenset({
    "big", "body", "center", "font", "head", "html", "link", "meta", "strike", "style", "title", "tt",
})
# fmt: on
ATTRIBUTES = {"*": {"dir", "lang"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}


def tidy(text: str) -> str:
    """`text` without control characters, each line without blanks at its ends and no two empty lines together."""
    lines = [" ".join(CONTROL.sub("", line).split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def from_plain(text: str) -> str:
    """`text` as Markdown that shows every letter as it is."""
    return LINE_START.sub(r"\1\\", _letters(tidy(text)))


def _letters(text: str) -> str:
    """Every letter that Markdown would obey, guarded."""
    return SPECIAL.sub(lambda match: "\\" + match.group(), text)


class DeepHtml(ValueError):
    """Tags lie too deep in one another to be cleaned."""


def from_html(html: str) -> tuple[str, list[str]]:
    """HTML as Markdown, and the names of the elements that a question cannot keep; raises DeepHtml."""
    source = CONTROL.sub("", html)
    lost = [name for name in dict.fromkeys(OPENED.findall(source.lower())) if name not in RAW_TAGS | HARMLESS]
    source = re.sub(r"<img\b[^<>]*?\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')[^<>]*>", _alternative, source, flags=re.I)
    if too_deep(source) is not None:
        raise DeepHtml
    clean = nh3.clean(source, tags=set(RAW_TAGS), attributes=ATTRIBUTES, link_rel=None)
    if {name.lower() for name in OPENED.findall(clean)} <= INLINE:
        parts = [_inline(part) for part in PARAGRAPH.split(re.sub(r"\s+", " ", clean))]
        return "\n\n".join(part for part in parts if part), lost
    kept = re.sub(r"<pre.*?</pre>", lambda match: match.group().replace("\n", "&#10;"), clean, flags=re.S)
    return f"<div>{' '.join(kept.split())}</div>", lost


def _alternative(match: re.Match[str]) -> str:
    words = match.group(1) or match.group(2) or ""
    return f"[{escape(unescape(words))}]" if words.strip() else ""


def _inline(html: str) -> str:
    """One paragraph of clean inline HTML: letters guarded, tags left alone."""
    pieces = re.split(r"(<[^<>]*>)", " ".join(html.split()))
    text = "".join(piece if index % 2 else _between_tags(piece) for index, piece in enumerate(pieces))
    return LINE_START.sub(r"\1\\", text.strip())


def _between_tags(html: str) -> str:
    """Letters between two tags, on one line; blanks at the ends count."""
    return _letters(re.sub(r"\s+", " ", CONTROL.sub("", unescape(html))))


def one_line(markdown: str) -> str:
    """Markdown that fits on an answer line; paragraphs become line breaks."""
    return re.sub(r"\n{2,}", "<br>", markdown.strip()).replace("\n", " ")


def looks_like_html(text: str) -> bool:
    """Whether `text` holds tags or entities of HTML."""
    return bool(TAG.search(text) or re.search(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});", text))
