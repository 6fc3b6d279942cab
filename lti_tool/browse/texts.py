"""Texts out of statements, as they can be shown: nothing in them hides, turns round or runs on without end."""

import unicodedata
from collections.abc import Iterable

import msgspec

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 2  # on one letter: more would climb over the lines above
LONGEST = 160
LAYOUT = "\n "


def shown(text: str, most: int = LONGEST) -> str:
    """`text` on one line of at most `most` signs; signs that no one sees stand there by their number."""
    line = " ".join(text[: most * 8].split())
    signs = "".join(_visible(line, kept=" "))
    return signs if len(signs) <= most else signs[: most - 1] + "…"


def shown_json(body: bytes, most: int) -> tuple[str, bool]:
    """`body` indented, at most `most` signs, and whether that was all.

    Signs that no one sees become JSON escapes, so what is shown is still the same JSON.
    """
    text = msgspec.json.format(body, indent=2).decode("utf-8", "replace")
    return "".join(_visible(text[:most], kept=LAYOUT)), len(text) <= most


def _visible(text: str, *, kept: str) -> Iterable[str]:
    marks = 0
    for sign in text:
        kind = unicodedata.category(sign)
        marks = marks + 1 if kind in _MARKS else 0
        if sign in kept or (kind not in _HIDDEN and marks <= _MOST_MARKS):
            yield sign
        else:
            yield escaped(sign)


def escaped(sign: str) -> str:
    """`sign` as JSON writes it by number."""
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2))
