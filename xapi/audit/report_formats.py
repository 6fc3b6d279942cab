"""Writes a report as a text table, JSON or CSV."""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from xapi.audit.words import met, number, plain, whole
from xapi.words import translate

Kind = Literal["text", "nip", "count", "jp", "percent", "met"]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
_RIGHT = frozenset({"count", "jp", "percent"})
Row = Mapping[str, object]


class Column(msgspec.Struct, frozen=True):
    """One column: key in the rows, header (Indonesian, translated when written), and what it holds."""

    key: str
    header: str
    kind: Kind


def text_table(columns: Sequence[Column], rows: Sequence[Row], totals: Row | None, language: str) -> str:
    """The rows under their headers, aligned, with a line of totals."""
    lines = [[translate("xapi", language, column.header) for column in columns]]
    lines += [[_cell(column, row, language) for column in columns] for row in rows]
    if totals is not None:
        lines.append([_cell(column, totals, language) for column in columns])
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    written = [
        "  ".join(_pad(cell, widths[i], right=columns[i].kind in _RIGHT) for i, cell in enumerate(line)).rstrip()
        for line in lines
    ]
    rule = "  ".join("-" * width for width in widths)
    written.insert(1, rule)
    if totals is not None:
        written.insert(-1, rule)
    return "\n".join(written)


def csv_text(columns: Sequence[Column], rows: Sequence[Row], language: str) -> str:
    """RFC 4180 with headers in `language` and decimals as `12.50`.

    A text that a spreadsheet would run as a formula gets an apostrophe before it, and so does a NIP: eighteen digits
    are more than a spreadsheet's numbers can hold.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([translate("xapi", language, column.header) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row, language) for column in columns])
    return buffer.getvalue()


def json_row(columns: Sequence[Column], row: Row) -> dict[str, object]:
    """A row for programs: JP as hundredths under the key, and as a decimal under `<key>_decimal`."""
    result: dict[str, object] = {}
    for column in columns:
        value = row.get(column.key)
        if column.kind == "met":
            result[column.key] = bool(value)
        elif column.kind in {"jp", "percent"}:
            result[column.key] = value
            suffix = "decimal" if column.kind == "jp" else "percent"
            result[f"{column.key}_{suffix}"] = None if value is None else int(str(value)) / 100
        else:
            result[column.key] = value
    return result


def safe(text: str) -> str:
    """`text` that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def one_line(value: object) -> str:
    """`value` as text without control characters, so that it can neither break a table nor steer a terminal."""
    text = "" if value is None else str(value)
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in text).split())


def _cell(column: Column, row: Row, language: str) -> str:
    value = row.get(column.key)
    if value is None:
        return ""
    if column.kind == "met":
        return met(value, language)
    if column.kind in {"text", "nip"}:
        return one_line(value)
    amount = int(str(value))
    if column.kind == "count":
        return whole(amount, language)
    return number(amount, language) + ("%" if column.kind == "percent" else "")


def _csv_cell(column: Column, row: Row, language: str) -> str:
    value = row.get(column.key)
    if value is None:
        return ""
    if column.kind == "met":
        return met(value, language)
    if column.kind == "nip":
        return f"'{one_line(value)}" if value else ""
    if column.kind == "text":
        return safe(str(value))
    return str(value) if column.kind == "count" else plain(int(str(value)))


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks
