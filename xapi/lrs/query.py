"""What a client can ask of the statements: the parameters of the standard, checked, and the link to the next page."""

import base64
import binascii
from typing import Literal

import msgspec

from xapi.errors import LrsError, StatementError
from xapi.lrs.attachments import Content
from xapi.lrs.store.rows import Filter
from xapi.lrs.store.times import micros
from xapi.validation.agents import check_agent
from xapi.validation.facts import AgentFacts
from xapi.validation.formats import moment_or_none, require_iri, require_uuid

PAGE = 200
"""The most statements in one answer; a limit of 0 asks for as many."""
_CLAUSE = "Communication 2.1.3"


class StatementQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The filters of xAPI 1.0.3 Communication 2.1.3; `language` is Accept-Language, for the format canonical.

    `attachments` asks for the contents of the attachments too.
    """

    agent: dict[str, object] | None = None
    verb: str | None = None
    activity: str | None = None
    registration: str | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: str | None = None
    until: str | None = None
    limit: int = 0
    format: Literal["ids", "exact", "canonical"] = "exact"
    ascending: bool = False
    attachments: bool = False
    language: str = ""


class StatementResult(msgspec.Struct, frozen=True):
    """One page: JSON bodies in order, and the token with which `Lrs.more` gives the next page, or an empty text.

    `contents` are those of the attachments, each once; None when the query did not ask for them.
    """

    bodies: list[bytes]
    more: str
    contents: list[Content] | None = None


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A query and the seq of the last statement that the client has."""

    query: StatementQuery
    last: int


def check_filter_agent(agent: dict[str, object]) -> AgentFacts:
    """AgentFacts of an agent that a request names; StatementError when it is none or cannot be identified."""
    facts = check_agent(msgspec.json.encode(agent), "agent")
    if facts.ifi is None:
        raise StatementError("statement.ifi_none", "an anonymous group", path="agent", clause=_CLAUSE)
    return facts


def filter_of(query: StatementQuery, last: int | None = None) -> Filter:
    """The query in terms of the store, with one statement more than the page holds, to know whether there is a next.

    `last` is the seq after which the page begins. Raises StatementError when a parameter is malformed.
    """
    for name in ("verb", "activity"):
        if (iri := getattr(query, name)) is not None:
            require_iri(iri, name, _CLAUSE)
    if query.registration is not None:
        require_uuid(query.registration, "registration", _CLAUSE)
    return Filter(
        agent=check_filter_agent(query.agent).ifi if query.agent is not None else None,
        verb=query.verb,
        activity=query.activity,
        registration=query.registration.lower() if query.registration else None,
        related_agents=query.related_agents,
        related_activities=query.related_activities,
        since=_moment(query.since, "since"),
        until=_moment(query.until, "until"),
        after_seq=last if query.ascending else None,
        before_seq=None if query.ascending else last,
        ascending=query.ascending,
        limit=page_size(query) + 1,
    )


def page_size(query: StatementQuery) -> int:
    """How many statements a page of `query` holds at most."""
    return min(query.limit, PAGE) if query.limit > 0 else PAGE


def more_token(query: StatementQuery, last: int) -> str:
    """The token of the page after the statement `last`. It holds the query alone: who asks is looked at each time."""
    return base64.urlsafe_b64encode(msgspec.json.encode(Page(query, last))).decode().rstrip("=")


def read_token(token: str) -> Page:
    """The page that a token names; LrsError 400 when it is none of ours."""
    try:
        return _PAGE.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError) as cause:
        raise LrsError("lrs.more", "not a link of this LRS") from cause


_PAGE = msgspec.json.Decoder(Page)


def _moment(text: str | None, name: str) -> int | None:
    if text is None:
        return None
    moment = moment_or_none(text)
    if moment is None:
        raise StatementError("statement.timestamp", "not an ISO 8601 timestamp", path=name, clause=_CLAUSE)
    return micros(moment)
