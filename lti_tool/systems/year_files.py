"""Writes the tables of a year as JSON, XLSX, CSV or plain text; JP and shares, kept in hundredths, as decimals."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec
import xlsxwriter

from adapters.yearly import FileColumn, FileTable
from lti_tool.errors import ToolError
from xapi.audit.report_formats import one_line, safe

KINDS = (".json", ".xlsx", ".csv")
_BOM = "\ufeff"
_NUMBERS = {"count": "#,##0", "jp": "#,##0.00", "percent": "0.00"}
_MOST_DIGITS = 15  # a spreadsheet rounds longer numbers
_WIDEST = 48


def check_kind(path: Path) -> None:
    """Raises ToolError `adapter.year_kind` when no file is written under such a name."""
    if path.suffix.lower() not in KINDS:
        raise ToolError("adapter.year_kind", path.suffix, file=path.name, known=", ".join(KINDS))


def write_tables(file: IO[bytes], kind: str, tables: Sequence[FileTable], value: Mapping[str, object]) -> None:
    """Writes `tables`, or `value` as JSON; `kind` is a suffix of KINDS. A CSV holds one table: of several, ToolError
    `adapter.year_csv`."""
    if kind.lower() == ".json":
        file.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    elif kind.lower() == ".xlsx":
        _write_book(file, tables)
    elif len(tables) == 1:
        file.write((_BOM + _csv(tables[0])).encode())
    else:
        raise ToolError("adapter.year_csv", "several tables", names=", ".join(one.name for one in tables))


def shown(column: FileColumn, value: object) -> str:
    """A value as people read it: `12,50`."""
    if value is None:
        return ""
    if column.kind in ("jp", "percent"):
        whole, rest = divmod(int(str(value)), 100)
        return f"{whole},{rest:02}"
    return one_line(value)


def _csv(table: FileTable) -> str:
    """With `;`, as a spreadsheet in Indonesian opens it; long numbers get an apostrophe, or it would round them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in table.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(column, row.get(column.key)) for column in table.columns])
    return text.getvalue()


def _csv_cell(column: FileColumn, value: object) -> str:
    text = shown(column, value)
    if column.kind != "text":
        return text
    return f"'{text}" if text.isdigit() and len(text) > _MOST_DIGITS else safe(text)


def _write_book(file: IO[bytes], tables: Sequence[FileTable]) -> None:
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _NUMBERS.items()}
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(table.columns):
            longest = max((len(shown(column, row.get(column.key))) for row in table.rows), default=0)
            sheet.set_column(at, at, min(max(longest, len(column.title)) + 2, _WIDEST))
            sheet.write_string(0, at, column.title, head)
        for number, row in enumerate(table.rows, start=1):
            _write_row(sheet, number, table.columns, row, formats)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    book.close()


def _write_row(
    sheet: Any, number: int, columns: Sequence[FileColumn], row: Mapping[str, object], formats: Mapping[str, object]
) -> None:
    for at, column in enumerate(columns):
        value = row.get(column.key)
        if value is None:
            continue
        if column.kind == "text":
            sheet.write_string(number, at, one_line(value))
            continue
        amount = int(str(value))
        sheet.write_number(number, at, amount if column.kind == "count" else amount / 100, formats[column.kind])
