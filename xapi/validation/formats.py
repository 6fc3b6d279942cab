"""Texts with a format: IRIs, UUIDs, timestamps, durations, language tags, mail addresses, hashes, versions."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from xapi.errors import StatementError

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]+")
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MBOX = re.compile(r"mailto:[^@\s?#,:;()\[\]/]+@[^@\s?#,:;()\[\]/]+")  # of an IRI: one address and no more
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"(?:[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})")
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`{|}~\-]+"  # a token of RFC 2045 5.1
_PARAMETER = rf'{_WORD}=(?:{_WORD}|"(?:[ !#-\[\]-~\t]|\\[ -~\t])*")'
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}(?:[ \t]*;(?:[ \t]*{_PARAMETER})?)*")
_VERSION = re.compile(
    r"1\.0|[12]\.0\.(?:0|[1-9]\d*)(?:-(?!0\d)[0-9a-z\-]+(?:\.(?!0\d)[0-9a-z\-]+)*)?(?:\+[0-9a-z\-]+(?:\.[0-9a-z\-]+)*)?",
    re.ASCII | re.IGNORECASE,
)
_DURATION = re.compile(
    r"P(?:\d+(?:[.,]\d+)?W|(?=[0-9T])(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?"
    r"(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)",
    re.ASCII,
)
_TIMESTAMP = re.compile(  # extended or basic format; the offset may have a colon or not in either
    r"(\d{4})(-)?(\d\d)(?(2)-)(\d\d)T(\d\d)(?(2):)(\d\d)(?(2):)(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_EARLY_FRACTION = re.compile(r"[.,][^A-Z]*[A-Z].*\d")  # a number after one with a fraction
_SURE_TIMESTAMP = re.compile(  # most timestamps, without a look at the calendar: no 29th to 31st, no leap second
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|\+(?:0\d|1[0-4]):[0-5]\d)",
    re.ASCII,
)
_NO_ZONE = frozenset({"-00", "-0000", "-00:00"})
_LANGUAGE = re.compile(
    r"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+"
    r"|en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de)"
    r"|art-lojban|cel-gaulish|no-(?:bok|nyn)|zh-(?:guoyu|hakka|min|min-nan|xiang))",
    re.IGNORECASE | re.ASCII,
)

_LONGEST_REMEMBERED = 512  # characters: longer texts would fill the memory of those that are looked up again


def is_iri(text: str) -> bool:
    """Whether `text` is an IRI with a scheme and something after it (RFC 3987, by best effort: Data 2.2)."""
    return _is_usual_iri(text) if len(text) <= _LONGEST_REMEMBERED else _IRI.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def _is_usual_iri(text: str) -> bool:
    return _IRI.fullmatch(text) is not None


def require_iri(text: str, path: str, clause: str) -> str:
    """`text` when it is an IRI with a scheme; else StatementError."""
    if not is_iri(text):
        raise StatementError("statement.iri", "not an IRI with a scheme", path=path, clause=clause)
    return text


def require_irl(text: str, path: str, clause: str) -> str:
    """`text` when it is an IRI that locates something: an IRI with a scheme and, for http and https, a host."""
    require_iri(text, path, clause)
    if text.partition(":")[0].lower() in ("http", "https") and not _host(text):
        raise StatementError("statement.iri", "an address without a host", path=path, clause=clause)
    return text


def require_uri(text: str, path: str, clause: str) -> str:
    """`text` when it is an address of ASCII alone (RFC 3986), as `require_irl` otherwise."""
    if not text.isascii():
        raise StatementError("statement.iri", "a URI has ASCII only", path=path, clause=clause)
    return require_irl(text, path, clause)


def require_mbox(text: str, path: str) -> str:
    """`text` when it is an IRI that is `mailto:` and one mail address (Data 2.4.2.3)."""
    if _MBOX.fullmatch(text) is None or not is_iri(text):
        raise StatementError("statement.mbox", "not mailto: and one address", path=path, clause="Data 2.4.2.3")
    return text


def require_sha1(text: str, path: str) -> str:
    """`text` when it is a SHA-1 hash in hex (Data 2.4.2.3)."""
    if _SHA1.fullmatch(text) is None:
        raise StatementError("statement.sha1", "not 40 hex digits", path=path, clause="Data 2.4.2.3")
    return text


def require_sha2(text: str, path: str) -> str:
    """`text` when it is a SHA-2 hash in hex (Data 2.4.11)."""
    if _SHA2.fullmatch(text) is None:
        raise StatementError("statement.sha2", "not the hex digits of a SHA-2 hash", path=path, clause="Data 2.4.11")
    return text


def require_media_type(text: str, path: str) -> str:
    """`text` when it is an internet media type (Data 2.4.11)."""
    if _MEDIA_TYPE.fullmatch(text) is None:
        raise StatementError("statement.media_type", "not a media type", path=path, clause="Data 2.4.11")
    return text


def require_uuid(text: str, path: str, clause: str) -> str:
    """`text` when it is a UUID in its usual 36 characters (RFC 4122)."""
    if _UUID.fullmatch(text) is None:
        raise StatementError("statement.uuid", "not a UUID", path=path, clause=clause)
    return text


def require_version(text: str, path: str) -> str:
    """`text` when it is a version this product speaks: 1.0, 1.0.x or 2.0.x (Data 2.4.10)."""
    if _VERSION.fullmatch(text) is None:
        raise StatementError("statement.version", "neither 1.0.x nor 2.0.x", path=path, clause="Data 2.4.10")
    return text


def require_duration(text: str, path: str) -> str:
    """`text` when it is an ISO 8601 duration with designators; only its last number may have a fraction (Data 4.6)."""
    if _DURATION.fullmatch(text) is None or _EARLY_FRACTION.search(text) is not None:
        raise StatementError("statement.duration", "not an ISO 8601 duration", path=path, clause="Data 4.6")
    return text


def is_language(tag: str) -> bool:
    """Whether `tag` is a well-formed language tag (RFC 5646 section 2.1)."""
    return _is_usual_language(tag) if len(tag) <= _LONGEST_REMEMBERED else _LANGUAGE.fullmatch(tag) is not None


@lru_cache(maxsize=1024)
def _is_usual_language(tag: str) -> bool:
    return _LANGUAGE.fullmatch(tag) is not None


def require_language(tag: str, path: str, clause: str) -> str:
    """`tag` when it is a well-formed language tag (RFC 5646 section 2.1)."""
    if not is_language(tag):
        raise StatementError("statement.language", "not an RFC 5646 tag", path=path, clause=clause)
    return tag


def require_timestamp(text: str, path: str, clause: str = "Data 4.5") -> str:
    """`text` when it is an ISO 8601 date and time of a real moment, and its offset is not a negative zero."""
    if (_SURE_TIMESTAMP.fullmatch(text) is None or text.startswith("0")) and moment_or_none(text) is None:
        raise StatementError("statement.timestamp", "not an ISO 8601 timestamp", path=path, clause=clause)
    return text


def moment_or_none(text: str) -> datetime | None:
    """The aware UTC moment that an ISO 8601 timestamp names, cut to microseconds; None when it is not one.

    A timestamp without a zone is read as UTC (Data 4.5); a leap second counts as the second before it.
    """
    found = _TIMESTAMP.fullmatch(text)
    if found is None or found[9] in _NO_ZONE:
        return None
    year, month, day, hour, minute, second = (int(found[part]) for part in (1, 3, 4, 5, 6, 7))
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second, tzinfo=UTC)
        return local.replace(microsecond=int((found[8] or "0")[:6].ljust(6, "0"))) - _offset(found[9])
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise ValueError("offset of a day or more")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone[0] == "-" else offset


def _host(text: str) -> str:
    try:
        return urlsplit(text).netloc
    except ValueError:
        return ""
