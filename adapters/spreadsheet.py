"""Attendance of classical training from a spreadsheet, XLSX or CSV, as records."""

import hashlib
from datetime import datetime, time
from pathlib import Path

from adapters.attendance import COLUMNS, Attendance, read_attendance
from adapters.base import Adapter, FileRecords, System
from adapters.records import LearningRecord
from adapters.remote import Connection
from xapi.intake import Identity
from xapi.sheet import plain_name, read_sheet
from xapi.vocabulary import ATTENDED, JAMPEL, TYPE_EVENT

EVENT_DIGITS = 32  # of the hash that names an event


class SpreadsheetExchange:
    """Reads attendance sheets.

    The key of a record is its event and dates, so the same file twice changes nothing; a row that says something else
    about the same attendance is refused, for a record is never overwritten.
    """

    extensions: tuple[str, ...] = (".xlsx", ".csv")
    source = "sheet"

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`; raises SheetError when `path` is no table or lacks a column."""
        today = connection.clock().astimezone(connection.zone).date()
        found, refused = read_attendance(read_sheet(path, COLUMNS), connection.forms, today)
        return FileRecords([_record(attendance, connection) for attendance in found], refused)


def _record(attendance: Attendance, connection: Connection) -> LearningRecord:
    activity = event_iri(connection.institution, attendance)
    first, last = _dates(attendance)
    when = first if first == last else f"{first} – {last}"
    return LearningRecord(
        key=(activity, f"{first}/{last}"),
        who=Identity(nip=attendance.nip, name=attendance.name),
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
        days=attendance.days,
        quantity=attendance.quantity,
    )


def event_iri(institution: str, attendance: Attendance) -> str:
    """The IRI of the event that a row is about: the same title, organiser and dates are the same event."""
    parts = (plain_name(attendance.event), plain_name(attendance.organiser), *_dates(attendance))
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:EVENT_DIGITS]
    return f"{JAMPEL}kegiatan/{institution}/{digest}"


def _dates(attendance: Attendance) -> tuple[str, str]:
    return attendance.start.isoformat(), attendance.end.isoformat()


ADAPTER: Adapter = System(
    name="spreadsheet",
    title="Lembar kehadiran (XLSX, CSV)",
    exchange=SpreadsheetExchange(),
)
