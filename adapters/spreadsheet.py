"""Attendance of classical training from a spreadsheet, XLSX or CSV, as statements: all rows of a file, or none."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from adapters.attendance import COLUMNS, TITLES, Attendance, read_attendance
from adapters.base import Adapter, Desk, ExchangeReport, System
from adapters.errors import AdapterError
from xapi.errors import JampelError, RecorderError
from xapi.intake import Identity
from xapi.sheet import plain_name, read_sheet
from xapi.sheet_rows import RefusedCell
from xapi.vocabulary import (
    ATTENDED,
    EXT_BENTUK,
    EXT_CERTIFICATE,
    EXT_DAYS,
    EXT_INTERNATIONAL,
    EXT_JP,
    EXT_QUANTITY,
    JAMPEL,
    TYPE_EVENT,
)

SOURCE = "sheet"
STATEMENTS = uuid.uuid5(uuid.NAMESPACE_URL, JAMPEL + "sheet")  # names of statement ids
EVENT_DIGITS = 32  # of the hash that names an event


class SpreadsheetExchange:
    """Reads attendance sheets.

    The id of a statement follows from institution, person, event and dates, so the same file twice changes nothing; a
    row that says something else about the same attendance is refused, for a record is never overwritten.
    """

    extensions: tuple[str, ...] = (".xlsx", ".csv")

    def read(self, path: Path, desk: Desk) -> ExchangeReport:
        """As in `Exchange`: nothing is recorded when one row is refused.

        Raises SheetError when `path` is no table or lacks a column.
        """
        today = desk.clock().astimezone(desk.zone).date()
        found, refused = read_attendance(read_sheet(path, COLUMNS), desk.forms, today)
        if refused:
            return ExchangeReport(0, 0, refused)
        statements, refused = _admit(found, desk)
        if refused:
            return ExchangeReport(0, 0, refused)
        try:
            recorded = desk.recorder.record_all(statements, source=SOURCE)
        except RecorderError as error:
            if error.code != "recorder.id_taken":
                raise
            taken = [str(statement["id"]) for statement in statements].index(str(error.params["id"]))
            other = AdapterError("spreadsheet.recorded_otherwise", "the same attendance with other values")
            return ExchangeReport(0, 0, [_refused(found[taken], "jp", other)])
        new = sum(one.new for one in recorded)
        return ExchangeReport(new, len(recorded) - new)


def _admit(found: Sequence[Attendance], desk: Desk) -> tuple[list[dict[str, object]], list[RefusedCell]]:
    """The pseudonymous statements, and the rows that the intake refuses."""
    statements: list[dict[str, object]] = []
    refused: list[RefusedCell] = []
    for attendance in found:
        try:
            identity = Identity(nip=attendance.nip, name=attendance.name)
            statements.append(_identified(desk.intake.admit(_statement(attendance, desk), identity), attendance, desk))
        except JampelError as error:
            refused.append(_refused(attendance, "event", error))
    return statements, refused


def _statement(attendance: Attendance, desk: Desk) -> dict[str, object]:
    """The statement of one attendance, before the intake gives it its actor."""
    extensions: dict[str, object] = {
        EXT_JP: attendance.jp,
        EXT_BENTUK: attendance.form,
        EXT_INTERNATIONAL: attendance.international,
    }
    if attendance.certificate:
        extensions[EXT_CERTIFICATE] = attendance.certificate
    if attendance.days is not None:
        extensions[EXT_DAYS] = attendance.days
    if attendance.quantity is not None:
        extensions[EXT_QUANTITY] = attendance.quantity
    result: dict[str, object] = {"completion": True}
    if attendance.end > attendance.start:
        result["duration"] = f"P{(attendance.end - attendance.start).days}D"
    return {
        "verb": {"id": ATTENDED, "display": {"id": "mengikuti", "en": "attended"}},
        "object": {"id": event_iri(desk.institution, attendance), "definition": _definition(attendance)},
        "result": result,
        "context": {"extensions": extensions},
        "timestamp": datetime.combine(attendance.end, time(12), desk.zone).isoformat(),
    }


def _identified(statement: dict[str, object], attendance: Attendance, desk: Desk) -> dict[str, object]:
    """The admitted statement under its id, which is made of the pseudonym: a NIP could be guessed from its hash."""
    actor = statement["actor"]
    person = actor["account"]["name"] if isinstance(actor, dict) else ""
    dates = f"{attendance.start.isoformat()}/{attendance.end.isoformat()}"
    name = "\n".join((desk.institution, person, event_iri(desk.institution, attendance), dates))
    return statement | {"id": str(uuid.uuid5(STATEMENTS, name))}


def event_iri(institution: str, attendance: Attendance) -> str:
    """The IRI of the event that a row is about: the same title, organiser and dates are the same event."""
    parts = (plain_name(attendance.event), plain_name(attendance.organiser), *_dates(attendance))
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:EVENT_DIGITS]
    return f"{JAMPEL}kegiatan/{institution}/{digest}"


def _definition(attendance: Attendance) -> dict[str, object]:
    first, last = _dates(attendance)
    when = first if first == last else f"{first} – {last}"
    return {
        "type": TYPE_EVENT,
        "name": {"id": attendance.event},
        "description": {"id": f"{attendance.organiser}, {when}"},
    }


def _dates(attendance: Attendance) -> tuple[str, str]:
    return attendance.start.isoformat(), attendance.end.isoformat()


def _refused(attendance: Attendance, field: str, error: JampelError) -> RefusedCell:
    return RefusedCell(attendance.row, TITLES[field], error.code, error)


ADAPTER: Adapter = System(
    name="spreadsheet",
    title="Lembar kehadiran (XLSX, CSV)",
    exchange=SpreadsheetExchange(),
)
