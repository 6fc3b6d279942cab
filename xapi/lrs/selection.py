"""Which statements of the log go out, to another LRS or into a file: by verb, activity, agent, source and time."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec import Raw

from xapi.errors import LrsError, StatementError
from xapi.lrs.present import activities_in
from xapi.lrs.principal import SOURCES
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store.rows import StoredStatement
from xapi.lrs.store.times import micros, text_of_micros
from xapi.validation.agents import check_agent
from xapi.validation.formats import moment_or_none, require_iri

_CLAUSE = "Communication 2.1.3"
_AGENTS = ("Agent", "Group")


class Selection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A statement must fit each property that is not empty; make one with `selection_of`.

    `activities` fit related activities too (object, context activities, SubStatement), `agents` (texts that identify
    them) fit the actor, the members of its group, and an Agent as object. `since` is before and `until` at the latest
    moment `stored`, as the store writes it.
    """

    verbs: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def picks(self, statement: StoredStatement) -> bool:
        """Whether `statement` is one of those wanted."""
        if self.sources and statement.source not in self.sources:
            return False
        if (self.since and statement.stored <= self.since) or (self.until and statement.stored > self.until):
            return False
        return self._picks_body(statement.body)

    def _picks_body(self, body: bytes) -> bool:
        if self.verbs and _VERB.decode(body).verb.id not in self.verbs:
            return False
        if self.activities and activities_in([body]).isdisjoint(self.activities):
            return False
        return not self.agents or not _agents_in(body).isdisjoint(self.agents)


class _Identified(msgspec.Struct, frozen=True):
    id: str


class _Verb(msgspec.Struct, frozen=True):
    verb: _Identified


class _Kind(msgspec.Struct, frozen=True, rename="camel"):
    object_type: str = "Activity"


class _Who(msgspec.Struct, frozen=True):
    actor: Raw
    object: Raw


_VERB = msgspec.json.Decoder(_Verb)
_KIND = msgspec.json.Decoder(_Kind)
_WHO = msgspec.json.Decoder(_Who)


def selection_of(
    *,
    verbs: Iterable[str] = (),
    activities: Iterable[str] = (),
    agents: Iterable[Mapping[str, object]] = (),
    sources: Iterable[str] = (),
    since: str = "",
    until: str = "",
) -> Selection:
    """A Selection of values as people write them: IRIs, Agents as in xAPI, ISO 8601 timestamps.

    Raises StatementError for a malformed one (its path says which) and LrsError for an unknown source.
    """
    wanted = tuple(sources)
    if not SOURCES.issuperset(wanted):
        raise LrsError("lrs.unknown_source", "unknown source", known=", ".join(sorted(SOURCES)))
    return Selection(
        verbs=tuple(require_iri(verb, "verb", _CLAUSE) for verb in verbs),
        activities=tuple(require_iri(activity, "activity", _CLAUSE) for activity in activities),
        agents=tuple(check_filter_agent(dict(agent)).ifi or "" for agent in agents),
        sources=wanted,
        since=_moment(since, "since"),
        until=_moment(until, "until"),
    )


def stored_text(moment: datetime) -> str:
    """`moment` (aware) as the store writes `stored`; texts of this form sort as the moments do."""
    return text_of_micros(micros(moment))


def _moment(text: str, name: str) -> str:
    if not text:
        return ""
    moment = moment_or_none(text)
    if moment is None:
        raise StatementError("statement.timestamp", "not an ISO 8601 timestamp", path=name, clause=_CLAUSE)
    return stored_text(moment)


def _agents_in(body: bytes) -> set[str]:
    who = _WHO.decode(body)
    found = set(check_agent(who.actor, "$.actor").agents)
    if _KIND.decode(who.object).object_type in _AGENTS:
        found.update(check_agent(who.object, "$.object").agents)
    return found
