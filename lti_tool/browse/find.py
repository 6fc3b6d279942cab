"""Finds statements page by page, newest first, at the same cost however many there are.

Filters of the standard go to the store, which has an index for each. The source of evidence has none, and of voided
statements the store knows only the statements that void them: for these two a page looks at a bounded number of
statements, keeps those that fit, and the next page goes on from there.
"""

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from uuid import UUID

import msgspec

from lti_tool.browse.rows import read
from xapi.errors import StatementError
from xapi.lrs.store import StatementStore, StoredStatement
from xapi.lrs.store.rows import Filter
from xapi.validation.agents import check_agent
from xapi.vocabulary import VOIDED

PAGE = 50
MOST_LOOKED = 2_000
_BATCH = 100


class Wanted(msgspec.Struct, frozen=True):
    """Which statements. `agents` are identifier texts of the store, any of them fits; times are microseconds since
    1970, stored after `since` and up to `until`; `voided` asks for those that were voided and for no others."""

    agents: tuple[str, ...] = ()
    verb: str | None = None
    activity: str | None = None
    related: bool = False
    registration: str | None = None
    since: int | None = None
    until: int | None = None
    source: str = ""
    voided: bool = False


class Found(msgspec.Struct, frozen=True):
    """One page. `more` is the place after which the next begins, None at the end; `cut` says that the page ended
    because enough was looked at, not because it is full."""

    statements: list[StoredStatement]
    more: int | None = None
    cut: bool = False


Pick = Callable[[StoredStatement], StoredStatement | None]


def find(store: StatementStore, institution: str, wanted: Wanted, before: int | None = None) -> Found:
    """The page of statements of `institution` that fit `wanted` and come after the place `before` (None: the first)."""
    kept: list[StoredStatement] = []
    last = before
    for looked, (place, picked) in enumerate(walk(store, institution, wanted, before)):
        if len(kept) == PAGE or looked == MOST_LOOKED:
            return Found(kept, last, cut=len(kept) < PAGE)
        last = place
        if picked is not None:
            kept.append(picked)
    return Found(kept)


def walk(
    store: StatementStore, institution: str, wanted: Wanted, before: int | None = None
) -> Iterator[tuple[int, StoredStatement | None]]:
    """All that is looked at for `wanted`, newest first, without end: each place, and the statement if it fits.

    What is stored meanwhile is newer, so it changes nothing of what comes.
    """
    pick: Pick = lambda one: one if _from(one, wanted.source) else None  # noqa: E731
    asked, last = wanted, before
    if wanted.voided:
        asked, pick = Wanted(verb=VOIDED), _target_of(store, institution, wanted)
    while True:
        batch = _batch(store, institution, asked, last)
        for one in batch:
            last = one.seq
            yield last, pick(one)
        if len(batch) < _BATCH:
            return


def _batch(store: StatementStore, institution: str, wanted: Wanted, before: int | None) -> list[StoredStatement]:
    """The next statements that the store finds, newest first, each once."""
    filters = [
        Filter(
            agent=agent,
            verb=wanted.verb,
            activity=wanted.activity,
            registration=wanted.registration,
            related_activities=wanted.related,
            since=wanted.since,
            until=wanted.until,
            before_seq=before,
            limit=_BATCH,
        )
        for agent in (wanted.agents or (None,))
    ]
    if len(filters) == 1:
        return store.search(institution, filters[0])
    several = merge(*(store.search(institution, one) for one in filters), key=lambda one: -one.seq)
    return list(islice({one.seq: one for one in several}.values(), _BATCH))


def _from(one: StoredStatement, source: str) -> bool:
    return not source or one.source == source


def _target_of(store: StatementStore, institution: str, wanted: Wanted) -> Pick:
    """Picks what a voiding statement has voided, if it fits and was not picked before."""
    seen: set[str] = set()

    def pick(one: StoredStatement) -> StoredStatement | None:
        target = read(one.body).voids
        if not target or target in seen:
            return None
        seen.add(target)
        found = store.get(institution, UUID(target).bytes, voided=True)
        return found if found is not None and _fits(found, wanted) else None

    return pick


def _fits(one: StoredStatement, wanted: Wanted) -> bool:
    """Whether a voided statement has what is wanted; the store no longer finds it by its filters."""
    body = read(one.body)
    activities = {body.thing.id} | (_context_activities(one.body) if wanted.related else set())
    return (
        _from(one, wanted.source)
        and (not wanted.agents or _ifi(body.actor_json) in wanted.agents)
        and wanted.verb in (None, body.verb.id)
        and (wanted.activity is None or wanted.activity in activities)
        and wanted.registration in (None, body.context.registration.lower())
        and (wanted.since is None or one.moment > wanted.since)
        and (wanted.until is None or one.moment <= wanted.until)
    )


class _Identified(msgspec.Struct):
    id: str = ""


class _Context(msgspec.Struct, rename="camel"):
    context_activities: dict[str, list[_Identified]] = {}


class _Body(msgspec.Struct):
    context: _Context = msgspec.field(default_factory=_Context)


_BODY = msgspec.json.Decoder(_Body)


def _context_activities(body: bytes) -> set[str]:
    try:
        lists = _BODY.decode(body).context.context_activities.values()
    except msgspec.MsgspecError:
        return set()
    return {one.id for some in lists for one in some}


def _ifi(agent: bytes) -> str:
    try:
        return check_agent(agent, "actor").ifi or ""
    except StatementError:
        return ""
