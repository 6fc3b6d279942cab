"""Attendance of classical training from a spreadsheet, XLSX, ODS or CSV, in any of its layouts, as records."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache, partial
from pathlib import Path

from adapters.attendance import Attendance, HowToRead, Setting, read_rows, refuse_empty
from adapters.base import Adapter, FileRecords, System
from adapters.errors import AdapterError
from adapters.layouts import BPS, GENERIC, SLEMAN, TITLES, WEBINAR_LIST, SheetLayout
from adapters.recap import KALTIM, SLEMAN_20JP, Total, read_totals
from adapters.records import LearningRecord
from adapters.remote import N_, Connection, Door
from adapters.table_files import MadeRecords, TableChoice, TableHeld, found_in
from xapi.audit.rule_set import RuleSet
from xapi.audit.rules import load_rules
from xapi.intake import Identity
from xapi.sheet import FindHead, Head, Sheet, open_sheet
from xapi.sheet_layout import Layout, find_head, remembered_for
from xapi.sheet_rows import RefusedCell
from xapi.sheet_tables import Line
from xapi.vocabulary import ATTENDED, JAMPEL, TYPE_EVENT

EVENT_DIGITS = 32  # of the hash that names an event
MOST_ROWS = 500_000
MOST_BYTES = 100 * 1024 * 1024
OpenTable = Callable[[Path, FindHead, str], Sheet]
LAYOUTS = (GENERIC, BPS, SLEMAN, WEBINAR_LIST, KALTIM, SLEMAN_20JP)


class SpreadsheetExchange:
    """Reads attendance sheets.

    The key of a record is its event and dates, so the same file twice changes nothing; a row that says something else
    about the same attendance is refused, for a record is never overwritten.
    """

    extensions: tuple[str, ...] = (".xlsx", ".ods", ".csv")
    source = "sheet"
    layouts: Sequence[str] = tuple(one.name for one in LAYOUTS if one.records)
    fields: Mapping[str, str] = TITLES

    def open_table(self, path: Path, find: FindHead, sheet: str) -> Sheet:
        """The table in the file at `path`, in the worksheet `sheet` when it is named; raises SheetError."""
        return open_sheet(path, find, most_rows=MOST_ROWS, most_bytes=MOST_BYTES, name=sheet)

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`; raises SheetError when `path` is no table or lacks a column."""
        return self.open(path, connection, TableChoice())

    def open(self, path: Path, connection: Connection, choice: TableChoice) -> TableHeld:
        """As in `TableExchange`; raises AdapterError `spreadsheet.recap` for totals of people."""
        sheet, layout, applied = _find(path, choice, self.open_table)
        if not layout.records:
            raise AdapterError("spreadsheet.recap", layout.name, file=path.name)
        today = connection.clock().astimezone(connection.zone).date()
        setting = Setting(forms=connection.forms, today=today, rules=connection.rules or _published())
        headers = {name: sheet.headers[at] for at, name in sheet.head.fields.items() if sheet.headers.get(at)}
        how = HowToRead(layout.read, {**TITLES, **layout.known.titles}, applied.fixed)
        rows = (layout.gather or read_rows)(sheet.rows, how, setting, choice.tick)
        if not rows.refused and not setting.left_out.counts:
            refuse_empty(rows.found, path.name)
        make = partial(_records, rows.found, connection)
        found = found_in(sheet, layout.name, layout.title, applied, TITLES, layout.known.kind)
        return TableHeld(make({}), _as_in_file(rows.refused, headers), found, rows.found, setting.notes,
                         setting.left_out, make)  # fmt: skip

    def totals(self, path: Path, choice: TableChoice) -> tuple[list[Total], Sequence[RefusedCell]]:
        """The totals of people in the file at `path`; raises AdapterError `spreadsheet.no_recap` for anything else."""
        sheet, layout, _applied = _find(path, choice, self.open_table)
        if layout.records:
            raise AdapterError("spreadsheet.no_recap", layout.name, file=path.name)
        return read_totals(sheet.rows)


def _find(path: Path, choice: TableChoice, open_table: OpenTable) -> tuple[Sheet, SheetLayout, Layout]:
    """The table that fits a layout best, the layout, and how its columns are chosen."""
    wanted = [one for one in LAYOUTS if choice.layout in ("", one.name)]
    if not wanted:
        known = ", ".join(one.name for one in LAYOUTS)
        raise AdapterError("spreadsheet.layout_unknown", choice.layout, layout=choice.layout[:40], known=known)
    applied = [choice.chosen]
    best = [wanted[0]]

    def find(lines: Sequence[Line]) -> Head:
        kept = remembered_for(lines, choice.remembered, GENERIC.known.kind)
        applied.append(choice.chosen.over(kept) if kept is not None else choice.chosen)
        heads = [(_for_layout(lines, applied[-1], one), one) for one in wanted]
        marked = [(head, one) for head, one in heads if choice.layout or set(one.marks) <= {*head.fields.values()}]
        head, layout = min(marked, key=lambda pair: (len(pair[0].missing), -len(pair[0].fields)))
        best.append(layout)
        return head

    sheet = open_table(path, find, choice.sheet)
    return sheet, best[-1], applied[-1]


def _for_layout(lines: Sequence[Line], chosen: Layout, layout: SheetLayout) -> Head:
    """The header by one layout; what is chosen for a column that it does not have says that it is another one."""
    names = layout.known.names
    columns = {name: header for name, header in chosen.columns.items() if name in names}
    fixed = {name: value for name, value in chosen.fixed.items() if name in names}
    head = find_head(lines, Layout(columns, fixed), layout.known)
    strange = [TITLES[name] for name in (*chosen.columns, *chosen.fixed) if name not in names]
    return Head(head.index, head.fields, (*head.missing, *strange), head.names) if strange else head


@lru_cache(maxsize=1)
def _published() -> RuleSet:
    return load_rules()


def _as_in_file(refused: Sequence[RefusedCell], headers: Mapping[str, str]) -> list[RefusedCell]:
    """The refused cells under the headers of the file: who mends it looks for those."""
    by_title = {TITLES[name]: header for name, header in headers.items() if name in TITLES}
    return [RefusedCell(one.row, by_title.get(one.column, one.column), one.code, one.error) for one in refused]


def _records(rows: Sequence[Attendance], connection: Connection, evidence: Mapping[int, str]) -> MadeRecords:
    return MadeRecords(rows, lambda one: _record(one, connection, evidence.get(one.row, "")))


def _record(attendance: Attendance, connection: Connection, evidence: str = "") -> LearningRecord:
    activity = event_iri(connection.institution, attendance)
    first, last = attendance.start.isoformat(), attendance.end.isoformat()
    when = first if first == last else f"{first} – {last}"
    return LearningRecord(
        key=(activity, f"{first}/{last}"),
        who=_who(attendance),
        place=str(attendance.row),
        verb=ATTENDED,
        activity=activity,
        activity_type=TYPE_EVENT,
        title=attendance.event,
        description=f"{attendance.organiser}, {when}",
        at=datetime.combine(attendance.end, time(12), connection.zone),
        lasted=attendance.end - attendance.start,
        completed=True,
        jp=attendance.jp,
        form=attendance.form,
        international=attendance.international,
        certificate=attendance.certificate,
        evidence=evidence,
        days=attendance.days,
        quantity=attendance.quantity,
    )


def _who(attendance: Attendance) -> Identity:
    if attendance.nip is not None:
        return Identity(nip=attendance.nip, name=attendance.name)
    issuer, subject = attendance.account
    return Identity(issuer=issuer, subject=subject, name=attendance.name)


def event_iri(institution: str, attendance: Attendance) -> str:
    """The IRI of the event that a row is about: the same title, organiser and dates are the same event."""
    return _iri_of(institution, attendance.event_key)


@lru_cache(maxsize=4096)
def _iri_of(institution: str, key: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:EVENT_DIGITS]
    return f"{JAMPEL}kegiatan/{institution}/{digest}"


ADAPTER: Adapter = System(
    name="spreadsheet",
    title="Lembar kehadiran (XLSX, ODS, CSV)",
    exchange=SpreadsheetExchange(),
    doors=tuple(
        Door(name=name, confirmed=confirmed, text=text)
        for name, confirmed, text in (
            ("XLSX, ODS, CSV", "yes",
             N_("Lembar apa pun dengan NIP, kegiatan, tanggal, bentuk, dan JP; kolomnya dapat dipetakan.")),
            ("BPS kompetensi_input.xlsx", "partly", N_("Kolom sesuai kode sumber Sistem 20JP yang terbuka.")),
            ("Bangkom Sleman", "partly", N_("Kolom sesuai kode sumber Bangkom Sleman yang terbuka.")),
            ("SIMON BANGKOM Kaltim", "partly", N_("Rekap per pegawai; hanya untuk rekonsiliasi.")),
        )
    ),
)  # fmt: skip
