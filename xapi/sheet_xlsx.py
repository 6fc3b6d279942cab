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

from xapi.sheet_cells import Cell, Formula
from xapi.sheet_tables import MOST_COLUMNS, Line

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,100}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_PIECE = 1 << 20
_OVERLAP = 200  # bytes: longer than any mergeCell element
_MOST_MERGED = 200_000


class _Merge(NamedTuple):
    """A merged range of more than one row: the columns count from 0, `last` is its last row."""

    column: int
    last: int


def xlsx_tables(path: Path, packed: zipfile.ZipFile) -> Iterator[Iterator[Line]]:
    """Each worksheet of the XLSX `path`, which is open as `packed`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions, which we do not read
        book = load_workbook(path, read_only=True, data_only=False)
    try:
        for worksheet in book.worksheets:
            worksheet.reset_dimensions()  # they may lie
            merges = _merges(packed, getattr(worksheet, "_worksheet_path", ""))
            yield _lines(worksheet, merges)
    finally:
        book.close()


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


def _merges(packed: zipfile.ZipFile, member: str) -> dict[int, list[_Merge]]:
    """The ranges that are merged downwards, by their first row."""
    found: dict[int, list[_Merge]] = {}
    name = member.lstrip("/")
    if name not in packed.namelist():
        return found
    seen: set[tuple[int, _Merge]] = set()
    rest = b""
    with packed.open(name) as xml:
        while piece := xml.read(_PIECE):
            text = rest + piece
            for match in _MERGED.finditer(text):
                first, last = int(match[2]), int(match[4])
                merge = _Merge(column_index_from_string(match[1].decode()) - 1, last)
                if last > first and len(seen) < _MOST_MERGED:
                    seen.add((first, merge))
            rest = text[-_OVERLAP:]
    for first, merge in seen:
        found.setdefault(first, []).append(merge)
    return found


def _cell(cell: Any) -> Cell:
    if cell.data_type in ("f", "e"):
        return Formula(str(cell.value))  # an error value (#N/A) is what a formula left behind
    value = cell.value
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, time):  # an hour of the day has no type of its own among our cells
        return value.isoformat()
    return value if isinstance(value, (int, float, bool, datetime, date)) else None
