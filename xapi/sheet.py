"""Reads a table that people made, CSV, XLSX or ODS, as rows of cells under known names."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from xapi.identity import mask_nips_in
from xapi.sheet_cells import Cell, Formula, SheetError, date_of, plain_name, text_of
from xapi.sheet_tables import MOST_BYTES, Line, Table, open_tables

__all__ = [
    "Cell",
    "Column",
    "Formula",
    "Head",
    "Sheet",
    "SheetError",
    "SheetRow",
    "columns_missing",
    "date_of",
    "open_sheet",
    "plain_name",
    "read_sheet",
    "text_of",
]

MOST_ROWS = 100_000
HEADER_WITHIN = 15  # rows: people put titles above their tables
LEAST_NUMBERED = 3  # cells of a row that only numbers the columns
MOST_HEADERS, MOST_SHOWN = 40, 60  # unknown headers that an error names, and characters of each


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


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a table: its place among the rows, and our `fields` by position in a row; `missing` are the titles
    of columns that it ought to have, `names` what its columns are called (none: what stands in that row)."""

    index: int
    fields: dict[int, str]
    missing: tuple[str, ...] = ()
    names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was found: the `headers` as they are written, by position, and the rows below, read one by one.

    `table` says which of the tables of the file it is, and what of it people may not see.
    """

    headers: dict[int, str]
    head: Head
    rows: Iterator[SheetRow]
    table: Table


FindHead = Callable[[Sequence[Line]], Head]


def open_sheet(
    path: Path, find_head: FindHead, *, most_rows: int, most_bytes: int = MOST_BYTES, name: str = ""
) -> Sheet:
    """The first table in `path`, or the one of that `name`, in whose first rows `find_head` misses nothing; its rows
    are read when asked for.

    Raises SheetError when the file is no CSV (UTF-8, UTF-16 or CP1252; `;`, `,`, tab, `|`), XLSX or ODS, is too large,
    or lacks a column; also later, from the rows, when what follows cannot be read or has more than `most_rows` rows.
    """
    best: tuple[Head, dict[int, str]] | None = None
    for table in open_tables(path, most_rows=most_rows, most_bytes=most_bytes, name=name):
        beginning = list(islice(table.lines, HEADER_WITHIN))
        head = find_head(beginning)
        headers = head.names or _headers(beginning, head)
        if not head.missing:
            rows = _rows(chain(beginning[head.index + 1 :], table.lines), head.fields)
            return Sheet({at: text_of(text) for at, text in headers.items()}, head, rows, table)
        if best is None or _nearer(head, best[0]):
            best = head, headers
    if best is None:
        raise SheetError("sheet.empty", "no table in the file", file=path.name)
    raise columns_missing(path, *best)


def _headers(beginning: Sequence[Line], head: Head) -> dict[int, str]:
    cells = beginning[head.index][1] if head.index < len(beginning) else []
    return {at: cell for at, cell in enumerate(cells) if isinstance(cell, str)}


def _nearer(head: Head, other: Head) -> bool:
    return (len(head.missing), -len(head.fields)) < (len(other.missing), -len(other.fields))


def columns_missing(path: Path, head: Head, headers: dict[int, str]) -> SheetError:
    """Names the columns that are missing, and those that are there and that nobody knows: one may be the other."""
    unknown = [mask_nips_in(text)[:MOST_SHOWN] for at, text in headers.items() if at not in head.fields]
    missing, others = ", ".join(head.missing), ", ".join(unknown[:MOST_HEADERS]) or "-"
    return SheetError("sheet.columns_missing", missing, file=path.name, columns=missing, unknown=others)


def read_sheet(path: Path, columns: Sequence[Column]) -> list[SheetRow]:
    """The rows below the header of the first table in `path` that has all required `columns`; empty rows are skipped.

    Headers may differ in case, spaces and signs, and stand below title rows. Raises SheetError as `open_sheet`.
    """
    return list(open_sheet(path, lambda lines: _find_head(lines, columns), most_rows=MOST_ROWS).rows)


def _find_head(lines: Sequence[Line], columns: Sequence[Column]) -> Head:
    """The best header row, and the titles of the required columns that it lacks."""
    known = {plain_name(name): column for column in columns for name in (column.title, column.field, *column.names)}
    best = Head(0, {}, tuple(column.title for column in columns if column.required))
    for index, (_number, cells) in enumerate(lines):
        fields: dict[int, str] = {}
        for position, cell in enumerate(cells):
            column = known.get(plain_name(cell)) if isinstance(cell, str) else None
            if column is None:
                continue
            if column.field in fields.values():
                raise SheetError("sheet.column_twice", column.title, column=column.title)
            fields[position] = column.field
        missing = tuple(column.title for column in columns if column.required and column.field not in fields.values())
        if len(missing) < len(best.missing) or (not missing and not best.fields):
            best = Head(index, fields, missing)
        if not missing:
            break
    return best


def _rows(lines: Iterator[Line], fields: dict[int, str]) -> Iterator[SheetRow]:
    first = True
    for number, cells in lines:
        if not any(cell is not None and cell != "" for cell in cells):
            continue
        if not (first and _only_numbers_columns(cells)):
            yield SheetRow(number, {field: cells[at] if at < len(cells) else None for at, field in fields.items()})
        first = False


def _only_numbers_columns(cells: Sequence[Cell]) -> bool:
    """Whether a row below the header is `1 2 3 …` or `(1) (2) (3) …`, as official tables have it."""
    filled = [str(cell).strip("() ") for cell in cells if cell is not None]
    with suppress(ValueError):
        numbers = [int(text) for text in filled]
        return len(numbers) >= LEAST_NUMBERED and numbers == list(range(1, len(numbers) + 1))
    return False
