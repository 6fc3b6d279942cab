"""Writes a report as XLSX: typed cells, NIP as text, a filter, and a sheet with every rule cell and its source."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

from xapi.audit.report import Report
from xapi.audit.report_columns import NAMED, Column
from xapi.audit.report_dress import Dress
from xapi.audit.report_formats import Row, one_line
from xapi.audit.rule_set import Edition
from xapi.audit.words import N_, met
from xapi.words import translate

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Progress = Callable[[int], None]
_SHEET = 31  # characters of the name of a sheet
_TALLEST = 32_000  # characters in a cell; Excel's own limit is 32,767
_A4 = 9
_NUMBERS = {"count": "#,##0", "jp": "#,##0.00", "percent": "0.00%"}
_DIVIDED = {"count": 1, "jp": 100, "percent": 10_000}
HEADS = (N_("Sel aturan"), N_("Nilai"), N_("Berkas"), N_("Sumber"), N_("Keyakinan"), N_("Ketetapan"), N_("Catatan"))
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DCE6F1"}


def write_xlsx(report: Report, target: IO[bytes], dress: Dress, language: str, progress: Progress) -> None:
    """Writes `report` into `target`, row after row, so that 100,000 people need little memory.

    Every text is written as text, which no spreadsheet calculates.
    """
    from xlsxwriter import Workbook  # slow to load, and most reports are no workbook

    book = Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"title": report.title(language), "company": one_line(dress.institution), "created": _naive(dress)}
    )
    try:
        _Figures(book, report, dress, language).write(progress)
        _Rules(book, report, dress, language).write()
    finally:
        book.close()


def _naive(dress: Dress) -> datetime:
    return dress.made_at.replace(tzinfo=None)


class _Figures:
    """The sheet with the rows of the report."""

    def __init__(self, book: "Workbook", report: Report, dress: Dress, language: str) -> None:
        self._report, self._dress, self._language = report, dress, language
        self._sheet = book.add_worksheet(_say(N_("Laporan"), language)[:_SHEET])
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._head = book.add_format(_HEAD)
        self._formats = {kind: book.add_format({"num_format": code}) for kind, code in _NUMBERS.items()}
        bold = {"bold": True, "top": 1}
        self._totals = {kind: book.add_format({**bold, "num_format": code}) for kind, code in _NUMBERS.items()}
        self._bold = book.add_format(bold)

    def write(self, progress: Progress) -> None:
        """Title, header, rows and totals; the header stays in sight and on every printed page."""
        columns, sheet = self._report.columns, self._sheet
        for i, column in enumerate(columns):
            sheet.set_column(i, i, column.width)
        scope = self._report.scope.words(self._language)
        sheet.write_string(0, 0, self._report.title(self._language), self._title)
        sheet.write_string(1, 0, " · ".join(one_line(part) for part in (self._dress.institution, scope) if part))
        made = translate("xapi", self._language, "Dibuat %(day)s", {"day": self._dress.day(self._language)})
        sheet.write_string(2, 0, made)
        for i, column in enumerate(columns):
            sheet.write_string(3, i, _say(column.header, self._language), self._head)
        rows = self._report.shown_rows(self._language)
        for at, row in enumerate(rows, start=4):
            self._row(at, columns, row, self._formats)
            progress(at - 3)
        last = 3 + len(rows)
        self._row(last + 1, columns, self._report.labelled_totals(self._language), self._totals)
        sheet.autofilter(3, 0, max(last, 4), len(columns) - 1)
        sheet.freeze_panes(4, 2 if self._report.by in NAMED else 1)
        _print_setup(sheet)
        sheet.repeat_rows(3)

    def _row(self, at: int, columns: Sequence[Column], row: Row, formats: dict[str, Any]) -> None:
        totals = formats is self._totals
        for i, column in enumerate(columns):
            value = row.get(column.key)
            if value is None:
                if totals:
                    self._sheet.write_blank(at, i, None, self._bold)
            elif isinstance(value, int) and column.kind in formats:
                divided = _DIVIDED[column.kind]
                amount = value if divided == 1 else value / divided
                self._sheet.write_number(at, i, amount, formats[column.kind])
            else:
                text = met(value, self._language) if column.kind == "met" else one_line(value)
                self._sheet.write_string(at, i, text[:_TALLEST], self._bold if totals else None)


class _Rules:
    """The sheet that says by what rules the figures were made, and where each rule stands."""

    def __init__(self, book: "Workbook", report: Report, dress: Dress, language: str) -> None:
        self._report, self._language = report, language
        self._sheet = book.add_worksheet(_say(N_("Aturan dan sumber"), language)[:_SHEET])
        self._head = book.add_format(_HEAD)
        self._title = book.add_format({"bold": True, "font_size": 12})
        self._at = 0

    def write(self) -> None:
        """Notes, open settings first, then every cell of every edition of the year, then the sources."""
        for i, width in enumerate((44, 26, 28, 18, 12, 22, 60)):
            self._sheet.set_column(i, i, width)
        self._line(_say(N_("Aturan dan sumber"), self._language), form=self._title)
        for note in self._report.notes(self._language):
            self._line(note)
        self._line("sha256", self._report.rules_hash)
        for edition in editions_of(self._report):
            self._edition(edition)
        self._at += 1
        self._line(_say(N_("Sumber"), self._language), form=self._title)
        for key, text in self._report.rules.sources.items():
            self._line(key, text)
        _print_setup(self._sheet)

    def _edition(self, edition: Edition) -> None:
        self._at += 1
        self._line(edition.version, form=self._title)
        heads = HEADS
        self._line(*(_say(head, self._language) for head in heads), form=self._head)
        open_word = _say(N_("belum ditetapkan peraturan"), self._language)
        for cell in sorted(edition.cells, key=lambda cell: not cell.unconfirmed):
            state = open_word if cell.unconfirmed else ""
            note = cell.remark(self._language)
            self._line(cell.path, str(cell.value), cell.layer, ", ".join(cell.source), cell.confidence, state, note)

    def _line(self, *texts: str, form: Any = None) -> None:
        for i, text in enumerate(texts):
            self._sheet.write_string(self._at, i, one_line(text)[:_TALLEST], form)
        self._at += 1


def editions_of(report: Report) -> Iterator[Edition]:
    """The editions of the rules in force at some time of the year of `report`; the nearest one when none was."""
    first, last = report.year * 10_000 + 101, report.year * 10_000 + 1231
    within = [e for e in report.rules.editions if e.valid_from <= last and first <= e.valid_to]
    yield from within or [report.edition]


def _print_setup(sheet: "Worksheet") -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


def _say(text: str, language: str) -> str:
    return translate("xapi", language, text)
