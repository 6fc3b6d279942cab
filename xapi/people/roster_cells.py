"""Reads the cells of a roster's rows: what is wrong is refused with its place, what is unusual is flagged and used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from sys import intern

from xapi.errors import JampelError, PeopleError
from xapi.identity import Nip, mask_nip, mask_nips_in, parse_nip
from xapi.people.layouts import BY_NIP, TITLES
from xapi.people.person import RosterEntry
from xapi.sheet import Cell, Formula, SheetRow, date_of, plain_name, text_of
from xapi.sheet_layout import Layout
from xapi.sheet_rows import RefusedCell, RowReader

STATUSES = {
    "pns": "PNS", "pegawai negeri sipil": "PNS", "cpns": "CPNS", "calon pns": "CPNS",
    "calon pegawai negeri sipil": "CPNS", "pppk": "PPPK", "p3k": "PPPK",
    "pegawai pemerintah dengan perjanjian kerja": "PPPK",
}  # fmt: skip
ASKED = "nip"  # a status by the number
MOST_FLAGGED = 1000


@dataclass(frozen=True, slots=True)
class Flag:
    """A cell that is used as it is and worth a look: `code` as of a refused cell, `masked` what it says."""

    row: int
    column: str
    code: str
    masked: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where a number stood before: its row, from which day, and the work it said."""

    row: int
    start: date | None
    work: tuple[str, ...]


class Reader:
    """Reads rows under the `headers` of their columns (by field); `layout` says what holds for all."""

    def __init__(self, headers: Mapping[str, str], layout: Layout) -> None:
        self.refused: list[RefusedCell] = []
        self.flagged: list[Flag] = []
        self._titles = TITLES | {name: header for name, header in headers.items() if header}
        self._fixed: dict[str, Cell] = dict(layout.fixed)
        self._seen: dict[Nip, _Seen] = {}

    def entry(self, row: SheetRow) -> RosterEntry | None:
        """The row as an entry; None when it is refused, or says again what an earlier row of the person said."""
        row = SheetRow(row.number, self._fixed | row.cells)
        reader = RowReader(row, self._titles, self.refused)
        nip = reader.cell("nip", nip_of)
        name = reader.cell("name", _name)
        opd = reader.cell("opd", _opd)
        status = reader.cell("status", lambda cell: self._status(cell, nip))
        others = [reader.cell(one, text_of) or "" for one in ("position", "grade", "unit", "unit_code")]
        start, last = reader.cell("start", date_of), reader.cell("end", date_of)
        if not reader.good or nip is None:
            self._note_twice(reader, nip, start)
            return None
        work = tuple(intern(text) for text in (opd or "", status or "", *others))
        if not self._note(reader, nip, start, work):
            return None
        position, grade, unit, unit_code = work[2:]
        end = last + timedelta(days=1) if last else None
        return RosterEntry(nip, name or "", work[0], work[1], position, grade, start, unit, unit_code, end)

    def _note_twice(self, reader: RowReader, nip: Nip | None, start: date | None) -> None:
        """Of a bad row it is still said when its number stood before."""
        if nip is not None and nip in self._seen:
            self._note(reader, nip, start, ())

    def _note(self, reader: RowReader, nip: Nip, start: date | None, work: tuple[str, ...]) -> bool:
        """Whether the row is new: the first of its person, or a later stretch of the same person's history."""
        before = self._seen.get(nip)
        if before is None:
            self._flag_number(reader.number, nip, work[1])
        elif start is None or before.start is None or start <= before.start:
            masked = mask_nip(nip.digits)
            error = PeopleError("people.nip_twice", "the NIP stands in two rows", masked=masked, first=before.row)
            reader.refuse("nip", error)
            return False
        self._seen[nip] = _Seen(reader.number, start, work)
        return before is None or before.work != work

    def _flag_number(self, row: int, nip: Nip, status: str) -> None:
        """An unusual number is no wrong number, and the list decides the status: both are only pointed out."""
        if not nip.plausible:
            self._finding("people.nip_unusual", row, "nip", mask_nip(nip.digits))
        elif nip.status_hint not in (None, "PNS" if status == "CPNS" else status):
            self._finding("people.status_other", row, "status", status)

    def _finding(self, code: str, row: int, name: str, masked: str) -> None:
        if len(self.flagged) < MOST_FLAGGED:
            self.flagged.append(Flag(row, self._titles[name], code, masked))

    def _status(self, cell: Cell, nip: Nip | None) -> str:
        text = text_of(cell)
        if plain_name(text) == ASKED and self._fixed.get("status") == BY_NIP:
            if nip is not None and nip.status_hint is None:
                raise PeopleError("people.status_no_hint", "the number suggests no status")
            return (nip.status_hint if nip else None) or ""
        return status_of(text)

    def refuse(self, row: int, name: str, error: JampelError) -> None:
        """Notes what is wrong with a cell of a row that was read before."""
        self.refused.append(RefusedCell(row, self._titles[name], error.code, error))

    def told(self) -> str:
        """The first bad cell, as an example."""
        return f"{self.refused[0].row}, {self.refused[0].column}" if self.refused else ""


def status_of(text: str) -> str:
    """The employment status that people write in many ways; raises PeopleError `people.status_unknown`."""
    if plain_name(text) not in STATUSES:
        raise PeopleError("people.status_unknown", "unknown employment status", value=mask_nips_in(text)[:30])
    return STATUSES[plain_name(text)]


def nip_of(value: Cell) -> Nip:
    """The NIP in a cell; raises XapiError for a formula, a number, or what Excel left of a number.

    Excel keeps 15 digits of a number. A NIP that went through one ends in 000, and no serial number is 000.
    """
    if isinstance(value, Formula):
        text_of(value)
    nip = parse_nip(_scientific(value))
    if nip.digits.endswith("000"):
        raise PeopleError("people.nip_number", "the last digits were rounded away by a spreadsheet")
    return nip


def _scientific(value: Cell) -> Cell:
    """`value`, or a number when it is the text of one, as in a CSV that Excel wrote: `1,98501E+17`."""
    if isinstance(value, str) and "e+" in value.casefold():
        return 0.0
    return value


def _name(value: Cell) -> str:
    name = text_of(value)
    if not name:
        raise PeopleError("people.name_empty", "a person needs a name")
    return name


def _opd(value: Cell) -> str:
    opd = text_of(value)
    if not opd:
        raise PeopleError("people.opd_empty", "an employee belongs to an OPD")
    return opd
