"""Brings the people store to what a roster says, some hundred people at a time, all in one transaction."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import islice
from typing import Literal, NamedTuple

from sqlalchemy import Connection, bindparam, column, delete, insert, select, table, update

from xapi.clock import Ids
from xapi.database import temporary_list
from xapi.errors import PeopleError
from xapi.people.person import RosterEntry
from xapi.people.store.employments import histories, write_history
from xapi.people.store.tables import employment, nip, person, waiting
from xapi.people.timeline import Period, placed

BATCH = 500
Change = Literal["added", "changed", "unchanged"]
Tick = Callable[[int], object]
_SEEN = table("roster_seen", column("value"))
_RENAME = update(person).where(person.c.institution == bindparam("here"), person.c.id == bindparam("who"))


class Applied(NamedTuple):
    """What became of each entry of a roster, in order, and how many people `left` because it does not name them."""

    outcomes: list[Change | PeopleError]
    left: int = 0

    @property
    def bad(self) -> bool:
        """Whether an entry could not be used."""
        return any(isinstance(outcome, PeopleError) for outcome in self.outcomes)


class Known:
    """What is stored of the people behind some entries; `made` are those that are new."""

    def __init__(self, connection: Connection, institution: str, numbers: Sequence[str]) -> None:
        of_nip = select(nip.c.nip, nip.c.person).where(nip.c.institution == institution, nip.c.nip.in_(numbers))
        self.persons: dict[str, str] = {row.nip: row.person for row in connection.execute(of_nip)}
        people = list(set(self.persons.values()))
        names = select(person.c.id, person.c.name).where(person.c.institution == institution, person.c.id.in_(people))
        self.names: dict[str, str] = {row.id: row.name for row in connection.execute(names)}
        waits = select(waiting.c.person).where(waiting.c.institution == institution, waiting.c.person.in_(people))
        self.waits: set[str] = set(connection.execute(waits).scalars())
        self.before = histories(connection, institution, people)
        self.after: dict[str, list[Period]] = dict(self.before)
        self.made: dict[str, str] = {}  # number by person
        self.renamed: dict[str, str] = {}
        self.arrived: set[str] = set()


class RosterWriter:
    """Applies entries over an open write transaction; `ids` gives new people their pseudonyms."""

    def __init__(self, connection: Connection, institution: str, ids: Ids, today: date) -> None:
        self._connection = connection
        self._institution = institution
        self._ids = ids
        self._today = today.isoformat()
        self.seen: dict[str, str] = {}  # number by person: two numbers of one person cannot both say where they work

    def apply(self, entries: Sequence[RosterEntry], tick: Tick) -> list[Change | PeopleError]:
        """What became of each entry; one that cannot be used leaves its person as they were."""
        remaining, outcomes = iter(entries), list[Change | PeopleError]()
        while batch := list(islice(remaining, BATCH)):
            known = self._known(batch)
            for entry in batch:
                try:
                    outcomes.append(self._apply_one(known, entry))
                except PeopleError as error:
                    outcomes.append(error)
            self._write(known)
            tick(len(batch))
        return outcomes

    def _known(self, batch: Sequence[RosterEntry]) -> Known:
        return Known(self._connection, self._institution, [entry.nip.digits for entry in batch])

    def _apply_one(self, known: Known, entry: RosterEntry) -> Change:
        number = entry.nip.digits
        who = known.persons.get(number)
        if who is None:
            periods = placed([], entry, self._today)
            who = self._ids().hex
            known.persons[number], known.made[who], known.names[who] = who, number, entry.name
            known.after[who], self.seen[who] = periods, number
            return "added"
        if self.seen.setdefault(who, number) != number:
            raise PeopleError("people.person_twice", "two numbers of one person in the roster")
        known.after[who] = placed(before := known.after.get(who, []), entry, self._today)
        awaited, renamed = who in known.waits, known.names[who] != entry.name
        if renamed:
            known.names[who] = known.renamed[who] = entry.name
        if awaited:
            known.waits.discard(who)
            known.arrived.add(who)
        return "changed" if before != known.after[who] or renamed or awaited else "unchanged"

    def _write(self, known: Known) -> None:
        run, here = self._connection.execute, self._institution
        if known.made:
            made = known.made.items()
            run(insert(person), [{"institution": here, "id": who, "name": known.names[who]} for who, _ in made])
            run(insert(nip), [{"institution": here, "nip": number, "person": who} for who, number in made])
        renamed = [{"here": here, "who": who, "name": name} for who, name in known.renamed.items()]
        renamed = [one for one in renamed if one["who"] not in known.made]
        if renamed:
            run(_RENAME, renamed)
        if known.arrived:
            mine = waiting.c.person.in_(sorted(known.arrived))
            run(delete(waiting).where(waiting.c.institution == here, mine))
        write_history(self._connection, here, known.before, known.after)

    def employed_before(self) -> int:
        """How many people are employed today."""
        return len(set(self._connection.execute(select(employment.c.person).where(*self._lasting())).scalars()))

    def end_others(self) -> int:
        """Ends the employment, today, of everyone who was employed and has not been `seen`; returns how many."""
        temporary_list(self._connection, "roster_seen", list(self.seen))
        gone = employment.c.person.not_in(select(_SEEN.c.value))
        leaving = select(employment.c.person).where(*self._lasting(), gone)
        left = len(set(self._connection.execute(leaving).scalars()))
        self._connection.execute(update(employment).where(*self._lasting(), gone).values(valid_to=self._today))
        return left

    def _lasting(self) -> tuple:
        until = (employment.c.valid_to.is_(None)) | (employment.c.valid_to > self._today)
        return employment.c.institution == self._institution, employment.c.valid_from < self._today, until


def applied(
    writer: RosterWriter, entries: Sequence[RosterEntry], *, keep_good: bool, most_leaving: float | None, tick: Tick
) -> Applied:
    """What `writer` made of `entries`; see `PeopleStore.apply_entries`."""
    done = Applied(writer.apply(entries, tick))
    if most_leaving is None or (done.bad and not keep_good):
        return done
    employed = writer.employed_before()
    left = writer.end_others()
    if left > most_leaving * employed:
        raise PeopleError("people.many_leave", "a full list without many", n=left, of=employed)
    return done._replace(left=left)
