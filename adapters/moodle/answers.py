"""Reads what Moodle answers: numbers that come as text, texts with markup in several languages, lists that are none."""

import re
from collections.abc import Iterable, Mapping
from html import unescape

Row = Mapping[str, object]

_SPAN = re.compile(
    r"<span\s+(?=[^>]*class=\"multilang\")[^>]*lang=\"(?P<tag>[A-Za-z_-]+)\"[^>]*>(?P<text>.*?)</span\s*>",
    re.DOTALL | re.IGNORECASE,
)
_CURLY = re.compile(r"\{mlang\s+(?P<tag>[A-Za-z_,\s-]+)\}(?P<text>.*?)\{mlang\}", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_FOR_US = ("id", "en", "other")
MOST_TEXT = 500
_LATEST = 253_402_300_799  # the last second of the year 9999


def rows(answer: object) -> list[Row]:
    """The objects of a list; nothing when it is no list."""
    return [one for one in answer if isinstance(one, Mapping)] if isinstance(answer, list) else []


def whole(value: object) -> int:
    """A whole number, also from a text; 0 for anything else."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    text = str(value).strip() if isinstance(value, (str, float)) else ""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else 0


def moment(value: object) -> int:
    """Seconds since 1970; 0 where Moodle has no time."""
    seconds = whole(value)
    return seconds if 0 < seconds <= _LATEST else 0


def number(value: object) -> float | None:
    """A number, also from a text; None for none, and for what is not finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if -1e12 < found < 1e12 else None


def is_true(value: object) -> bool:
    """A flag, which Moodle writes as true, 1 or "1"."""
    return value is True or whole(value) == 1


def plain(value: object) -> str:
    """A name as people read it: one language of several, no markup, on one line, at most MOST_TEXT characters."""
    if not isinstance(value, str):
        return ""
    text = _one_language(_SPAN, _one_language(_CURLY, value))
    text = unescape(unescape(_TAG.sub(" ", text)))
    return " ".join(sign for sign in _printable(text).split())[:MOST_TEXT]


def fields_of(listed: object) -> dict[str, str]:
    """Custom fields by short name: the raw value where there is one, for a select the text that was chosen."""
    found = {}
    for one in rows(listed):
        raw = one.get("valueraw")
        chosen = one.get("value") if raw is None or one.get("type") == "select" else raw
        name = str(one.get("shortname", "")).casefold()
        found[name] = plain(chosen if isinstance(chosen, str) else "" if chosen is None else str(chosen))
    return found


def _one_language(pattern: re.Pattern[str], text: str) -> str:
    """Keeps of blocks in several languages the Indonesian one, else the English, else the first."""
    blocks = list(pattern.finditer(text))
    if not blocks:
        return text
    chosen = next(
        (one for wanted in _FOR_US for one in blocks if wanted in _tags(one["tag"])),
        blocks[0],
    )
    begin, end = blocks[0].start(), blocks[-1].end()
    return text[:begin] + chosen["text"] + text[end:]


def _tags(written: str) -> set[str]:
    return {tag.strip().casefold().split("_")[0].split("-")[0] for tag in written.split(",")}


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def joined(names: Iterable[object], most: int = 10) -> str:
    """Names for a sentence; of many the first ones."""
    listed = [str(one) for one in names]
    return ", ".join(listed[:most]) + (", …" if len(listed) > most else "")
