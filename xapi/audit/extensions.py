"""Reads one value of a statement's extensions: what decides over JP strictly, what only informs leniently."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from xapi import vocabulary as words
from xapi.audit.meanings import Unusable
from xapi.identity import contains_nip, looks_like_nip

LONGEST = 200  # characters of a short text
_SHA256 = re.compile(r"[0-9a-f]{64}")


def path_of(extension: str) -> str:
    """Where `extension` stands in a statement."""
    return f"$.context.extensions['{extension}']"


def whole(said: Mapping[str, Any], key: str, missing: int | None, least_and_most: tuple[int, int], reason: str) -> int:
    """A whole number within bounds. Raises Unusable for anything else."""
    value = said.get(key, missing)
    low, high = least_and_most
    if type(value) is not int or not low <= value <= high:
        raise Unusable(reason, path_of(key))
    return value


def text(said: Mapping[str, Any], key: str, reason: str) -> str:
    """A text. Raises Unusable for anything else."""
    value = said.get(key)
    if not isinstance(value, str):
        raise Unusable(reason, path_of(key))
    return value


def flag(said: Mapping[str, Any], key: str, reason: str) -> int:
    """1 or 0; 0 when nothing is said. Raises Unusable for anything but true and false."""
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise Unusable(reason, path_of(key))
    return int(value)


def certificate(said: Mapping[str, Any]) -> str | None:
    """The certificate number, compared without regard to case and runs of blanks; an empty one is none."""
    value = said.get(words.EXT_CERTIFICATE)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST:
        raise Unusable("certificate", path_of(words.EXT_CERTIFICATE))
    return " ".join(storable(value).split()).upper()[:LONGEST] or None


def evidence(said: Mapping[str, Any]) -> str | None:
    """The SHA-256 of the evidence file in lower case, None when it is none."""
    value = said.get(words.EXT_EVIDENCE)
    return value.lower() if isinstance(value, str) and _SHA256.fullmatch(value.lower()) else None


def told_flag(said: Mapping[str, Any], key: str) -> int | None:
    """1, 0, or None for anything but true and false: information, which costs nobody their JP."""
    value = said.get(key)
    return int(value) if isinstance(value, bool) else None


def told_text(said: Mapping[str, Any], key: str) -> str | None:
    """A short text on one line, or None: information, which costs nobody their JP. Never a NIP."""
    value = said.get(key)
    return short(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def short(value: str) -> str | None:
    """`value` on one line and cut, None when it is empty or holds a NIP."""
    line = " ".join(storable(value[: 4 * LONGEST]).split())[:LONGEST]
    return None if not line or looks_like_nip(line) or contains_nip(line) else line


def storable(value: str) -> str:
    """`value` without the NUL character, which no PostgreSQL text can hold."""
    return value.replace("\x00", "\ufffd") if "\x00" in value else value
