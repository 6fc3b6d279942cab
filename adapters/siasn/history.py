"""The history that SIASN holds of an institution's people, read back so that the audit sees what is entered twice.

SIASN is no LMS: its rows are evidence of the source `foreign`, wait for a validator and count nothing until then. The
audit finds those that an LMS recorded too (`double_entry`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

from adapters.errors import AdapterError
from adapters.recording import RefusedRecord
from adapters.records import LearningRecord
from adapters.remote import Connection, Page
from adapters.siasn.options import choices_of
from adapters.siasn.references import DIKLAT, KINDS, KURSUS, Record
from adapters.siasn.rows import Held, held_of, text_in
from adapters.siasn.service import Siasn
from xapi.identity import mask_nip, mask_nips_in
from xapi.intake import Identity
from xapi.sheet_numbers import decimal_of
from xapi.vocabulary import COMPLETED, JAMPEL, TYPE_EVENT

PERSONS = 20  # of one page: two requests each
MANY = 5  # persons of whom nothing was told: no coincidence
ABOUT_ONE = frozenset({"remote.broken_answer", "remote.too_large"})
MOST_HOURS = 2000  # as in attendance sheets: no programme is longer


class SiasnHistory:
    """Reads riwayat kursus and riwayat diklat of `Connection.people`, person by person; see `RecordPull`.

    SIASN does not tell what is new, so every run reads all of them from the year `pull_from` on; what was read before
    is recorded once all the same. The cursor is a place in the list of people, which a run that broke off goes on
    from, and no NIP. What a push of ours put there (`Connection.pushed`) is left out.
    """

    source = "foreign"

    def pages(self, connection: Connection, cursor: str) -> Iterator[Page]:
        """As in `RecordPull`; raises AdapterError `siasn.no_people` when there is nobody to ask for."""
        people = sorted(set(connection.people()))
        if not people:
            raise AdapterError("siasn.no_people", "no people")
        reader = _Reader(connection)
        total = len(people)
        for done in range(_begin(cursor, total), total, PERSONS):
            part = people[done : done + PERSONS]
            records, refused = reader.page(part)
            reached = done + len(part)
            where = f"{reached}/{total}" if reached < total else ""
            yield Page(records=records, cursor=where, refused=refused, done=reached, total=total)


def _begin(cursor: str, total: int) -> int:
    """The place in the list where a run goes on; the beginning when the list has changed since."""
    place, _slash, of = cursor.partition("/")
    known = place.isascii() and place.isdigit() and of == str(total) and int(place) < total
    return int(place) if known else 0


class _Reader:
    """Reads one person after the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._siasn = Siasn(connection)
        self._from = choices_of(connection).pull_from
        self._pushed = connection.pushed()
        self._records: list[LearningRecord] = []
        self._refused: list[RefusedRecord] = []
        self._untold: list[AdapterError] = []

    def page(self, people: Sequence[str]) -> tuple[Sequence[LearningRecord], Sequence[RefusedRecord]]:
        """What SIASN holds of `people`, and what of it cannot be used.

        Raises AdapterError when nobody could be asked about any more, or nothing was told of many people: it is the
        system then, and not they.
        """
        self._records, self._refused, self._untold = [], [], []
        for nip in people:
            for kind in (KURSUS, DIKLAT):
                for row in self._history(nip, kind):
                    self._take(nip, row, kind)
        if len(people) >= MANY and len(self._untold) == 2 * len(people):
            raise self._untold[-1]
        return self._records, self._refused

    def _history(self, nip: str, kind: Record) -> Sequence[Mapping[str, Any]]:
        try:
            return self._siasn.history(kind, nip)
        except AdapterError as error:
            if error.code.startswith("remote.") and error.code not in ABOUT_ONE:
                raise
            self._untold.append(error)
            self._refused.append(RefusedRecord(f"rw-{kind.name} {mask_nip(nip)}", error))
            return ()

    def _take(self, nip: str, row: Mapping[str, Any], kind: Record) -> None:
        held = held_of(row, kind)
        if held.id in self._pushed or (held.year is not None and held.year < self._from):
            return
        try:
            self._records.append(self._record(nip, row, held, kind))
        except AdapterError as error:
            self._refused.append(RefusedRecord(_place(held, kind), error))

    def _record(self, nip: str, row: Mapping[str, Any], held: Held, kind: Record) -> LearningRecord:
        form = KINDS[held.kind].form
        if not held.id or not held.name or held.first is None or held.last is None:
            raise AdapterError("siasn.row_incomplete", kind.name)
        if held.first > held.last:
            raise AdapterError("siasn.row_dates", kind.name, first=held.first, last=held.last)
        if form not in self._connection.forms:
            raise AdapterError("siasn.row_form", form, form=form)
        here = self._connection
        return LearningRecord(
            key=("siasn", kind.name, held.id),
            who=Identity(nip=nip),
            place=_place(held, kind),
            verb=COMPLETED,
            activity=f"{JAMPEL}kegiatan/{here.institution}/siasn-{kind.name}-{quote(held.id, safe='')}",
            activity_type=TYPE_EVENT,
            title=held.name,
            at=_noon(held.last, here),
            lasted=held.last - held.first,
            completed=True,
            jp=_hundredths(text_in(row, "jumlahJam")),
            form=form,
            certificate=held.number,
            organiser=text_in(row, "institusiPenyelenggara"),
        )


def _hundredths(hours: str) -> int:
    """The hours of a row as hundredths of JP; raises AdapterError `siasn.row_hours`."""
    number = decimal_of(hours)
    if number is None or not 0 < number <= MOST_HOURS:
        raise AdapterError("siasn.row_hours", "no hours", value=mask_nips_in(hours)[:20] or "–")
    return int(number * 100)


def _noon(day: date, connection: Connection) -> datetime:
    return datetime.combine(day, time(12), connection.zone)


def _place(held: Held, kind: Record) -> str:
    return f"rw-{kind.name} {held.id or '?'}"
