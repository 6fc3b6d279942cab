"""Reads and imports the roster of an institution: every bad cell is named with its reason, none is guessed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from xapi.errors import PeopleError
from xapi.people.layouts import ROSTER, TITLES
from xapi.people.person import RosterEntry
from xapi.people.roster_cells import Flag, Reader
from xapi.sheet import Head, SheetRow, open_sheet
from xapi.sheet_layout import Layout, find_head, headers_of, mark_of, remembered_for, unused_headers
from xapi.sheet_rows import RefusedCell
from xapi.sheet_tables import Line

if TYPE_CHECKING:
    from xapi.people.store.people import PeopleStore
    from xapi.people.store.roster_writer import Tick

MOST_ROWS = 500_000
MOST_BYTES = 100 * 1024 * 1024
MOST_TOLD = 1000  # bad cells: a wrong column makes one of every row
#: A list that leaves out more than one in ten of those employed is rather a part of it.
MOST_LEAVING = 0.1


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many people were `added`, `changed` and found `unchanged`, how many `left` (see `Wanted.full`), the
    `refused` cells, and `flagged`, which are used as they are and worth a look; `written` says whether anything was
    stored: with a refused cell nothing is, unless bad rows were to be skipped."""

    added: int
    changed: int
    unchanged: int
    refused: Sequence[RefusedCell]
    written: bool
    left: int = 0
    flagged: Sequence[Flag] = ()

    @property
    def nothing_new(self) -> bool:
        """Whether the store says already what the roster says."""
        return not (self.refused or self.added or self.changed or self.left)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a roster is imported.

    `skip_bad` leaves out bad rows alone. With `full` the roster names everyone: who is employed and missing leaves on
    the `day` from which it holds (today without one); more than one in ten only if `many_may_leave`. With `dry`
    nothing is written. `reads` hears how many rows were read, `applies` how many will be applied, and gives what
    hears how many are.
    """

    skip_bad: bool = False
    full: bool = False
    many_may_leave: bool = False
    dry: bool = False
    day: date | None = None
    zone: tzinfo = UTC
    reads: "Tick" = lambda _rows: None
    applies: "Callable[[int], Tick]" = lambda _total: lambda _rows: None


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster that was found in a file: `rows` are read one by one, once; `headers` by field as the file has them,
    `unused` the headers of the other columns, `mark` what its layout is remembered by."""

    rows: Iterable[SheetRow]
    layout: Layout
    headers: Mapping[str, str] = field(default_factory=dict)
    unused: Sequence[str] = ()
    mark: str = ""


def open_roster(path: Path, layout: Layout, remembered: Callable[[str], Layout | None]) -> Roster:
    """The roster in `path`, its columns found by `layout`, by what is `remembered` of its headers, and by their names.

    Raises SheetError when it is no table or lacks a required column (NIP, nama, OPD, status), PeopleError when two
    columns could be the same.
    """
    chosen = [layout]

    def find(lines: Sequence[Line]) -> Head:
        kept = remembered_for(lines, remembered)
        if kept is not None:
            chosen.append(layout.over(kept))
        return find_head(lines, chosen[-1], ROSTER)

    sheet = open_sheet(path, find, most_rows=MOST_ROWS, most_bytes=MOST_BYTES)
    headers = headers_of(sheet.headers, sheet.head)
    unused = unused_headers(sheet.headers, sheet.head)
    return Roster(sheet.rows, chosen[-1], headers, unused, mark_of(list(sheet.headers.values())))


def read_roster(path: Path) -> list[SheetRow]:
    """The rows of the roster `path`, its columns found by their names; raises as `open_roster`."""
    return list(open_roster(path, Layout(), lambda _mark: None).rows)


def import_roster(
    store: "PeopleStore",
    roster: Roster | Sequence[SheetRow],
    now: datetime,
    wanted: Wanted | None = None,
    *,
    skip_bad: bool = False,
    zone: tzinfo = UTC,
) -> ImportReport:
    """Brings `store` to what `roster` says; an employment that differs begins at its start date, else on the day from
    which the roster holds.

    One bad cell and nothing is written, unless bad rows are to be skipped: then they alone are left out. The report
    names all. Raises PeopleError `people.many_leave` when a full list would end the employment of too many.
    """
    wanted = wanted or Wanted(skip_bad=skip_bad, zone=zone)
    if wanted.full and wanted.skip_bad:
        raise PeopleError("people.full_skips", "whoever is skipped would leave")
    if not isinstance(roster, Roster):
        roster = Roster(roster, Layout(), dict(TITLES))
    reader = Reader(roster.headers, roster.layout)
    numbers, entries = _read(reader, roster.rows, wanted.reads)
    if reader.refused and not wanted.skip_bad:
        return ImportReport(0, 0, 0, reader.refused, written=False, flagged=reader.flagged)
    applied = store.apply_entries(
        entries,
        wanted.day or now.astimezone(wanted.zone).date(),
        keep_good=wanted.skip_bad,
        dry=wanted.dry,
        most_leaving=None if not wanted.full else 1.0 if wanted.many_may_leave else MOST_LEAVING,
        tick=wanted.applies(len(entries)),
    )
    counted: Counter[str] = Counter()
    for number, outcome in zip(numbers, applied.outcomes, strict=True):
        if isinstance(outcome, PeopleError):
            reader.refuse(number, "end" if outcome.code == "people.ends_before" else _place(outcome), outcome)
        else:
            counted[outcome] += 1
    if reader.refused and not wanted.skip_bad:
        return ImportReport(0, 0, 0, reader.refused, written=False, flagged=reader.flagged)
    return ImportReport(
        counted["added"], counted["changed"], counted["unchanged"], reader.refused,
        written=not wanted.dry, left=applied.left, flagged=reader.flagged,
    )  # fmt: skip


def _read(reader: Reader, rows: Iterable[SheetRow], tick: "Tick") -> tuple[list[int], list[RosterEntry]]:
    """The good rows, each with its number; stops when more is wrong than anybody reads."""
    numbers, entries = [], []
    for row in rows:
        tick(1)
        entry = reader.entry(row)
        if entry is not None:
            numbers.append(row.number)
            entries.append(entry)
        if len(reader.refused) >= MOST_TOLD:
            raise PeopleError("people.too_many_bad", "most rows are bad", n=MOST_TOLD, first=reader.told())
    return numbers, entries


def _place(error: PeopleError) -> str:
    return "nip" if error.code == "people.person_twice" else "start"
