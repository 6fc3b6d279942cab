"""Shows a list as a page, or gives the rows that its filter finds as a CSV file for spreadsheets."""

import csv
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Response, make_response, render_template, request, send_file

from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import staff_name
from lti_tool.web.tables import FILE, Column, Row, TableView
from xapi.audit.report_formats import BOM, SEPARATORS, one_line
from xapi.local_times import zone_name
from xapi.sheet_formula import safe

_IN_MEMORY = 1_000_000  # bytes; a longer file is written to the disk first


def list_page(template: str, view: TableView, **context: Any) -> Response:
    """The page of `template` with the list `view`, or with `?berkas=csv` its file, of which the staff log tells.

    The file holds what the columns of the page show, for whoever may see the page.
    """
    if request.args.get(FILE) == "csv" and view.tools.file:
        services().house.log.add(services().clock(), staff_name(), "list.download", view.tools.file)
        return csv_answer(view)
    return make_response(render_template(template, view=view, **context))


def csv_answer(view: TableView) -> Response:
    """All rows that the filter finds, as a file that a spreadsheet set to the reader's language opens as a table."""
    file = cast(IO[bytes], SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - it is closed when it was sent
    write_csv(view, file, language())
    file.seek(0)
    return send_file(file, "text/csv; charset=utf-8", as_attachment=True, download_name=f"{view.tools.file}.csv")


def write_csv(view: TableView, target: IO[bytes], language: str) -> None:
    """Writes the columns that hold values, row by row."""
    columns = [column for column in view.columns if column.kind != "own" or column.in_file]
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=SEPARATORS.get(language, ","), lineterminator="\r\n")
    writer.writerow([_heading(column) for column in columns])
    target.write(BOM.encode())
    for row in view.every():
        writer.writerow([cell(column, row, language) for column in columns])
        if buffer.tell() > _IN_MEMORY:
            target.write(_emptied(buffer))
    target.write(_emptied(buffer))


def _heading(column: Column) -> str:
    """What stands above a column; above times also their zone, for the cells hold what a spreadsheet can sort."""
    return f"{column.label} ({zone_name(services().zone)})" if column.kind == "time" else column.label


def _emptied(buffer: StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def cell(column: Column, row: Row, language: str) -> str:
    """One value as a spreadsheet takes it: numbers to reckon with, texts that are no formula, a NIP as text."""
    value = row.get(column.key)
    if value is None or value == "":
        return ""
    return _WRITERS.get(column.kind, _text)(value, language)


def _text(value: Any, _language: str) -> str:
    return safe(one_line(value))


def _nip(value: Any, _language: str) -> str:
    return f"'{one_line(value)}"


def _badge(value: Any, _language: str) -> str:
    return safe(one_line(value[1]))


def _number(value: Any, language: str) -> str:
    text = format(Decimal(str(value)).normalize(), "f")
    return text.replace(".", ",") if language == "id" else text


def _jp(value: Any, language: str) -> str:
    return _number(Decimal(value) / 100, language)


def _day(value: Any, _language: str) -> str:
    return value.astimezone(services().zone).date().isoformat() if isinstance(value, datetime) else value.isoformat()


def _time(value: Any, _language: str) -> str:
    return value.astimezone(services().zone).strftime("%Y-%m-%d %H:%M")


_WRITERS: Mapping[str, Callable[[Any, str], str]] = {
    "nip": _nip, "badge": _badge, "count": _number, "percent": _number, "jp": _jp, "day": _day, "time": _time,
}  # fmt: skip
