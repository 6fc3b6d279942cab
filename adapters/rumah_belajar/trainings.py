"""Training that someone was sent to or chose: what is finished gives its JP, what is under way is known as begun."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, TypeVar

from adapters.cells import FORM_NAMES, days_of, first_day, form_of, hundredths_of_jp, last_day, words, words_or_none
from adapters.errors import AdapterError
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.rumah_belajar.parts import NAME, NIP, STANDARD, iri, who
from adapters.tables import shown
from xapi.sheet import Cell, Column, date_of, plain_name
from xapi.sheet_rows import RowReader
from xapi.vocabulary import COMPLETED
from xapi.vocabulary.adl import REGISTERED, TYPE_COURSE

T = TypeVar("T")
DONE, BEGUN, LEFT = "selesai", "terdaftar", "batal"
STATES = {
    "selesai": DONE, "lulus": DONE, "completed": DONE, "terdaftar": BEGUN, "berjalan": BEGUN, "sedang berjalan": BEGUN,
    "belum selesai": BEGUN, "in progress": BEGUN, "batal": LEFT, "dibatalkan": LEFT, "tidak selesai": LEFT,
    "tidak lulus": LEFT, "mengundurkan diri": LEFT,
}  # fmt: skip
ASSIGNED = {
    "ditugaskan": True, "penugasan": True, "tugas": True, "wajib": True, "assigned": True,
    "mandiri": False, "mendaftar sendiri": False, "daftar sendiri": False, "sukarela": False, "self": False,
}  # fmt: skip
COLUMNS = (
    NIP,
    NAME,
    Column("code", "Kode pelatihan", ("Kode",), required=False),
    Column("title", "Pelatihan", ("Nama pelatihan", "Judul pelatihan", "Training")),
    Column("organiser", "Penyelenggara", ("Instansi penyelenggara", "Organiser"), required=False),
    Column("form", "Bentuk", ("Bentuk pelatihan", "Form")),
    Column("jp", "JP", ("Jumlah JP", "JPL", "Jam pelajaran")),
    Column("start", "Tanggal mulai", ("Mulai", "Start date")),
    Column("end", "Tanggal selesai", ("Selesai", "End date"), required=False),
    Column("days", "Hari", ("Jumlah hari", "Days"), required=False),
    Column("status", "Status", ("Keadaan",)),
    Column("assigned", "Pendaftaran", ("Penugasan", "Cara mendaftar", "Enrolment")),
    Column("certificate", "Nomor sertifikat", ("No sertifikat", "Certificate number"), required=False),
    Column("competency", "Kompetensi", ("Kode kompetensi", "Competency"), required=False),
    STANDARD,
)


def read(row: RowReader, connection: Connection) -> Sequence[LearningRecord]:
    """The record of one person's training; none for what was left, or has not begun."""
    person = who(row)
    title, code = row.cell("title", words), row.cell("code", words_or_none)
    status = row.cell("status", lambda cell: _among(cell, STATES))
    assigned = row.cell("assigned", lambda cell: _among(cell, ASSIGNED))
    form = row.cell("form", lambda cell: form_of(cell, connection.forms, FORM_NAMES))
    jp = row.cell("jp", hundredths_of_jp)
    start, end = _dates(row, connection, status)
    days = row.cell("days", lambda cell: days_of(cell, start, end))
    texts = {name: row.cell(name, words_or_none) or "" for name in ("organiser", "competency", "standard")}
    certificate = row.cell("certificate", words_or_none)
    if not row.good or person is None or start is None or status in (None, LEFT):
        return ()
    course = iri(connection, "pelatihan", code or title or "")
    last = end if status == DONE and end is not None else start
    at = datetime.combine(last, time(12), connection.zone)
    common: dict[str, Any] = {"who": person, "place": str(row.number), "activity": course, "activity_type": TYPE_COURSE,
              "title": title or "", "at": at, "assigned": assigned, **texts}  # fmt: skip
    if status == BEGUN:
        begun = LearningRecord(key=(course, BEGUN, start.isoformat()), verb=REGISTERED, **common)
        return (begun,) if at <= connection.clock() else ()
    return (
        LearningRecord(
            key=(course, DONE, last.isoformat()), verb=COMPLETED, lasted=last - start, completed=True, jp=jp,
            form=form or "", days=days, certificate=certificate or "", **common,
        ),
    )  # fmt: skip


def _dates(row: RowReader, connection: Connection, status: str | None) -> tuple[date | None, date | None]:
    """First and last day; what is finished has both, and both have come."""
    today = connection.clock().astimezone(connection.zone).date()
    if status != DONE:
        start = row.cell("start", date_of)
        if start is None and row.good:
            row.refuse("start", AdapterError("cell.empty", "an empty cell"))
        return start, None
    start = row.cell("start", lambda cell: first_day(cell, today))
    return start, row.cell("end", lambda cell: last_day(cell, start, today))


def _among(cell: Cell, known: Mapping[str, T]) -> T:
    text = words(cell)
    found = known.get(plain_name(text))
    if found is None:
        raise AdapterError("cell.one_of", "unknown", value=shown(text), known=", ".join(known))
    return found
