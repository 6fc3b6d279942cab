"""What a roster would change, over a snapshot that is only read: whoever writes meanwhile need not wait for it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from xapi.clock import Ids
from xapi.errors import PeopleError
from xapi.people.person import RosterEntry
from xapi.people.store.roster_writer import Change, Known, RosterWriter, Tick
from xapi.people.store.tables import employment
from xapi.people.timeline import Period


class _Later(NamedTuple):
    """What an earlier row made of a person whose number comes again."""

    person: str
    name: str
    after: list[Period]


class RosterPreview(RosterWriter):
    """Says of entries what a RosterWriter would, over a transaction that only reads.

    It remembers what it would have written of those whose number comes again, and who would be employed.
    """

    def __init__(self, connection: Connection, institution: str, ids: Ids, today: date) -> None:
        super().__init__(connection, institution, ids, today)
        self._again: set[str] = set()
        self._later: dict[str, _Later] = {}
        self._employed: set[str] = set()  # of those who were seen

    def apply(self, entries: Sequence[RosterEntry], tick: Tick) -> list[Change | PeopleError]:
        """As the writer's, without writing."""
        counted = Counter(entry.nip.digits for entry in entries)
        self._again = {number for number, times in counted.items() if times > 1}
        return super().apply(entries, tick)

    def _known(self, batch: Sequence[RosterEntry]) -> Known:
        known = super()._known(batch)
        for number in self._later.keys() & {entry.nip.digits for entry in batch}:
            later = self._later[number]
            known.persons[number] = later.person
            known.names[later.person], known.after[later.person] = later.name, later.after
            known.waits.discard(later.person)  # the earlier row has awaited them
        return known

    def _write(self, known: Known) -> None:
        for number, who in known.persons.items():
            if who not in self.seen:
                continue
            after = known.after.get(who, [])
            if number in self._again and self.seen[who] == number:
                self._later[number] = _Later(who, known.names[who], after)
            self._employed.discard(who)
            if any(self._lasts(period) for period in after):
                self._employed.add(who)

    def _lasts(self, period: Period) -> bool:
        return period.start < self._today and (period.end is None or period.end > self._today)

    def employed_before(self) -> int:
        """How many people would be employed today, those of the roster as it says."""
        return len(self._employed) + len(self._others())

    def end_others(self) -> int:
        """How many of the employed have not been `seen`."""
        return len(self._others())

    def _others(self) -> set[str]:
        lasting = select(employment.c.person).where(*self._lasting()).distinct()
        return set(self._connection.execute(lasting).scalars()) - self.seen.keys()
