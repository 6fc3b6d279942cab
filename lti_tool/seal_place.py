"""Where a report that was changed differs first from the one that was sealed."""

import csv
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO, StringIO
from itertools import zip_longest

Place = tuple[str, str]
"""A line, row (from 1) or cell, and what stands first in it, such as an office."""
MOST_UNPACKED = 1024 * 1024 * 1024  # bytes of a workbook; a province has a tenth
Records = Iterator[tuple[str, list[str]]]


def changed_place(form: str, before: bytes, after: bytes) -> Place | None:
    """The first place where a report in `form` that was `before` is not as it was; None for a form without rows.

    `after` may be anything at all.
    """
    reader = READERS.get(form)
    if reader is None:
        return None
    for old, new in zip_longest(reader(before), reader(after)):
        if old != new:
            place, cells = old or new
            return place, _name(cells)
    return None


def _csv(content: bytes) -> Records:
    text = content.decode("utf-8-sig", errors="replace")
    delimiter = ";" if text.partition("\n")[0].count(";") else ","
    try:
        for number, record in enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield str(number), record
    except csv.Error:
        return


def _json(content: bytes) -> Records:
    """The rows, and then the whole text line by line."""
    try:
        rows = json.loads(content)["rows"]
    except (ValueError, KeyError, TypeError, RecursionError):
        rows = []
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        yield str(number), [str(value) for value in row.values()] if isinstance(row, dict) else [str(row)]
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        yield str(number), [line]


def _xlsx(content: bytes) -> Records:
    """Every cell of every sheet that holds something."""
    from openpyxl import load_workbook  # slow to load, and most reports are no workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with zipfile.ZipFile(BytesIO(content)) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                    return
            book = load_workbook(BytesIO(content), read_only=True)
            for sheet in book.worksheets:
                for row in sheet.iter_rows():
                    first = next((str(cell.value) for cell in row if isinstance(cell.value, str)), "")
                    for cell in row:
                        if cell.value is not None:
                            yield f"{sheet.title}!{cell.coordinate}", [first, str(cell.value)]
    except Exception:  # noqa: BLE001 - a parser of files from anywhere may fail in any way: what was read is compared
        return


def _name(cells: list[str]) -> str:
    """The first words of a row, which name it; never a number such as a NIP."""
    return next((cell for cell in cells if cell and not any(sign.isdigit() for sign in cell)), "")


READERS: Mapping[str, Callable[[bytes], Records]] = {"csv": _csv, "json": _json, "xlsx": _xlsx}
