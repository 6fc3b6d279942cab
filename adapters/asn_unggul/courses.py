"""The table that gives each course its JP and form: Moodle's exports say neither."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path

from adapters.asn_unggul.headings import ACTIVITIES, COMPLETION, GRADES
from adapters.cells import FORM_NAMES, hundredths_of_jp
from adapters.errors import AdapterError
from adapters.moments import zone_named
from adapters.remote import Connection
from adapters.tables import any_words_of, between, one_of, read_table, words_of
from xapi.sheet import Cell, Column, date_of
from xapi.sheet_rows import RefusedCell, RowReader

BASES = (COMPLETION, GRADES, ACTIVITIES)
NAMES = ("kursus.csv", "kursus.xlsx", "kursus.ods")
COLUMNS = (
    Column("course", "Kursus", ("Nama singkat", "Nama pendek", "Nama singkat kursus", "Short name", "Course")),
    Column("title", "Judul", ("Nama kursus", "Nama lengkap", "Title"), required=False),
    Column("organiser", "Penyelenggara", ("Organiser",), required=False),
    Column("form", "Bentuk", ("Jenis", "Form")),
    Column("jp", "JP", ("Jumlah JP", "JPL")),
    Column("basis", "Dasar", ("Lulus menurut", "Basis"), required=False),
    Column("pass_mark", "Nilai lulus", ("Batas lulus", "Pass mark"), required=False),
    Column("most", "Nilai maksimum", ("Nilai tertinggi", "Maximum grade"), required=False),
    Column("end", "Tanggal selesai", ("Selesai", "End date"), required=False),
    Column("days", "Hari", ("Jumlah hari", "Days"), required=False),
    Column("zone", "Zona", ("Zona waktu", "Time zone"), required=False),
    Column("file", "Berkas", ("Nama berkas", "File"), required=False),
)
_ADDED = re.compile(r"[-_]\d{8}_\d{4}(?:[-_]\w+_separated)?$")
_BEFORE = re.compile(r"^(?:completion-|progress\.)")
_AFTER = re.compile(r"[ _](?:grades|nilai)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodleCourse:
    """A course: its `name` in Moodle (short), `title`, `organiser`, `form` (a slug) and `jp` in hundredths.

    `basis` is the export that says who passed. `pass_mark` and `most` are in the unit of the grade that is shown.
    `end` is the day of the pass where an export tells none. `days` are declared, `zone` is that of the times.
    """

    name: str
    title: str
    organiser: str
    form: str
    jp: int
    basis: str
    pass_mark: float | None
    most: float | None
    end: date | None
    days: int | None
    zone: tzinfo
    zone_name: str
    file: str


def table_of(folder: Path, connection: Connection) -> Path:
    """The table of courses: as the setting `mapping` names it, else the one in `folder`; raises AdapterError
    `asn.no_courses`."""
    named = connection.options.get("mapping", "")
    found = [Path(named)] if named else [folder / name for name in NAMES]
    for table in found:
        if table.is_file():
            return table
    raise AdapterError("asn.no_courses", "no table of courses", names=found[0].name)


def course_of(export: Path, table: Path, rows: Collection[MoodleCourse]) -> MoodleCourse:
    """The course that `export` is about, by the name of the file; raises AdapterError `asn.course_unknown`."""
    named = [row for row in rows if row.file and row.file == export.name]
    found = named or [row for row in rows if plain_file(row.name) == course_in(export)]
    if len(found) != 1:
        raise AdapterError("asn.course_unknown", "no such course", file=export.name, table=table.name)
    return found[0]


def course_in(export: Path) -> str:
    """The course in the name that Moodle gives an export, without what it adds before and after."""
    stem = _ADDED.sub("", _BEFORE.sub("", export.stem.casefold()))
    return plain_file(_AFTER.sub("", stem))


def plain_file(name: str) -> str:
    """A name as Moodle writes it into the names of files, as far as two of them can be compared."""
    return re.sub(r"[^a-z0-9-]+", "_", name.casefold()).strip("_")


def read_courses(path: Path, forms: Collection[str], zone: tzinfo, refused: list[RefusedCell]) -> list[MoodleCourse]:
    """The courses in the table at `path`; `zone` is that of a course that names none."""
    found: dict[str, MoodleCourse] = {}
    for row in read_table(path, COLUMNS, refused):
        course = _course(row, forms, zone)
        if course is None:
            continue
        if plain_file(course.name) in found:
            row.refuse("course", AdapterError("asn.course_twice", "twice"))
        found[plain_file(course.name)] = course
    return list(found.values())


def _course(row: RowReader, forms: Collection[str], zone: tzinfo) -> MoodleCourse | None:
    name = row.cell("course", words_of)
    title, organiser = row.cell("title", any_words_of), row.cell("organiser", any_words_of)
    form = row.cell("form", one_of(forms, FORM_NAMES))
    jp = row.cell("jp", hundredths_of_jp)
    basis = row.cell("basis", lambda cell: one_of(BASES)(cell) if cell else COMPLETION)
    pass_mark, most = row.cell("pass_mark", between(0, 1000)), row.cell("most", between(1, 1000))
    end, days = row.cell("end", date_of), row.cell("days", between(1, 366))
    own_zone = row.cell("zone", lambda cell: _zone(cell, zone))
    file = row.cell("file", any_words_of)
    if row.good and basis == GRADES and (pass_mark is None or end is None):
        row.refuse("pass_mark" if pass_mark is None else "end", AdapterError("asn.grade_needs", "needs both"))
    if not row.good or own_zone is None:
        return None
    return MoodleCourse(
        name=name or "", title=title or name or "", organiser=organiser or "", form=form or "", jp=jp or 0,
        basis=basis or "", pass_mark=pass_mark, most=most, end=end, days=int(days) if days else None, zone=own_zone[1],
        zone_name=own_zone[0], file=file or "",
    )  # fmt: skip


def _zone(cell: Cell, usual: tzinfo) -> tuple[str, tzinfo]:
    name = any_words_of(cell)
    return name, zone_named(name) if name else usual
