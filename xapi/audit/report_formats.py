"""Writes a report as a text table, JSON or CSV, and its values as people read them."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

import msgspec

from xapi.audit.report import Report
from xapi.audit.report_columns import RIGHT, Column
from xapi.audit.words import met, number, plain, whole
from xapi.sheet_formula import safe as safe
from xapi.words import DEFAULT_LANGUAGE, translate

#: Excel takes the separators of the machine's region: `;` with the decimal comma of Indonesia, `,` with the point.
SEPARATORS = {"id": ";", "en": ","}
#: Without it Excel reads UTF-8 as the code page of the machine.
BOM = "\ufeff"
Row = Mapping[str, object]


def table_text(report: Report, language: str = DEFAULT_LANGUAGE) -> str:
    """The report as aligned text with title, totals, rule version and open settings."""
    body = text_table(report.columns, report.shown_rows(language), report.labelled_totals(language), language)
    scope = report.scope.words(language)
    head = [report.title(language), *([scope[:1].upper() + scope[1:]] if scope else [])]
    return "\n".join([*head, "", body, "", *report.notes(language), *_open_settings(report, language)]) + "\n"


def json_text(report: Report, more: Mapping[str, object] | None = None) -> str:
    """The report as JSON: JP as hundredths and as decimals, with the rules that made it; `more` stands beside them."""
    value = {
        "year": report.year,
        "by": report.by,
        "scope": {key: value for key, value in msgspec.structs.asdict(report.scope).items() if value is not None},
        "rules": {
            "version": report.rules_version,
            "hash": report.rules_hash,
            "minutes_per_jp": report.edition.settings.minutes_per_jp,
            "open_settings": report.open_settings,
        },
        "rows": [json_row(report.columns, row) for row in report.rows],
        "totals": {key: value for key, value in report.totals.items() if value is not None},
        "outside_roster": report.outside,
        "findings": report.findings,
        **({"limited": report.limited} if report.limited else {}),
        **(more or {}),
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def csv_text(report: Report, language: str = DEFAULT_LANGUAGE) -> str:
    """The rows as CSV that a spreadsheet set to `language` opens as a table: `;` and `12,50`, or `,` and `12.50`.

    A text that a spreadsheet would run as a formula gets an apostrophe before it, and so does a NIP: eighteen digits
    are more than a spreadsheet's numbers can hold.
    """
    return csv_of(report.columns, report.shown_rows(language), language)


def csv_of(columns: Sequence[Column], rows: Sequence[Row], language: str) -> str:
    """`rows` under the headers of `columns`, as `csv_text` says."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=SEPARATORS.get(language, ","), lineterminator="\r\n")
    writer.writerow([translate("xapi", language, column.header) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row, language) for column in columns])
    return BOM + buffer.getvalue()


def text_table(columns: Sequence[Column], rows: Sequence[Row], totals: Row | None, language: str) -> str:
    """The rows under their headers, aligned, with a line of totals."""
    lines = [[translate("xapi", language, column.header) for column in columns]]
    lines += [[cell_text(column, row, language) for column in columns] for row in rows]
    if totals is not None:
        lines.append([cell_text(column, totals, language) for column in columns])
    widths = [max(_width(line[i]) for line in lines) for i in range(len(columns))]
    written = [
        "  ".join(_pad(cell, widths[i], right=columns[i].kind in RIGHT) for i, cell in enumerate(line)).rstrip()
        for line in lines
    ]
    rule = "  ".join("-" * width for width in widths)
    written.insert(1, rule)
    if totals is not None:
        written.insert(-1, rule)
    return "\n".join(written)


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


def cell_text(column: Column, row: Row, language: str) -> str:
    """A value as people read it."""
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


def one_line(value: object) -> str:
    """`value` as text without control characters, so that it can neither break a table nor steer a terminal."""
    text = "" if value is None else str(value)
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in text).split())


def _open_settings(report: Report, language: str) -> Iterator[str]:
    if not report.open_settings:
        return
    yield translate(
        "xapi",
        language,
        "Pengaturan yang belum ditetapkan peraturan (%(open)s), dengan nilai dipakai:",
        {"open": len(report.open_settings)},
    )
    text = "; ".join(f"{cell.path}: {cell.value}" for cell in report.open_settings)
    yield from wrap(text, 116, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


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
    if column.kind == "count":
        return str(value)
    amount = plain(int(str(value)))
    return amount.replace(".", ",") if language == "id" else amount


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks
