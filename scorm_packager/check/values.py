"""The simple types of the standards' schemas: whether a text is one of their values, and how to say what is wanted."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import msgspec

NCNAME = re.compile(
    r"[A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]"
    r"[-.0-9A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]*"
)
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
INTEGER = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
DATE_TIME = re.compile(
    r"-?([1-9]\d{3,}|0\d{3})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)?",
    re.ASCII,
)
# IEEE LOM: a date with as much of it as is known, and a duration without a sign.
LOM_DATE = re.compile(
    r"(?!0000)\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3])(:[0-5]\d(:[0-5]\d"
    r"(\.\d+(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?)?)?)?)?)?)?",
    re.ASCII,
)
LOM_DURATION = re.compile(r"P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII)
# RFC 3986, after what anyURI lets pass (letters beyond ASCII, and signs that would be escaped) has become `_`.
ESCAPED = re.compile(r"[^!-~]|[<>\"{}|\\^`]")
_SEGMENT = r"(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_NO_COLON = r"(?:[\w.~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})"
_AUTHORITY = (
    r"(?:(?:[\w.~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[[0-9A-Fa-fv:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"
)
URI = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]*:(?://{_AUTHORITY}(?:/{_SEGMENT}*)*|/(?:{_SEGMENT}+(?:/{_SEGMENT}*)*)?"
    rf"|{_SEGMENT}+(?:/{_SEGMENT}*)*|)"
    rf"|//{_AUTHORITY}(?:/{_SEGMENT}*)*|/(?:{_SEGMENT}+(?:/{_SEGMENT}*)*)?|{_NO_COLON}+(?:/{_SEGMENT}*)*|)"
    rf"(?:\?(?:{_SEGMENT}|[/?])*)?(?:\#(?:{_SEGMENT}|[/?])*)?",
    re.ASCII,
)
SHORTEST_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


class Type(msgspec.Struct, frozen=True):
    """A simple type: `holds` tells its values, `wanted` says them in signs that need no translation."""

    holds: Callable[[str], bool]
    wanted: str


def is_uri(text: str) -> bool:
    """Whether `text` is an anyURI: a URI reference, letters beyond ASCII allowed, no spaces inside."""
    return bool(URI.fullmatch(ESCAPED.sub("_", text.strip(" \t\r\n"))))


def is_absolute_iri(text: str) -> bool:
    """Whether `text` has a scheme and something behind it (cmi5 13.1, xAPI 2.2)."""
    return bool(SHORTEST_ABSOLUTE.fullmatch(text.strip())) and is_uri(text)


def matching(pattern: re.Pattern[str], wanted: str, *, exact: bool = False) -> Type:
    """A type whose values match `pattern` as a whole, blanks at the ends not counted unless `exact`."""
    return Type(lambda text: bool(pattern.fullmatch(text if exact else text.strip(" \t\r\n"))), wanted)


def between(low: int, high: int) -> Type:
    """Decimals from `low` to `high`."""

    def holds(text: str) -> bool:
        plain = text.strip(" \t\r\n")
        if not DECIMAL.fullmatch(plain):
            return False
        try:
            return low <= Decimal(plain) <= high
        except InvalidOperation:  # pragma: no cover - the pattern lets no such text through
            return False

    return Type(holds, f"{low} … {high}")


def one_of(*values: str, exact: bool = False) -> Type:
    """One of `values`, as a token or, with `exact`, letter by letter."""
    known = frozenset(values)
    return Type(lambda text: (text if exact else " ".join(text.split())) in known, " | ".join(values))


def short_text(most: int) -> Type:
    """Any text of at most `most` characters."""
    return Type(lambda text: len(text) <= most, f"≤ {most}")


def short_uri(most: int) -> Type:
    """A URI reference of at most `most` characters."""
    return Type(lambda text: len(text.strip()) <= most and is_uri(text), f"URI ≤ {most}")


def _is_int(text: str) -> bool:
    plain = text.strip(" \t\r\n")
    return bool(INTEGER.fullmatch(plain)) and len(plain) < 30 and -(2**31) <= int(plain) < 2**31


ANY_TEXT = Type(lambda _text: True, "…")
#: No type at all: elements may stand in it too.
ANYTHING = Type(lambda _text: True, "*")
ID = matching(NCNAME, "A-Z a-z _ …")
BASIC: dict[str, Type] = {
    "text": ANY_TEXT,
    "anything": ANYTHING,
    "id": ID,
    "ncname": ID,
    "uri": Type(is_uri, "URI"),
    "uri1": Type(lambda text: bool(text.strip()) and is_uri(text), "URI"),
    "boolean": one_of("true", "false", "1", "0"),
    "unit": between(0, 1),
    "signed": between(-1, 1),
    "measure": Type(lambda text: text == "" or between(-1, 1).holds(text), "-1 … 1"),  # an empty one is the default, 1
    "count": matching(re.compile(r"\+?[0-9]+|-0+"), "0, 1, 2 …"),
    "int": Type(_is_int, "0, 1, 2 …"),
    "duration": matching(DURATION, "P1DT2H3M4S"),
    "datetime": matching(DATE_TIME, "2026-01-31T08:00:00Z"),
    "language": matching(LANGUAGE, "id, en-US …"),
    "languageornone": matching(LANGUAGE, "id, en-US …, none"),
    "lomdate": matching(LOM_DATE, "2026-01-31", exact=True),
    "lomduration": matching(LOM_DURATION, "PT1H30M", exact=True),
}


def type_named(name: str) -> Type:
    """The type that a grammar calls `name`: one of `BASIC`, `text20`, `uri2000`, `(a|b)`, or exactly `'a|b'`."""
    if name in BASIC:
        return BASIC[name]
    if name.startswith("("):
        return one_of(*name.strip("()").split("|"))
    if name.startswith("'"):
        return one_of(*name.strip("'").replace("_", " ").split("|"), exact=True)
    if found := re.fullmatch(r"(text|uri)(\d+)", name):
        return (short_text if found[1] == "text" else short_uri)(int(found[2]))
    raise ValueError(f"no type {name!r}")
