"""Claims as they may be shown: without names, mail addresses, numbers of persons, and secrets."""

import re
from collections.abc import Mapping
from typing import Any

from lti_tool.claims import CUSTOM
from lti_tool.logs.mask import HIDDEN, mask, visible
from xapi.identity import mask_nip

LONGEST, MOST_MEMBERS, MOST_DEPTH = 300, 60, 12
PLATFORM = "https://purl.imsglobal.org/spec/lti/claim/tool_platform"
#: Members that tell of a person or are secret, whatever claim they stand in; `sub` and the like are shortened.
_PERSONAL = re.compile(
    r"name$|mail|phone|picture|photo|avatar|address|birth|gender|profile$|website|nip|nik$|nonce|^data$|^at_hash$"
    r"|oauth|role_scope_mentor|sesskey|token|secret|password",
    re.IGNORECASE,
)
_SHORTENED = re.compile(r"^sub$|user_?id$|login_hint$|^jti$|_hint$", re.IGNORECASE)
_NUMBER = re.compile(r"sourced_?id$|idnumber$", re.IGNORECASE)
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){9,}")


def mask_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `claims` for the screen; values of `custom` are kept only where they are our own or an address."""
    return {_key(name): _claim(name, value) for name, value in list(claims.items())[:MOST_MEMBERS]}


def shortened(text: str) -> str:
    """Enough of an identifier to tell two apart, not enough to find a person."""
    return f"{visible(text[:2])}…({len(text)})" if len(text) > 4 else f"…({len(text)})"


def _claim(name: str, value: Any) -> Any:
    if name == CUSTOM and isinstance(value, Mapping):
        return {_key(key): _custom(key, inner) for key, inner in list(value.items())[:MOST_MEMBERS]}
    if name == PLATFORM and isinstance(value, Mapping):
        return {_key(key): _text(inner) for key, inner in value.items() if isinstance(inner, str)}
    return _masked(name, value, MOST_DEPTH)


def _custom(key: str, value: Any) -> Any:
    """A custom value may be any variable of a person, under any name."""
    if not isinstance(value, str):
        return HIDDEN
    ours = key.startswith("jampel_") or key.endswith("_url") or value.startswith("$")
    return _text(value) if ours else HIDDEN


def _masked(name: str, value: Any, left: int) -> Any:
    if left <= 0 or _PERSONAL.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return {_key(key): _masked(key, inner, left - 1) for key, inner in list(value.items())[:MOST_MEMBERS]}
    if isinstance(value, list):
        return [_masked(name, member, left - 1) for member in value[:MOST_MEMBERS]]
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    if _NUMBER.search(name) and "course" not in name:
        return mask_nip(value) if value not in ("", None) else value
    if isinstance(value, str):
        return shortened(value) if _SHORTENED.search(name) else _text(value)
    return HIDDEN if type(value) in (int, float) and abs(value) >= 1e11 else value


def _key(name: str) -> str:
    return name if name.startswith("https://purl.imsglobal.org/") else _text(name)[:80]


def _text(value: str) -> str:
    """Text without what looks like a person's number, and addresses without their query (session keys)."""
    query = ""
    if value.startswith(("https://", "http://")):
        value, query, _hidden = value.partition("?")
    if value.startswith("https://purl.imsglobal.org/"):  # a word of the standard, though it is long
        return value[:LONGEST]
    return visible(_DIGITS.sub(HIDDEN, mask(value)))[:LONGEST] + (query and "?…")
