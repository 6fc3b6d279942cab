"""Where in a statement a fault is, as a JSON path that a person can follow; only refused statements come here."""

import json
import re
from typing import Any

import msgspec

_LONGEST_KEY = 100
_UNSEEN = "…"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]*", re.ASCII)
_MESSAGE = re.compile(r"(.*?)(?: - at `(?:key in )?\$?([^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>\w+)|\[(?P<place>\d+)\]|(?P<any>\[\.\.\.\])", re.ASCII)
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_TEXT = msgspec.json.Decoder(str)
_ANYTHING = msgspec.json.Decoder()
_CLAUSES = {  # properties with a section of their own in xAPI 1.0.3 Data
    "account": "Data 2.4.2.4",
    "member": "Data 2.4.2.2",
    "definition": "Data 2.4.4.1",
    "score": "Data 2.4.5.1",
    "contextActivities": "Data 2.4.6.2",
    "extensions": "Data 4.1",
}


class Repeated:
    """Stands for an object in which `key` stands twice."""

    def __init__(self, key: str) -> None:
        self.key = key


def member(path: str, key: str | int) -> str:
    """The path of the member `key` of what is at `path`: `$.verb.id`, `$.member[0]`, `$.extensions['https://…']`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if _PLAIN.fullmatch(key):
        return f"{path}.{key[:_LONGEST_KEY]}"
    shown = key if len(key) <= _LONGEST_KEY else key[:_LONGEST_KEY] + "…"
    return f"{path}['{shown}']"


def located(message: str, raw: bytes, path: str, clause: str) -> tuple[str, str, str]:
    """The words, path and clause for what msgspec says of `raw`, the JSON at `path`.

    msgspec leaves out the key of a map and names a property that should not be there in words only. `clause` is that
    of the whole, for want of a closer one.
    """
    words, place = _MESSAGE.fullmatch(message).groups()  # type: ignore[union-attr]  # it matches every text
    wants_text = words.startswith("Expected `str`")
    for step in _STEP.finditer(place or ""):
        key = _key(step, raw, wants_text=wants_text)
        path = member(path, key)
        raw = _inside(raw, key)
        clause = "Data 4.2" if step["any"] and wants_text else _CLAUSES.get(str(key), clause)
    if unknown := _UNKNOWN.fullmatch(words):
        path = member(path, unknown[1])
        words = "a property that may not stand here"
    return words, path, clause


def repeated_key(raw: bytes, path: str) -> str | None:
    """The path of a key that stands twice in one object of `raw`, or None; RecursionError when it is too deep."""
    value = json.loads(raw, object_pairs_hook=_marked, parse_int=str, parse_float=str)
    return _find(value, path)


def too_deep_place(value: Any, path: str, deepest: int) -> str:
    """The path of a list or object inside `value` that is nested deeper than `deepest`."""
    steps = _deep_steps(value, deepest)
    for step in steps or ():
        path = member(path, step)
    return path


def _key(step: re.Match[str], raw: bytes, *, wants_text: bool) -> str | int:
    if step["name"] is not None:
        return step["name"]
    if step["place"] is not None:
        return int(step["place"])
    decoder: Any = _TEXT if wants_text else _ANYTHING
    try:
        members = _OBJECT.decode(raw)
    except msgspec.MsgspecError:  # an object that stands twice: the fault is in the other one
        return _UNSEEN
    return next((key for key, value in members.items() if not _decodes(decoder, value)), _UNSEEN)


def _decodes(decoder: Any, raw: msgspec.Raw) -> bool:
    try:
        decoder.decode(raw)
    except msgspec.MsgspecError:
        return False
    return True


def _inside(raw: bytes, key: str | int) -> bytes:
    """The JSON of a member; an empty object when it cannot be found, which only ends the search."""
    try:
        found = _LIST.decode(raw)[key] if isinstance(key, int) else _OBJECT.decode(raw)[key]
    except (msgspec.MsgspecError, LookupError):
        return b"{}"
    return bytes(found)


def _marked(pairs: list[tuple[str, Any]]) -> Any:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return Repeated(key)
        seen.add(key)
    return dict(pairs)


def _find(value: Any, path: str) -> str | None:
    if isinstance(value, Repeated):
        return member(path, value.key)
    if isinstance(value, dict):
        found = (_find(inner, member(path, key)) for key, inner in value.items())
    elif isinstance(value, list):
        found = (_find(inner, member(path, place)) for place, inner in enumerate(value))
    else:
        return None
    return next((one for one in found if one), None)


def _deep_steps(value: Any, left: int) -> list[str | int] | None:
    """The way to a container `left` + 1 levels below `value`, or None."""
    if left < 0:
        return []
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        if isinstance(one, (dict, list)) and (rest := _deep_steps(one, left - 1)) is not None:
            return [key, *rest]
    return None
