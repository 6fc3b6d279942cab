"""The institution's own table of courses: what JP and form a course has, and under which activity it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from adapters.cells import hundredths_of_jp
from adapters.errors import AdapterError
from adapters.moodle.options import slug_of
from xapi.errors import JampelError
from xapi.identity import contains_nip, mask_nips_in
from xapi.sheet import Cell, Column, SheetRow, read_sheet, text_of
from xapi.sheet_numbers import decimal_of

COLUMNS = (
    Column("course", "Kursus", ("Course", "Nama pendek", "Idnumber", "ID kursus", "Shortname")),
    Column("jp", "JP", ("Jumlah JP", "JPL", "Jam Pelajaran")),
    Column("form", "Bentuk", ("Bentuk Kegiatan", "Form"), required=False),
    Column("organiser", "Penyelenggara", ("Organiser",), required=False),
    Column("activity", "Modul", ("Aktivitas", "Activity", "Module"), required=False),
    Column("pass_mark", "Nilai lulus", ("Batas lulus", "Pass mark"), required=False),
)

TITLES = {column.field: column.title for column in COLUMNS}
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedCourse:
    """One row: JP in hundredths (None: counts for nothing), `form` a slug or "", `activity` an IRI or a module's id.

    `pass_mark` is the least grade of the course, in percent, that stands for a pass where Moodle tracks no completion.
    """

    jp: int | None
    form: str = ""
    organiser: str = ""
    activity: str = ""
    pass_mark: float | None = None


def read_mapping(path: Path, forms: frozenset[str]) -> Mapping[str, MappedCourse]:
    """The rows of the table by course, in lower case: `id:7` is Moodle's number, else an idnumber or a short name.

    Raises SheetError when `path` is no table, AdapterError `moodle.mapping_row` for the first row that is wrong.
    """
    if not path.is_file():
        raise AdapterError("moodle.mapping_missing", "no such file", file=path.name)
    found: dict[str, MappedCourse] = {}
    for row in read_sheet(path, COLUMNS):
        course = text_of(row.cells.get("course")).strip().casefold()
        if not course or course in found:
            raise _wrong(row, "course")
        found[course] = MappedCourse(
            jp=_read(row, "jp", _jp_or_none),
            form=_read(row, "form", lambda cell: _form(cell, forms)),
            organiser=_read(row, "organiser", _text),
            activity=_read(row, "activity", _text),
            pass_mark=_read(row, "pass_mark", _percent),
        )
    return found


def _read(row: SheetRow, field: str, parse: Callable[[Cell], Read]) -> Read:
    try:
        return parse(row.cells.get(field))
    except (JampelError, ValueError) as cause:
        raise _wrong(row, field) from cause


def _wrong(row: SheetRow, field: str) -> AdapterError:
    value = mask_nips_in(text_of(row.cells.get(field)))[:40]
    return AdapterError("moodle.mapping_row", field, row=row.number, column=TITLES[field], value=value)


def _jp_or_none(cell: Cell) -> int | None:
    return None if text_of(cell).strip() in ("", "0", "-") else hundredths_of_jp(cell)


def _form(cell: Cell, forms: frozenset[str]) -> str:
    written = text_of(cell).strip()
    found = slug_of(written, forms) if written else ""
    if found is None:
        raise ValueError("unknown form")
    return found


def _text(cell: Cell) -> str:
    text = text_of(cell).strip()
    if contains_nip(text):
        raise ValueError("a NIP where none belongs")
    return text


def _percent(cell: Cell) -> float | None:
    text = text_of(cell).strip().removesuffix("%").strip()
    if not text:
        return None
    found = decimal_of(text)
    if found is None or not 0 < found <= 100:
        raise ValueError("no percentage")
    return float(found)
