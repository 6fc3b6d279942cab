"""A stored statement in the format a client asked for: exact, ids or canonical (xAPI 1.0.3 Communication 2.1.3)."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import msgspec
from msgspec import Raw

from xapi.lrs.compose import FIELDS, Fields, put_together

_IFIS = ("mbox", "mbox_sha1sum", "openid", "account")
_LISTS = msgspec.json.Decoder(list[Raw])
_TEXTS = msgspec.json.Decoder(dict[str, str])
_KIND = msgspec.json.Decoder(str)
_NAMES = ("name", "description")
_PEOPLE = (("contextAgents", "agent"), ("contextGroups", "group"))
Change = Callable[[Raw], Raw]


class _Identified(msgspec.Struct, frozen=True):
    id: str


_IDENTIFIED = msgspec.json.Decoder(_Identified)


def present(body: bytes, form: str, language: str, definitions: Mapping[str, bytes]) -> bytes:
    """`body` in the format `form`.

    For canonical, `language` is an Accept-Language header and `definitions` are the canonical ones of its activities;
    an activity that has none keeps what the statement says.
    """
    if form == "ids":
        return bytes(_statement(Raw(body), _agent_ids, _activity_ids, _verb_ids))
    if form == "canonical":
        wanted = accepted_languages(language)
        return bytes(
            _statement(
                Raw(body),
                lambda agent: agent,
                lambda activity: _activity_in(activity, wanted, definitions),
                lambda verb: _with_languages(verb, ("display",), wanted),
            )
        )
    return body


def activities_in(bodies: Iterable[bytes]) -> set[str]:
    """The IRIs of all activities in statements."""
    found: set[str] = set()

    def note(activity: Raw) -> Raw:
        found.add(_IDENTIFIED.decode(activity).id)
        return activity

    for body in bodies:
        _statement(Raw(body), lambda agent: agent, note, lambda verb: verb)
    return found


def accepted_languages(header: str) -> list[str]:
    """The language ranges of an Accept-Language header, best first, in lower case."""
    found = []
    for place, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag and quality > 0:
            found.append((-quality, place, tag.strip().lower()))
    return [tag for _, _, tag in sorted(found)]


def best_language(tags: list[str], wanted: list[str]) -> str:
    """The tag of a language map that fits best: exact, then by prefix (RFC 4647), then the map's first."""
    by_lower = {tag.lower(): tag for tag in tags}
    for choice in wanted:
        if choice in by_lower:
            return by_lower[choice]
        near = (
            tag for lower, tag in by_lower.items() if lower.startswith(choice + "-") or choice.startswith(lower + "-")
        )
        if (found := next(near, None)) is not None:
            return found
    return tags[0]


def _statement(raw: Raw, agent: Change, activity: Change, verb: Change) -> Raw:
    fields = FIELDS.decode(raw)
    fields["actor"], fields["verb"] = agent(fields["actor"]), verb(fields["verb"])
    fields["object"] = _object(fields["object"], agent, activity, verb)
    if "authority" in fields:
        fields["authority"] = agent(fields["authority"])
    if "context" in fields:
        fields["context"] = _context(fields["context"], agent, activity)
    return Raw(put_together(fields))


def _object(raw: Raw, agent: Change, activity: Change, verb: Change) -> Raw:
    fields = FIELDS.decode(raw)
    kind = _KIND.decode(fields["objectType"]) if "objectType" in fields else "Activity"
    if kind == "Activity":
        return activity(raw)
    if kind == "SubStatement":
        return _statement(raw, agent, activity, verb)
    return raw if kind == "StatementRef" else agent(raw)


def _context(raw: Raw, agent: Change, activity: Change) -> Raw:
    fields = FIELDS.decode(raw)
    for place in ("instructor", "team"):
        if place in fields:
            fields[place] = agent(fields[place])
    for place, actor in _PEOPLE:
        if place in fields:
            fields[place] = _each(fields[place], partial(_within, name=actor, change=agent))
    if "contextActivities" in fields:
        kinds = FIELDS.decode(fields["contextActivities"])
        changed = {kind: _each(kinds[kind], activity) for kind in kinds}
        fields["contextActivities"] = Raw(put_together(changed))
    return Raw(put_together(fields))


def _within(raw: Raw, *, name: str, change: Change) -> Raw:
    fields = FIELDS.decode(raw)
    return Raw(put_together({**fields, name: change(fields[name])}))


def _each(raw: Raw, change: Change) -> Raw:
    return Raw(msgspec.json.encode([change(one) for one in _LISTS.decode(raw)]))


def _agent_ids(raw: Raw) -> Raw:
    """The identifier of an Agent or Group; of an anonymous group, those of its members."""
    fields = FIELDS.decode(raw)
    kept = _only(fields, ("objectType", *_IFIS))
    if not any(ifi in fields for ifi in _IFIS):
        kept["member"] = _each(fields["member"], _agent_ids)
    return Raw(put_together(kept))


def _activity_ids(raw: Raw) -> Raw:
    return Raw(put_together(_only(FIELDS.decode(raw), ("id",))))


def _verb_ids(raw: Raw) -> Raw:
    return Raw(put_together(_only(FIELDS.decode(raw), ("id",))))


def _only(fields: Fields, names: tuple[str, ...]) -> Fields:
    return {name: value for name, value in fields.items() if name in names}


def _activity_in(raw: Raw, wanted: list[str], definitions: Mapping[str, bytes]) -> Raw:
    fields = FIELDS.decode(raw)
    known = definitions.get(_IDENTIFIED.decode(raw).id)
    if known is not None:
        fields["definition"] = Raw(known)
    if "definition" in fields:
        fields["definition"] = _with_languages(fields["definition"], _NAMES, wanted)
    return Raw(put_together(fields))


def _with_languages(raw: Raw, names: tuple[str, ...], wanted: list[str]) -> Raw:
    """`raw` with one language left in each of its language maps `names`."""
    fields = FIELDS.decode(raw)
    for name in names:
        texts = _TEXTS.decode(fields[name]) if name in fields else {}
        if texts:
            tag = best_language(list(texts), wanted)
            fields[name] = Raw(msgspec.json.encode({tag: texts[tag]}))
    return Raw(put_together(fields))
