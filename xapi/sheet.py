"""Reads a table that people made, CSV or XLSX, as rows of cells under known names; strict about what Excel spoils."""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xapi.errors import XapiError

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 500  # in one cell
HEADER_WITHIN = 15  # rows: people put titles above their tables
DELIMITERS = (";", ",", "\t", "|")
MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari january jan", "februari february feb pebruari", "maret march mar", "april apr", "mei may",
         "juni june jun", "juli july jul", "agustus august agu agt aug", "september sep sept",
         "oktober october okt oct", "november nov nopember", "desember december des dec"), 1)
    for name in names.split()
}  # fmt: skip


class SheetError(XapiError):
    """A table or one of its cells cannot be read."""


class Formula(str):
    """A cell that holds a formula: its value depends on what Excel made of it, so it is never used."""


Cell = str | int | float | bool | datetime | date | Formula | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column we know: our `field`, its `title` as people read it, the other `names` it goes by, whether required."""

    field: str
    title: str
    names: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class SheetRow:
    """One row: its `number` as the spreadsheet shows it, and its `cells` by field, of the columns that are there."""

    number: int
    cells: dict[str, Cell]


def read_sheet(path: Path, columns: Sequence[Column]) -> list[SheetRow]:
    """The rows below the header of the first table in `path` that has all required `columns`; empty rows are skipped.

    Headers may differ in case, spaces and signs, and stand below title rows. Raises SheetError when the file is no CSV
    (UTF-8 or CP1252; `;`, `,`, tab) or XLSX, is too large, or lacks a column.
    """
    data = _bytes(path)
    tables = _xlsx_tables(data) if data[:4] == b"PK\x03\x04" else _csv_tables(data)
    best_missing: list[str] | None = None
    for table in tables:
        head, missing = _find_header(table, columns)
        if not missing:
            return _rows(table, head)
        if best_missing is None or len(missing) < len(best_missing):
            best_missing = missing
    if best_missing is None:
        raise SheetError("sheet.empty", "no table in the file", file=path.name)
    missing_titles = ", ".join(best_missing)
    raise SheetError("sheet.columns_missing", missing_titles, file=path.name, columns=missing_titles)


def text_of(cell: Cell) -> str:
    """`cell` as one line of text, "" when empty; raises SheetError for a formula, an Excel error or an endless text."""
    if isinstance(cell, Formula):
        raise SheetError("sheet.formula", "a formula instead of a value")
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("ya" if cell else "tidak")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(unicodedata.normalize("NFC", str(cell)).split())
    if len(text) > MOST_CHARACTERS:
        raise SheetError("sheet.too_long", f"{len(text)} characters", most=MOST_CHARACTERS)
    return text


def date_of(cell: Cell) -> date | None:
    """The day in `cell`, None when empty: a date cell, 2026-11-22, 22-11-2026, 22/11/2026, 22 November 2026.

    Raises SheetError `sheet.date` for anything else, also for a number and for a day that does not exist.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    found = _day_month_year(text) if isinstance(cell, str) else None
    try:
        if found is not None:
            return date(*found)
    except ValueError:
        pass
    raise SheetError("sheet.date", "no date", value=text[:30])


def _day_month_year(text: str) -> tuple[int, int, int] | None:
    if iso := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00)?)?", text, re.ASCII):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if local := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text, re.ASCII):
        return int(local[3]), int(local[2]), int(local[1])
    if words := re.fullmatch(r"(\d{1,2})[ -]([A-Za-z]+)[ -](\d{4})", text, re.ASCII):
        month = MONTHS.get(words[2].casefold())
        return (int(words[3]), month, int(words[1])) if month else None
    return None


def plain_name(header: object) -> str:
    """A header or a code word without case, signs and double spaces, for comparing."""
    text = unicodedata.normalize("NFKC", str(header)).casefold()
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())


_Head = tuple[int, dict[int, str]]  # index of the header row, field by position


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of one worksheet or one reading of a CSV, each with its number."""

    rows: list[tuple[int, list[Cell]]]


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise SheetError("sheet.too_large", f"{size} bytes", file=path.name, megabytes=MOST_BYTES // 1024**2)
        data = path.read_bytes()
    except OSError as cause:
        raise SheetError("sheet.unreadable", type(cause).__name__, file=path.name) from cause
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise SheetError("sheet.old_excel", "a file of Excel 97-2003, or one with a password", file=path.name)
    return data


def _find_header(table: _Table, columns: Sequence[Column]) -> tuple[_Head, list[str]]:
    """The best header row, and the titles of the required columns that it lacks."""
    known = {plain_name(name): column for column in columns for name in (column.title, column.field, *column.names)}
    best: tuple[_Head, list[str]] = ((0, {}), [column.title for column in columns if column.required])
    for index, (_number, cells) in enumerate(table.rows[:HEADER_WITHIN]):
        fields: dict[int, str] = {}
        for position, cell in enumerate(cells):
            column = known.get(plain_name(cell)) if isinstance(cell, str) else None
            if column is None:
                continue
            if column.field in fields.values():
                raise SheetError("sheet.column_twice", column.title, column=column.title)
            fields[position] = column.field
        missing = [column.title for column in columns if column.required and column.field not in fields.values()]
        if len(missing) < len(best[1]) or (not missing and not best[0][1]):
            best = ((index, fields), missing)
        if not missing:
            break
    return best


def _rows(table: _Table, head: _Head) -> list[SheetRow]:
    index, fields = head
    found = []
    for number, cells in table.rows[index + 1 :]:
        if any(cell is not None and cell != "" for cell in cells):
            by_field = {field: cells[at] if at < len(cells) else None for at, field in fields.items()}
            found.append(SheetRow(number, by_field))
    return found


def _csv_tables(data: bytes) -> Iterator[_Table]:
    """The file read with each delimiter, the most frequent in its first lines first."""
    text = _decode(data)
    beginning = text[:4096]
    for delimiter in sorted(DELIMITERS, key=beginning.count, reverse=True):
        try:
            lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
            yield _Table(_numbered(_csv_cells(line) for line in lines))
        except csv.Error as cause:
            raise SheetError("sheet.no_table", "neither CSV nor XLSX") from cause


def _csv_cells(line: list[str]) -> list[Cell]:
    return [Formula(cell) if cell.lstrip().startswith("=") else (cell.strip() or None) for cell in line[:MOST_COLUMNS]]


def _decode(data: bytes) -> str:
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise SheetError("sheet.no_table", "neither CSV nor XLSX")


def _xlsx_tables(data: bytes) -> Iterator[_Table]:
    """Each worksheet; formulas stay formulas."""
    from openpyxl import load_workbook  # slow to load, and most tables are CSV, or none is read at all

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise SheetError("sheet.too_large", f"{unpacked} bytes", file="", megabytes=MOST_UNPACKED // 1024**2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which we do not read
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            for worksheet in book.worksheets:
                worksheet.reset_dimensions()  # they may lie
                cells = worksheet.iter_rows(max_col=MOST_COLUMNS)
                yield _Table(_numbered([_xlsx_cell(cell) for cell in row] for row in cells))
            book.close()
    except (SheetError, GeneratorExit):
        raise
    except Exception as cause:  # a parser of files from anywhere may fail in any way
        raise SheetError("sheet.no_table", f"neither CSV nor XLSX: {type(cause).__name__}") from cause


def _xlsx_cell(cell: Any) -> Cell:
    if cell.data_type in ("f", "e"):
        return Formula(str(cell.value))  # an error value (#N/A) is what a formula left behind
    value = cell.value
    if isinstance(value, str):
        return value.strip() or None
    return value if isinstance(value, (int, float, bool, datetime, date)) else None


def _numbered(lines: Iterable[list[Cell]]) -> list[tuple[int, list[Cell]]]:
    rows = []
    for number, cells in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise SheetError("sheet.too_many_rows", f"more than {MOST_ROWS}", most=MOST_ROWS)
        rows.append((number, cells))
    return rows
