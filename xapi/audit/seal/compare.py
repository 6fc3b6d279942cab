"""Compares what was sealed with what is there now, and gives each difference its name where the record has it."""

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cache
from typing import NamedTuple, Protocol
from uuid import UUID

from xapi.audit.seal.differences import MOST, Difference
from xapi.audit.seal.form import SealedRoster, SealedStatements
from xapi.audit.seal.leaves import BUCKET_BYTES, Set, key_of_text
from xapi.audit.seal.tree import HASH_BYTES


class Erasures(Protocol):
    """The log of what was erased by law."""

    def statement(self, statement_id: str) -> date | None:
        """The day on which the statement was erased, or None."""
        ...

    def person(self, person: str) -> date | None:
        """The day on which the pseudonym was erased, or None."""
        ...

    def is_recorded(self, day: date) -> bool:
        """Whether the record of processing tells of an erasure on that day or soon after it."""
        ...


class NoErasures:
    """A log in which nothing stands."""

    def statement(self, statement_id: str) -> date | None:
        """None."""

    def person(self, person: str) -> date | None:
        """None."""

    def is_recorded(self, day: date) -> bool:
        """True: there is nothing to doubt."""
        return True


class Changes(NamedTuple):
    """Keys that only the sealed set has, that only the present one has, and whose leaves differ; each in order."""

    removed: list[bytes]
    added: list[bytes]
    altered: list[bytes]


def changes(sealed: Set, now: Set) -> Changes:
    """What differs between two sets; a leaf is altered when its hash is another."""
    old, new = sealed.leaves, now.leaves
    return Changes(
        sorted(old.keys() - new.keys()),
        sorted(new.keys() - old.keys()),
        sorted(key for key in old.keys() & new.keys() if old[key][:HASH_BYTES] != new[key][:HASH_BYTES]),
    )


Look = Callable[[str], bytes | None]
"""Gives the leaf of the statement with an id as the LRS has it at any time, voided or not; None when it is gone."""


def statement_differences(
    part: SealedStatements, sealed: Set | None, now: Set, look: Look, erasures: Erasures
) -> Iterator[Difference]:
    """How the statements differ in what they say; without `sealed`, the record of them, only parts have names."""
    if part.root != now.root():
        if sealed is None:
            counts: dict[str, object] = {"sealed": part.count, "now": len(now)}
            yield Difference("statements", counts | {"parts": ", ".join(parts_of(part, now)) or "-"})
        else:
            yield from _named(sealed, changes(sealed, now), look, erasures)


def stamp_differences(part: SealedStatements, sealed: Set | None, now: Set) -> Iterator[Difference]:
    """How statements that say the same differ in what the LRS wrote; nothing when they say something else."""
    if part.root != now.root() or part.exact == now.exact():
        return
    if sealed is None or sealed.exact() != part.exact:
        yield Difference("statements_stamped")
        return
    stamped = sorted(key for key in now.leaves if sealed.leaves.get(key) != now.leaves[key])
    yield from (Difference("restamped", {"id": _uuid(key)}) for key in stamped[:MOST])


def _named(sealed: Set, found: Changes, look: Look, erasures: Erasures) -> Iterator[Difference]:
    """The worst first: what was altered or removed, what was added, and at last what was erased by law."""
    recorded = cache(erasures.is_recorded)
    gone: list[Difference] = []
    erased: list[Difference] = []
    for key in found.removed:
        number = _uuid(key)
        day = erasures.statement(number)
        there = look(number)
        if there is not None:
            kind = "moved" if there[:HASH_BYTES] == sealed.leaves[key][:HASH_BYTES] else "altered"
            gone.append(Difference(kind, {"id": number}))
        elif day is not None and recorded(day):
            erased.append(Difference("erased", {"id": number, "day": day.isoformat()}))
        elif day is not None:
            gone.append(Difference("erased_unrecorded", {"id": number, "day": day.isoformat()}))
        else:
            gone.append(Difference("removed", {"id": number}))
    gone += [Difference("altered", {"id": _uuid(key)}) for key in found.altered]
    gone.sort(key=lambda one: str(one.values["id"]))
    yield from gone[:MOST]
    yield from (Difference("added", {"id": _uuid(key)}) for key in found.added[:MOST])
    yield from erased


def parts_of(part: SealedStatements, now: Set) -> list[str]:
    """The beginnings of ids, in hex digits, in which the sets differ."""
    try:
        sealed = base64.b64decode(part.buckets, validate=True)
    except (binascii.Error, ValueError):
        return []
    mine = now.buckets()
    if len(sealed) != BUCKET_BYTES * len(mine):
        return []
    digits = 2 if len(mine) > 16 else 1
    old = [sealed[at : at + BUCKET_BYTES] for at in range(0, len(sealed), BUCKET_BYTES)]
    return [f"{number:0{digits}x}…" for number, pair in enumerate(zip(old, mine, strict=True)) if pair[0] != pair[1]]


def roster_differences(part: SealedRoster, sealed: Set | None, now: Set, erasures: Erasures) -> Iterator[Difference]:
    """How the roster differs."""
    if part.root == now.root():
        return
    if sealed is None:
        yield Difference("other_roster", {"sealed": part.count, "now": len(now)})
        return
    found = changes(sealed, now)
    erased: list[Difference] = []
    recorded = cache(erasures.is_recorded)
    for key in found.removed[: MOST * 10]:
        person = key.hex()
        day = erasures.person(person)
        if day is not None and recorded(day):
            erased.append(Difference("roster_erased", {"id": person, "day": day.isoformat()}))
        elif day is not None:
            yield Difference("roster_unrecorded", {"id": person, "day": day.isoformat()})
        else:
            yield Difference("roster_removed", {"id": person})
    yield from (Difference("roster_altered", {"id": key.hex()}) for key in found.altered[:MOST])
    yield from (Difference("roster_added", {"id": key.hex()}) for key in found.added[:MOST])
    yield from erased


def row_differences(
    sealed: Set | None, now: Set, names: Mapping[bytes, str], erased: AbstractSet[bytes], *, explained: bool = False
) -> Iterator[Difference]:
    """Which rows differ; `names` has a name for each present row by its key.

    `erased` are the keys of rows that people erased by law had. Where some were, sums of groups cannot be reckoned
    again; the row of any other person still can. It is `explained` when statements were erased by law, whoever they
    were about, and nothing else differs.
    """
    if sealed is None:
        yield Difference("figures_erased", {"rows": len(now)}) if erased or explained else Difference("figures")
        return
    found = changes(sealed, now)
    gap = (set(found.removed) & erased) | (_SUMMARY & set(found.altered) if erased else set())
    if explained or (erased and not any(key in erased for key in sealed.leaves)):  # a report of groups
        gap |= {*found.removed, *found.altered}
    differing = {*found.altered, *found.added, *found.removed} - gap
    rows = sorted(names.get(key, key.hex()) for key in differing - _SUMMARY)
    yield from (Difference("figure_row", {"row": row}) for row in rows[:MOST])
    if differing & _SUMMARY:
        yield Difference("figure_summary")
    if gap:
        yield Difference("figures_erased", {"rows": len(gap)})


_SUMMARY = frozenset({key_of_text("summary")})


def _uuid(key: bytes) -> str:
    return str(UUID(bytes=key))
