"""The sheet of a form, as a workbook or CSV: its code on every line, and those who are expected filled in."""

import csv
import io
from collections.abc import Sequence

from adapters.radio.form_words import CODE, about, lines_of, say
from adapters.radio.plan import Form
from adapters.radio.sheet import COLUMNS
from adapters.remote import N_
from xapi.audit.report_formats import safe
from xapi.words import translate

WIDTHS = (16, 13, 24, 34, 10, 12)
_TYPE = N_("Hadir: tulis ya atau tidak. Jam datang: hanya bagi yang terlambat, misalnya 09.20. Jangan hapus baris.")


def table_of(form: Form, language: str) -> bytes:
    """The CSV, with semicolons. NIPs begin with an apostrophe, or a spreadsheet would round them."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerows([[safe(cell) for cell in _padded(row)] for row in _above(form, language)])
    writer.writerow([column.title for column in COLUMNS])
    for code, number, nip, name in _lines(form):
        writer.writerow([code, number, f"'{nip}" if nip else "", safe(name), "", ""])
    return ("\ufeff" + target.getvalue()).encode()


def workbook_of(form: Form, language: str) -> bytes:
    """The workbook: NIPs and hours are texts, and Hadir is chosen from a list."""
    from xlsxwriter import Workbook  # slow to load

    target = io.BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"{form.code} {form.title}"})
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#E6E9EF", "border": 1})
        sheet = book.add_worksheet(form.code)
        above = _above(form, language)
        for at, row in enumerate(above):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell, bold if not column else text)
        for column, (known, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
            sheet.set_column(column, column, width, text)
            sheet.write_string(len(above), column, known.title, head)
        for at, (code, number, nip, name) in enumerate(_lines(form), len(above) + 1):
            for column, cell in enumerate((code, str(number), nip, name)):
                sheet.write_string(at, column, cell, text)
        last = len(above) + form.lines
        sheet.data_validation(len(above) + 1, 4, last, 4, {"validate": "list", "source": ["ya", "tidak"]})
        sheet.freeze_panes(len(above) + 1, 0)
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    return target.getvalue()


def _above(form: Form, language: str) -> list[list[str]]:
    """What stands above the table, for whoever types."""
    facts = [[what, said] for what, said in about(form, language)]
    return [[form.title], [say(CODE, language), form.code], *facts, [translate("adapters", language, _TYPE)], []]


def _lines(form: Form) -> Sequence[tuple[str, int, str, str]]:
    return [(form.code, number, nip, name) for number, nip, name in lines_of(form)]


def _padded(row: Sequence[str]) -> list[str]:
    return [*row, *[""] * (len(COLUMNS) - len(row))]
