"""A plan as a file for the institution's own SIMPEG: the records just as they would be sent, JSON or XLSX."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec
import xlsxwriter

from lti_tool.errors import ToolError
from lti_tool.systems.push_plan import Plan

KINDS = (".json", ".xlsx")


def check_kind(path: Path) -> None:
    """Raises ToolError `adapter.plan_kind` when no plan is written under such a name."""
    if path.suffix.lower() not in KINDS:
        raise ToolError("adapter.plan_kind", path.suffix, file=path.name, known=", ".join(KINDS))


def write_plan(plan: Plan, file: IO[bytes], kind: str) -> int:
    """Writes what would be sent, `kind` being a suffix of KINDS; returns how many records."""
    found = [(item.key, item.prepared.body) for item in plan.to_send if item.prepared is not None]
    if kind.lower() == ".json":
        records = [{"key": key, "body": body} for key, body in found]
        value = {"system": plan.system, "year": plan.year, "plan": plan.code, "records": records}
        file.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    else:
        _write_sheet(file, _columns(found), found)
    return len(found)


def _columns(found: Sequence[tuple[str, Mapping[str, object]]]) -> list[str]:
    return list(dict.fromkeys(name for _key, body in found for name in msgspec.to_builtins(body)))


def _write_sheet(file: IO[bytes], columns: list[str], found: Sequence[tuple[str, Mapping[str, object]]]) -> None:
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for column, name in enumerate(("key", *columns)):
        sheet.write_string(0, column, name)
    for row, (key, body) in enumerate(found, start=1):
        values = msgspec.to_builtins(body)
        for column, value in enumerate((key, *(values.get(name) for name in columns))):
            _write_cell(sheet, row, column, value)
    book.close()


def _write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool | str):
        sheet.write_string(row, column, str(value))
    elif isinstance(value, int | float) and abs(value) < 10**15:  # a spreadsheet rounds longer numbers
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, msgspec.json.encode(value).decode())
