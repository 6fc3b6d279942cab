"""A plan as a file for the institution's own SIMPEG: the records just as they would be sent, JSON, XLSX or CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec
import xlsxwriter

from adapters.remote import Prepared, RecordFiles
from lti_tool.errors import ToolError
from lti_tool.systems.push_plan import Plan
from xapi.audit.report_formats import safe

KINDS = (".json", ".xlsx", ".csv")
MOST_DIGITS = 15  # a spreadsheet rounds longer numbers
_BOM = "\ufeff"
Row = Mapping[str, object]


def check_kind(path: Path) -> None:
    """Raises ToolError `adapter.plan_kind` when no plan is written under such a name."""
    if path.suffix.lower() not in KINDS:
        raise ToolError("adapter.plan_kind", path.suffix, file=path.name, known=", ".join(KINDS))


def write_plan(plan: Plan, file: IO[bytes], kind: str, files: object = None) -> int:
    """Writes what would be sent, `kind` being a suffix of KINDS; returns how many records.

    `files` is the push of the adapter: when it is a `RecordFiles`, it says what stands in the file.
    """
    ready = [item.prepared for item in plan.to_send if item.prepared is not None]
    teller = files if isinstance(files, RecordFiles) else None
    if kind.lower() == ".json":
        records = [dict(teller.record_for_file(one)) if teller else {"key": one.key, "body": one.body} for one in ready]
        value = {"system": plan.system, "year": plan.year, "plan": plan.code, "records": records}
        file.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
        return len(ready)
    rows = [teller.row_for_file(one) if teller else _plain_row(one) for one in ready]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    (_write_csv if kind.lower() == ".csv" else _write_sheet)(file, columns, rows)
    return len(ready)


def _plain_row(prepared: Prepared) -> Row:
    body: dict[str, object] = msgspec.to_builtins(prepared.body)
    return {"key": prepared.key, **body}


def _write_csv(file: IO[bytes], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """With `;`, as a spreadsheet in Indonesian opens it; long numbers get an apostrophe, or it would round them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(_cell(row.get(name))) for name in columns])
    file.write((_BOM + text.getvalue()).encode())


def _write_sheet(file: IO[bytes], columns: Sequence[str], rows: Sequence[Row]) -> None:
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for column, name in enumerate(columns):
        sheet.write_string(0, column, name)
    for number, row in enumerate(rows, start=1):
        for column, name in enumerate(columns):
            cell = _cell(row.get(name))
            sheet.write_string(number, column, cell) if isinstance(cell, str) else sheet.write(number, column, cell)
    book.close()


def _cell(value: object) -> str | int | float:
    """`value` as a spreadsheet can hold it, longer numbers and lists as text."""
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float) and abs(value) < 10**MOST_DIGITS:
        return value
    return msgspec.json.encode(value).decode()


def _csv_cell(cell: str | int | float) -> str | int | float:
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.isdigit() and len(cell) > MOST_DIGITS else safe(cell)
