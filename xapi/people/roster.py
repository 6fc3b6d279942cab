"""Reads and imports the roster of an institution: every bad cell is named with its reason, none is guessed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from xapi.errors import PeopleError
from xapi.identity import Nip, mask_nip, parse_nip
from xapi.people.person import RosterEntry
from xapi.sheet import Cell, Column, Formula, SheetRow, date_of, plain_name, read_sheet, text_of
from xapi.sheet_rows import RefusedCell, RowReader

if TYPE_CHECKING:
    from xapi.people.store.people import PeopleStore

COLUMNS = (
    Column("nip", "NIP", ("NIP Baru", "NIP Peserta", "NIP Pegawai", "NIP/NI PPPK", "NIP/NIPPPK", "NI PPPK", "NIPPPK",
                          "No NIP", "Nomor Induk Pegawai", "Employee Number", "Employee ID")),
    Column("name", "Nama", ("Nama Lengkap", "Nama Pegawai", "Nama ASN", "Nama Peserta", "Name", "Full Name")),
    Column("opd", "OPD", ("Perangkat Daerah", "Unit Kerja", "Unit Organisasi", "SKPD", "Satker", "Satuan Kerja", "Unor",
                          "Nama OPD", "Agency", "Unit")),
    Column("status", "Status", ("Status Pegawai", "Status Kepegawaian", "Status ASN", "Jenis ASN", "Jenis Pegawai",
                                "Employment Status")),
    Column("position", "Jabatan", ("Nama Jabatan", "Position", "Job Title"), required=False),
    Column("grade", "Golongan", ("Gol", "Gol/Ruang", "Golongan/Ruang", "Pangkat/Golongan", "Pangkat Gol", "Grade"),
           required=False),
    Column("start", "Tanggal mulai", ("Mulai", "TMT", "TMT Jabatan", "Start Date", "Valid From", "Start"),
           required=False),
)  # fmt: skip
TITLES = {column.field: column.title for column in COLUMNS}
STATUSES = {
    "pns": "PNS", "pegawai negeri sipil": "PNS", "cpns": "CPNS", "calon pns": "CPNS",
    "calon pegawai negeri sipil": "CPNS", "pppk": "PPPK", "p3k": "PPPK",
    "pegawai pemerintah dengan perjanjian kerja": "PPPK",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many people were `added`, `changed` and found `unchanged`, and the `refused` cells; `written` says whether
    anything was stored: with a refused cell nothing is, unless bad rows were to be skipped."""

    added: int
    changed: int
    unchanged: int
    refused: Sequence[RefusedCell]
    written: bool


def read_roster(path: Path) -> list[SheetRow]:
    """The rows of the roster `path`, CSV or XLSX; raises SheetError when it is no table or lacks a required column.

    Required: NIP, nama, OPD, status. Known besides: jabatan, golongan, tanggal mulai.
    """
    return read_sheet(path, COLUMNS)


def import_roster(
    store: "PeopleStore", rows: Sequence[SheetRow], now: datetime, *, skip_bad: bool = False, zone: tzinfo = UTC
) -> ImportReport:
    """Brings `store` to what `rows` say; an employment that differs begins at its start date, else today in `zone`.

    One bad cell and nothing is written, unless `skip_bad`: then its row alone is left out. The report names all.
    """
    refused: list[RefusedCell] = []
    entries: list[tuple[int, RosterEntry]] = []
    seen: dict[Nip, int] = {}
    for row in rows:
        entry = _entry(row, seen, refused)
        if entry is not None:
            entries.append((row.number, entry))
    if refused and not skip_bad:
        return ImportReport(0, 0, 0, refused, written=False)
    today = now.astimezone(zone).date()
    outcomes = store.apply_roster([entry for _number, entry in entries], today, keep_good=skip_bad)
    counted: Counter[str] = Counter()
    for number, outcome in zip([number for number, _ in entries], outcomes, strict=True):
        if isinstance(outcome, PeopleError):
            refused.append(RefusedCell(number, TITLES["start"], outcome.code, outcome))
        else:
            counted[outcome] += 1
    if refused and not skip_bad:
        return ImportReport(0, 0, 0, refused, written=False)
    return ImportReport(counted["added"], counted["changed"], counted["unchanged"], refused, written=True)


def _entry(row: SheetRow, seen: dict[Nip, int], refused: list[RefusedCell]) -> RosterEntry | None:
    """The row as an entry, or None with its bad cells added to `refused`."""
    reader = RowReader(row, TITLES, refused)
    nip = reader.cell("nip", lambda value: _nip(value, row.number, seen))
    name = reader.cell("name", _name)
    opd = reader.cell("opd", _opd)
    status = reader.cell("status", _status)
    position, grade = reader.cell("position", text_of), reader.cell("grade", text_of)
    start = reader.cell("start", date_of)
    if not reader.good or nip is None:
        return None
    return RosterEntry(nip, name or "", opd or "", status or "", position or "", grade or "", start)


def _nip(value: Cell, row: int, seen: dict[Nip, int]) -> Nip:
    nip = nip_of(value)
    if nip in seen:
        masked = mask_nip(nip.digits)
        raise PeopleError("people.nip_twice", "the NIP stands in two rows", masked=masked, first=seen[nip])
    seen[nip] = row
    return nip


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


def _status(value: Cell) -> str:
    text = text_of(value)
    if plain_name(text) not in STATUSES:
        raise PeopleError("people.status_unknown", "unknown employment status", value=text[:30])
    return STATUSES[plain_name(text)]
