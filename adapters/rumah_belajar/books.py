"""The log of e-books: each time that someone read is self-study, a JP for 45 minutes; the day's cap is the ledger's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.cells import words, words_or_none
from adapters.errors import AdapterError
from adapters.moments import moment_of
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.rumah_belajar.parts import NAME, NIP, STANDARD, iri, who
from adapters.tables import between
from xapi.sheet import Cell, Column
from xapi.sheet_rows import RowReader
from xapi.vocabulary import COMPLETED, EXPERIENCED
from xapi.vocabulary.adl import TYPE_LESSON

FORM = "belajar-mandiri"
MINUTES_PER_JP = 45
MOST_MINUTES = 12 * 60  # at one sitting: what is longer was left open
COLUMNS = (
    NIP,
    NAME,
    Column("code", "Kode e-book", ("Kode buku", "ISBN"), required=False),
    Column("title", "E-book", ("Judul e-book", "Judul buku", "Buku", "Ebook")),
    Column("start", "Mulai baca", ("Mulai", "Waktu mulai", "Start")),
    Column("end", "Selesai baca", ("Selesai", "Waktu selesai", "End"), required=False),
    Column("minutes", "Menit", ("Lama (menit)", "Durasi (menit)", "Minutes"), required=False),
    Column("page", "Halaman terakhir", ("Sampai halaman", "Last page"), required=False),
    Column("pages", "Jumlah halaman", ("Total halaman", "Pages"), required=False),
    Column("competency", "Kompetensi", ("Kode kompetensi", "Competency"), required=False),
    STANDARD,
)


def read(row: RowReader, connection: Connection) -> Sequence[LearningRecord]:
    """The record of one time of reading, and one of the whole book when its last page was reached."""
    person = who(row)
    title, code = row.cell("title", words), row.cell("code", words_or_none)
    start = row.cell("start", lambda cell: _past(cell, connection))
    end = row.cell("end", lambda cell: _past(cell, connection) if cell not in (None, "") else None)
    minutes = row.cell("minutes", between(1, MOST_MINUTES))
    page, pages = row.cell("page", between(1, 100_000)), row.cell("pages", between(1, 100_000))
    competency, standard = row.cell("competency", words_or_none), row.cell("standard", words_or_none)
    if not row.good or person is None or start is None:
        return ()
    lasted = _lasted(row, start, end, minutes)
    if lasted is None:
        return ()
    book = iri(connection, "e-book", code or title or "")
    common: dict[str, Any] = {
        "who": person, "place": str(row.number), "at": end or start + lasted, "title": title or "", "parent": book,
        "standard": standard or "",
    }  # fmt: skip
    jp = int(lasted.total_seconds()) * 100 // (60 * MINUTES_PER_JP)
    sitting = LearningRecord(
        key=(book, "baca", start.isoformat()), verb=COMPLETED if jp else EXPERIENCED,
        activity=f"{book}/baca/{start:%Y%m%dT%H%M%S}", activity_type=TYPE_LESSON, lasted=lasted, completed=True,
        jp=jp or None, form=FORM if jp else "", assigned=False, competency=competency or "",
        description=_pages(page, pages), **common,
    )  # fmt: skip
    if page is None or pages is None or page < pages:
        return (sitting,)
    whole = LearningRecord(
        key=(book, "tamat"), verb=EXPERIENCED, activity=book, activity_type=TYPE_LESSON, completed=True,
        **(common | {"parent": ""}),
    )  # fmt: skip
    return sitting, whole


def _past(cell: Cell, connection: Connection) -> datetime:
    found = moment_of(cell, connection.zone)
    if found > connection.clock():
        raise AdapterError("rumah.in_future", "not yet")
    return found


def _lasted(row: RowReader, start: datetime, end: datetime | None, minutes: float | None) -> timedelta | None:
    """How long someone read: as told, never longer than from beginning to end; None when that is refused."""
    between_them = end - start if end is not None else None
    told = timedelta(minutes=minutes) if minutes is not None else between_them
    most = timedelta(minutes=MOST_MINUTES)
    if told is None:
        row.refuse("minutes", AdapterError("rumah.no_length", "neither an end nor minutes"))
    elif between_them is not None and (between_them <= timedelta() or told > between_them or between_them > most):
        row.refuse("end", AdapterError("rumah.times", "the times do not fit", most=MOST_MINUTES))
    else:
        return told
    return None


def _pages(page: float | None, pages: float | None) -> str:
    if page is None:
        return ""
    return f"sampai halaman {page:g}" + (f" dari {pages:g}" if pages is not None else "")
