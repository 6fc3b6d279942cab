"""Reads the worksheets of an XLSX row by row; formulas stay formulas, and merged cells hold what people see in them."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import column_index_from_string

from xapi.sheet_cells import Cell, Formula, SheetError
from xapi.sheet_prolog import has_doctype
from xapi.sheet_tables import MOST_COLUMNS, Line, Table, beside, chosen_worksheets

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,100}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_WORKSHEET = re.compile(r"(?:^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?(?:row|mergeCell)[\s>/]")
_HIDDEN = re.compile(rb'<(?:\w+:)?row\s(?=[^>]{0,300}?\shidden="(?:1|true)")(?:[^>]{0,300}?\s)??r="(\d{1,7})"')
_PIECE = 1 << 20
LONGEST_ROW = 16 << 20  # bytes
_OVERLAP = 400  # bytes: longer than any element that is looked for
_MOST_MERGED = 200_000


class _Merge(NamedTuple):
    """A merged range of more than one row: the columns count from 0, `last` is its last row."""

    column: int
    last: int


def xlsx_tables(path: Path, packed: zipfile.ZipFile, name: str) -> Iterator[Table]:
    """The worksheets of the XLSX `path`, which is open as `packed`, or the one of that `name`."""
    _refuse_doctypes(packed)
    looked = {part: _look_through(packed, part) for part in packed.namelist() if _WORKSHEET.search(part)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which we do not read
        book = load_workbook(path, read_only=True, data_only=False)
    try:
        found = [(one.title, one.sheet_state != "visible") for one in book.worksheets]
        for place in chosen_worksheets(found, name):
            worksheet = book.worksheets[place]
            worksheet.reset_dimensions()  # they may lie
            merges, hidden_rows = looked.get(getattr(worksheet, "_worksheet_path", "").lstrip("/"), ({}, set()))
            yield Table(_lines(worksheet, merges), *found[place], beside(found, place), hidden_rows)
    finally:
        book.close()


def _refuse_doctypes(packed: zipfile.ZipFile) -> None:
    """No writer of XLSX needs a document type, and entities are declared in it."""
    for entry in packed.infolist():
        name = entry.filename.casefold()
        if name.endswith(".svg"):  # a picture, which nobody reads here
            continue
        with packed.open(entry) as part:
            found = has_doctype(part)
        if found or (found is None and name.endswith((".xml", ".rels"))):
            raise SheetError("sheet.no_table", "a document type declaration")


def _lines(worksheet: Any, merges: dict[int, list[_Merge]]) -> Iterator[Line]:
    """The rows; a cell of a range that is merged downwards holds what its first cell holds."""
    held: dict[int, tuple[int, Cell]] = {}  # by column: until which row, and what
    before: object = None
    for number, row in enumerate(worksheet.iter_rows(max_col=MOST_COLUMNS), 1):
        # rows that are left out in the file come as one and the same tuple, perhaps a million times
        cells = [] if row is before else [None if cell is EMPTY_CELL else _cell(cell) for cell in row]
        before = row
        for column, (last, value) in list(held.items()):
            if number > last:
                del held[column]
            elif column < len(cells):
                cells[column] = value
        for merge in merges.get(number, ()):
            if merge.column < len(cells):
                held[merge.column] = (merge.last, cells[merge.column])
        yield number, cells


def _look_through(packed: zipfile.ZipFile, member: str) -> tuple[dict[int, list[_Merge]], set[int]]:
    """The ranges of a worksheet that are merged downwards, by their first row, and the numbers of its hidden rows.

    Raises SheetError for a row without end: the reader holds a row as a whole.
    """
    seen: set[tuple[int, _Merge]] = set()
    hidden: set[int] = set()
    since_row = 0
    for text in _pieces(packed, member):
        seen.update(_merges(text))
        hidden.update(int(match[1]) for match in _HIDDEN.finditer(text) if len(hidden) < _MOST_MERGED)
        since_row = 0 if _ROW.search(text) else since_row + len(text)
        if since_row > LONGEST_ROW or len(seen) > _MOST_MERGED:
            raise SheetError("sheet.no_table", "a row without end")
    found: dict[int, list[_Merge]] = {}
    for first, merge in seen:
        found.setdefault(first, []).append(merge)
    return found, hidden


def _pieces(packed: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The text of a part in pieces, each with the end of the one before: an element may lie across."""
    rest = b""
    with packed.open(member) as xml:
        while piece := xml.read(_PIECE):
            text = rest + piece
            yield text
            rest = text[-_OVERLAP:]


def _merges(text: bytes) -> Iterator[tuple[int, _Merge]]:
    for match in _MERGED.finditer(text):
        first, last = int(match[2]), int(match[4])
        if last > first:
            yield first, _Merge(column_index_from_string(match[1].decode()) - 1, last)


def _cell(cell: Any) -> Cell:
    if cell.data_type in ("f", "e"):
        return Formula(str(cell.value))  # an error value (#N/A) is what a formula left behind
    value = cell.value
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, time):  # an hour of the day has no type of its own among our cells
        return value.isoformat()
    return value if isinstance(value, (int, float, bool, datetime, date)) else None
