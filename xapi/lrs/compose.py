"""From a valid statement to what is stored: the received JSON, kept digit by digit, with what the LRS sets."""

from typing import NamedTuple

import msgspec
from msgspec import UNSET, Raw

from xapi.lrs.store.rows import NewStatement, agent_and_verb
from xapi.lrs.store.times import uuid_bytes
from xapi.validation.facts import AgentFacts, Definition, ParsedStatement
from xapi.vocabulary import VOIDED

Fields = dict[str, Raw]
FIELDS = msgspec.json.Decoder(Fields)
_LISTS = ("parent", "grouping", "category", "other")


class Author(NamedTuple):
    """Who stores: the Agent in JSON that the LRS writes as authority, its identifier text, and the kind of source."""

    authority: bytes
    ifi: str
    source: str


def compose(
    parsed: ParsedStatement,
    statement_id: str,
    author: Author,
    version: str,
    definitions: tuple[Definition, ...],
    *,
    only_adds: bool = False,
) -> NewStatement:
    """`parsed` ready to store under `statement_id`.

    The authority is that of `author` (Data 2.4.9), `version` the version a statement without one gets (Data 2.4.10),
    `definitions` those that count, which with `only_adds` replace nothing known. Values stay the bytes that the client
    sent; only when it set a property that is the LRS's to set, or left out the list around a context activity (Data
    2.4.6.2), are the properties put together anew.
    """
    added = b',"id":"%b"' % statement_id.encode() if parsed.id is UNSET else b""
    if parsed.version is UNSET:
        added += b',"version":"%b"' % version.encode()
    added += b',"authority":%b' % author.authority
    head = _rewritten(parsed.body) if parsed.must_rewrite else parsed.body[:-1]
    context = parsed.context
    members = _others(parsed.actor)
    thing = parsed.object
    verb = parsed.verb.verb.id
    related = members + thing.related_agents + (context.related_agents if context else ())
    return NewStatement(
        id=uuid_bytes(statement_id),
        head=head + added,
        added=len(added),
        needs_timestamp=parsed.timestamp is UNSET,
        agent=parsed.actor.ifi or "",
        verb=verb,
        activity=thing.activity,
        registration=_registration(parsed),
        authority=author.ifi,
        target=thing.target,
        voids=verb == VOIDED,
        source=author.source,
        direct_agents=members + thing.agents,
        related_agents=related,
        related_activities=thing.related_activities + (context.related_activities if context else ()),
        definitions=definitions,
        only_adds=only_adds,
        agents_and_verb=tuple(agent_and_verb(agent, verb) for agent in related) if related else (),
        original=parsed.body if parsed.must_rewrite else None,
    )


def put_together(fields: Fields) -> bytes:
    """A JSON object of parts that are already JSON."""
    return msgspec.json.encode(fields)


def _others(actor: AgentFacts) -> tuple[str, ...]:
    return tuple(ifi for ifi in actor.agents if ifi != actor.ifi)


def _registration(parsed: ParsedStatement) -> str | None:
    if parsed.context is None or parsed.context.context.registration is UNSET:
        return None
    return parsed.context.context.registration.lower()


def _rewritten(body: bytes) -> bytes:
    fields = FIELDS.decode(body)
    fields.pop("stored", None)
    fields.pop("authority", None)
    _list_activities(fields)
    thing = fields["object"]
    if b'"SubStatement"' in bytes(thing):
        inner = FIELDS.decode(thing)
        _list_activities(inner)
        fields["object"] = Raw(put_together(inner))
    return put_together(fields)[:-1]


def _list_activities(fields: Fields) -> None:
    if "context" not in fields:
        return
    context = FIELDS.decode(fields["context"])
    if "contextActivities" not in context:
        return
    activities = FIELDS.decode(context["contextActivities"])
    for kind in _LISTS:
        if kind in activities and not bytes(activities[kind]).lstrip().startswith(b"["):
            activities[kind] = Raw(b"[%b]" % bytes(activities[kind]))
    context["contextActivities"] = Raw(put_together(activities))
    fields["context"] = Raw(put_together(context))
