"""Whether two statements of one id are the same statement (xAPI 1.0.3 Data 2.3.1, Communication 2.1.1)."""

import re
from typing import Any

import msgspec

from xapi.lrs.store.rows import NewStatement
from xapi.validation.formats import moment_or_none

_SET_BY_LRS = ("id", "authority", "stored", "version")
_SECONDS = re.compile(r"([.,]\d\d)\d+")
_LISTS = ("parent", "grouping", "category", "other")
_ADDED = re.compile(rb'(?:,"id":"[^"]{36}")?(?:,"version":"[^"]*")?,"authority":')  # what storing appends first
_DECODER = msgspec.json.Decoder()


def same_statement(new: NewStatement, stored: bytes) -> bool:
    """Whether `new` says what the `stored` body says, as `same_received` says it of what was sent."""
    return same_received(new.received, stored)


def same_received(received: bytes, stored: bytes) -> bool:
    """Whether a statement as `received` says what the `stored` body says.

    What an LRS may set or keep apart from the statement does not count: authority, stored, version, a timestamp that
    the client left to the LRS, and the descriptions of verbs and activities; nor does the order of a group's members,
    the writing of a time zone or UUID, or the digits of a duration after hundredths of a second (Data 2.3.1, 4.6).
    """
    if stored.startswith(received[:-1]) and _ADDED.match(stored, len(received) - 1):
        return True
    mine, theirs = _DECODER.decode(received), _DECODER.decode(stored)
    if "timestamp" not in mine:
        theirs.pop("timestamp", None)
    return _essence(mine) == _essence(theirs)


def same_bodies(mine: bytes, theirs: bytes) -> bool:
    """Whether two bodies, as two LRSs keep them under one id, are the same statement; False when one is no statement.

    As in `same_received`, and what each LRS sets for itself does not count.
    """
    try:
        return _essence(_DECODER.decode(mine)) == _essence(_DECODER.decode(theirs))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, AttributeError, KeyError, TypeError):
        return False


def same_signed(signed: bytes, sent: bytes, signature_type: str) -> bool:
    """Whether the `signed` statement is the one that was `sent` with attachments of `signature_type` added (Data 2.6).

    Both are JSON of valid statements; they are the same as in `same_received`, and have the same id if both have one.
    """
    payload, statement = _DECODER.decode(signed), _DECODER.decode(sent)
    for one in (payload, statement):
        kept = [each for each in one.pop("attachments", ()) if each["usageType"] != signature_type]
        if kept:
            one["attachments"] = kept
    ids = {one["id"].lower() for one in (payload, statement) if "id" in one}
    return len(ids) < 2 and _essence(payload) == _essence(statement)


def _essence(statement: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in statement.items() if key not in _SET_BY_LRS}
    for place in ("actor", "object"):
        rest[place] = _thing(rest[place])
    rest["verb"] = rest["verb"]["id"]
    if "timestamp" in rest:
        rest["timestamp"] = moment_or_none(rest["timestamp"])
    if "context" in rest:
        rest["context"] = _context(rest["context"])
    if "duration" in rest.get("result", {}):
        rest["result"] = {**rest["result"], "duration": _SECONDS.sub(r"\1", rest["result"]["duration"])}
    return rest


def _thing(value: dict[str, Any]) -> Any:
    kind = value.get("objectType", "Activity" if "id" in value else "Agent")
    if kind == "Activity":
        return value["id"]
    if kind == "StatementRef":
        return ("StatementRef", value["id"].lower())
    if kind == "SubStatement":
        return _essence(value)
    members = sorted((_thing(member) for member in value.get("member", ())), key=repr)
    return {**value, "objectType": kind, "member": members}


def _context(context: dict[str, Any]) -> dict[str, Any]:
    rest = dict(context)
    for place in ("instructor", "team", "statement"):
        if place in rest:
            rest[place] = _thing(rest[place])
    for place, actor in (("contextAgents", "agent"), ("contextGroups", "group")):
        if place in rest:
            rest[place] = [{**one, actor: _thing(one[actor])} for one in rest[place]]
    if "registration" in rest:
        rest["registration"] = rest["registration"].lower()
    if "contextActivities" in rest:
        rest["contextActivities"] = {kind: _ids(rest["contextActivities"].get(kind, ())) for kind in _LISTS}
    return rest


def _ids(activities: Any) -> list[str]:
    return [activity["id"] for activity in ([activities] if isinstance(activities, dict) else activities)]
