"""Reads a completion report, an activity report or a grade export of Moodle's core: one person a row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from adapters.asn_unggul.headings import activities_of, heading, kind_of, people_of, state_of, total_of
from adapters.errors import AdapterError
from adapters.moments import moment_of
from xapi.identity import mask_nips_in, parse_nip
from xapi.sheet import Cell, Head, SheetError, SheetRow, open_sheet, text_of
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RefusedCell, RowReader
from xapi.sheet_tables import Line

MOST_ROWS = 100_000
_WEEKDAY = re.compile(r"^[^\W\d]+,\s*")
_HALF = re.compile(r"(\d{1,2})(:\d{2}(?::\d{2})?)\s*([AP])M$", re.IGNORECASE)
_NOTHING = frozenset({"", "-", "–"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What someone did of an activity: its `title`, `state` (of `headings`) and when."""

    title: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person's row: `fields` say who it is about, `completed` when the course was complete, `activities` what was
    done of them (of `expected`), `grade` the total of the course, with `is_percent` whether it is one."""

    number: int
    fields: dict[str, str]
    completed: datetime | None = None
    activities: Sequence[Activity] = ()
    expected: int = 0
    grade: float | None = None
    is_percent: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """An export: which `kind` it is, and its rows."""

    kind: str
    rows: Sequence[PersonRow]


def read_export(path: Path, zone: tzinfo, refused: list[RefusedCell]) -> Export:
    """The export at `path`; its times are in `zone`, for Moodle writes none. What cannot be used is `refused`.

    Raises AdapterError `asn.no_export` when it is none that Moodle's core makes, SheetError when it is no table.
    """
    header: list[Cell] = []

    def find_head(lines: Sequence[Line]) -> Head:
        for index, (_number, cells) in enumerate(lines):
            found = heading(cells)
            if kind_of(found):
                header[:] = found
                return Head(index, {at: str(at) for at in range(len(found))})
        return Head(0, {}, ("?",))

    try:
        sheet = open_sheet(path, find_head, most_rows=MOST_ROWS)
    except SheetError as error:
        if error.code != "sheet.columns_missing":
            raise
        raise AdapterError("asn.no_export", "no export of Moodle's core", file=path.name) from error
    reader = _Reader(path.name, header, zone, refused)
    rows = [found for row in sheet.rows if (found := reader.read(row)) is not None]
    return Export(reader.kind, rows)


class _Reader:
    """Reads the rows below a `header`."""

    def __init__(self, file: str, header: list[Cell], zone: tzinfo, refused: list[RefusedCell]) -> None:
        self.kind = kind_of(header)
        self._file, self._zone, self._refused = file, zone, refused
        self._titles = {str(at): mask_nips_in(text_of(cell)) or "#" for at, cell in enumerate(header)}
        self._people = people_of(header)
        self._activities = activities_of(header, self.kind)
        self._total = total_of(header)
        self._last = str(len(header) - 1)

    def read(self, row: SheetRow) -> PersonRow | None:
        """The row, or None when a cell of it is refused."""
        cells = RowReader(row, self._titles, self._refused, file=self._file)
        fields = dict(self._fields(cells))
        done = list(self._done(cells))
        completed = cells.cell(self._last, self._moment) if self.kind == "penyelesaian" else None
        shown = "percentage" if "percentage" in self._total else "real"
        grade = cells.cell(str(self._total[shown]), _grade) if self._total else None
        if not cells.good:
            return None
        return PersonRow(
            number=row.number, fields=fields, completed=completed, activities=done, expected=len(self._activities),
            grade=grade, is_percent=shown == "percentage",
        )  # fmt: skip

    def _fields(self, cells: RowReader) -> Iterator[tuple[str, str]]:
        for at, field in self._people.items():
            text = cells.cell(str(at), _number_as_text if field in ("idnumber", "username") else text_of)
            if text:
                yield field, text

    def _done(self, cells: RowReader) -> Iterator[Activity]:
        for title, state_at, date_at in self._activities:
            state = cells.cell(str(state_at), state_of)
            at = cells.cell(str(date_at), self._moment) if state else None
            if state and at is not None:
                yield Activity(title=title, state=state, at=at)

    def _moment(self, cell: Cell) -> datetime | None:
        """The moment in a cell as Moodle writes it, `2019-11-12 08:00:00` or a long date; None when it is empty."""
        if cell is None or (isinstance(cell, str) and cell in _NOTHING):
            return None
        if not isinstance(cell, str):
            return moment_of(cell, self._zone)
        text = _WEEKDAY.sub("", text_of(cell))
        if half := _HALF.search(text):
            hour = int(half[1]) % 12 + (12 if half[3].upper() == "P" else 0)
            text = f"{text[: half.start()]}{hour:02d}{half[2]}"
        return moment_of(text, self._zone)


def _number_as_text(cell: Cell) -> str:
    """A NIP or the name of an account; as a number it has lost its last digits."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and len(str(int(cell))) > 15:
        parse_nip(cell)
    return text_of(cell)


def _grade(cell: Cell) -> float | None:
    text = text_of(cell).removesuffix("%").strip()
    if text in _NOTHING:
        return None
    number = decimal_of(text)
    if number is None:
        raise AdapterError("asn.grade", "no grade", value=mask_nips_in(text)[:40])
    return float(number)
