"""Reads a JSON file of rows, each an object by the names of columns, as if it were a table of a spreadsheet."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from adapters.errors import AdapterError
from xapi.sheet import Cell, FindHead, Head, Sheet, SheetRow, columns_missing
from xapi.sheet_tables import MOST_COLUMNS, Table

ROWS = ("records", "data")
"""Where the rows stand in a file that is an object."""


def open_json(path: Path, find_head: FindHead, *, most_rows: int, most_bytes: int) -> Sheet:
    """The rows of the JSON at `path`: a list of objects, or an object that has it as `records` or `data`.

    Rows are numbered from 1. Raises AdapterError for what is no such file, or is larger; SheetError when columns are
    missing, as for any table.
    """
    rows = rows_of(read_json(path, most_bytes), path.name, most_rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MOST_COLUMNS:
        raise AdapterError("json.no_rows", "too many columns", file=path.name)
    head = find_head([(0, list(names))])
    if head.missing:
        raise columns_missing(path, head, dict(enumerate(names)))
    return Sheet(dict(enumerate(names)), head, _sheet_rows(rows, names, head), Table(iter(())))


def read_json(path: Path, most_bytes: int) -> object:
    """What the JSON at `path` says; raises AdapterError `json.too_large` and `json.broken`."""
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as cause:
        raise AdapterError("json.broken", type(cause).__name__, file=path.name) from cause
    if len(content) > most_bytes:
        raise AdapterError("json.too_large", "too large", file=path.name, most=most_bytes // 1024**2)
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as cause:  # DecodeError is a ValueError; so is a text that is no UTF-8
        raise AdapterError("json.broken", type(cause).__name__, file=path.name) from None


def rows_of(value: object, file: str, most_rows: int) -> Sequence[dict[str, Cell]]:
    """The rows in `value`; raises AdapterError `json.no_rows`, `json.many_rows`, and `json.nested` for what no cell can
    hold."""
    if isinstance(value, dict):
        value = next((value[name] for name in ROWS if name in value), None)
    if not isinstance(value, list) or not value or not all(isinstance(row, dict) for row in value):
        raise AdapterError("json.no_rows", "no list of objects", file=file)
    if len(value) > most_rows:
        raise AdapterError("json.many_rows", "too many rows", file=file, most=most_rows)
    for number, row in enumerate(value, start=1):
        if any(isinstance(cell, dict | list) for cell in row.values()):
            raise AdapterError("json.nested", "a cell with more in it", file=file, row=number)
    return value


def _sheet_rows(rows: Sequence[dict[str, Cell]], names: Sequence[str], head: Head) -> Iterator[SheetRow]:
    fields = {names[at]: field for at, field in head.fields.items()}
    for number, row in enumerate(rows, start=1):
        yield SheetRow(number, {field: row.get(name) for name, field in fields.items()})
