"""Competency tests (uji kompetensi): in what, at which level, the score, and whether it was passed; they give no JP."""

from collections.abc import Sequence
from datetime import datetime, time

from adapters.cells import first_day, words, words_or_none
from adapters.errors import AdapterError
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.rumah_belajar.parts import NAME, NIP, STANDARD, iri, level, who
from adapters.tables import between, shown
from xapi.sheet import Cell, Column, plain_name, text_of
from xapi.sheet_rows import RowReader
from xapi.vocabulary import FAILED, PASSED
from xapi.vocabulary.adl import TYPE_ASSESSMENT

RESULTS = {
    "lulus": True, "kompeten": True, "memenuhi": True, "memenuhi syarat": True, "passed": True,
    "tidak lulus": False, "belum lulus": False, "belum kompeten": False, "tidak memenuhi": False,
    "belum memenuhi": False, "failed": False,
}  # fmt: skip
COLUMNS = (
    NIP,
    NAME,
    Column("competency", "Kompetensi", ("Kode kompetensi", "Competency")),
    Column("title", "Uji kompetensi", ("Nama uji", "Judul uji", "Test"), required=False),
    Column("level", "Tingkat", ("Level",), required=False),
    Column("score", "Nilai", ("Skor", "Score")),
    Column("pass_mark", "Nilai lulus", ("Batas lulus", "Pass mark"), required=False),
    Column("result", "Hasil", ("Keterangan hasil", "Result"), required=False),
    Column("day", "Tanggal uji", ("Tanggal", "Tanggal uji kompetensi", "Date")),
    Column("number", "Nomor", ("Nomor sertifikat", "Nomor hasil", "Certificate number"), required=False),
    STANDARD,
)


def read(row: RowReader, connection: Connection) -> Sequence[LearningRecord]:
    """The record of one test."""
    person = who(row)
    competency, title = row.cell("competency", words), row.cell("title", words_or_none)
    reached, standard = row.cell("level", level), row.cell("standard", words_or_none)
    score, mark = row.cell("score", between(0, 100)), row.cell("pass_mark", between(0, 100))
    told = row.cell("result", _result)
    today = connection.clock().astimezone(connection.zone).date()
    day = row.cell("day", lambda cell: first_day(cell, today))
    number = row.cell("number", words_or_none)
    if not row.good or person is None or day is None:
        return ()
    passed = _passed(row, score, mark, told)
    if passed is None:
        return ()
    test = iri(connection, "uji", f"{competency} {reached or ''} {title or ''}")
    return (
        LearningRecord(
            key=(test, day.isoformat(), number or ""), who=person, place=str(row.number),
            verb=PASSED if passed else FAILED, activity=test, activity_type=TYPE_ASSESSMENT,
            title=title or f"Uji kompetensi {competency}", at=datetime.combine(day, time(12), connection.zone),
            score=score / 100 if score is not None else None, passed=passed, completed=True, certificate=number or "",
            competency=competency or "", level=reached, standard=standard or "",
        ),
    )  # fmt: skip


def _result(cell: Cell) -> bool | None:
    text = text_of(cell)
    found = RESULTS.get(plain_name(text))
    if text and found is None:
        raise AdapterError("cell.one_of", "unknown", value=shown(text), known=", ".join(RESULTS))
    return found


def _passed(row: RowReader, score: float | None, mark: float | None, told: bool | None) -> bool | None:
    """Whether the test was passed, None when that is refused: nothing is told, or two things that differ."""
    reckoned = score >= mark if score is not None and mark is not None else None
    if told is None and reckoned is None:
        row.refuse("result", AdapterError("rumah.no_result", "neither a result nor a pass mark"))
    elif told is not None and reckoned is not None and told is not reckoned:
        row.refuse("result", AdapterError("rumah.result_differs", "result and score differ"))
        return None
    return reckoned if told is None else told
