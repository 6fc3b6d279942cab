"""Writes a report as PDF on A4: letterhead, title, table, rules, signature block."""

from collections.abc import Callable, Iterator
from typing import IO

from xapi.audit.paper import Line, Paper
from xapi.audit.report import Report
from xapi.audit.report_columns import Column
from xapi.audit.report_dress import Dress
from xapi.audit.report_formats import cell_text
from xapi.audit.words import N_, whole
from xapi.words import translate

NUMBER = Column("number", N_("No."), "count", 6)
SIGNATURE = 230.0  # points


def write_pdf(report: Report, target: IO[bytes], dress: Dress, language: str, progress: Callable[[int], None]) -> None:
    """Writes `report` into `target`; the pages are written one after the other."""
    title = report.title(language)
    paper = Paper(target, title=title, language=language, wide=True)
    put_letterhead(paper, dress)
    scope = report.scope.words(language)
    paper.text(Line(title.upper(), 12, bold=True, align="center"))
    if scope:
        paper.text(Line(scope[:1].upper() + scope[1:], 9, align="center"))
    paper.gap(8)
    columns = (NUMBER, *report.columns)
    totals = report.labelled_totals(language)
    last = ["", *(cell_text(column, totals, language) for column in report.columns)]
    paper.table(columns, _rows(report, language), totals=last, progress=progress)
    paper.gap(8)
    paper.text(*(Line(note, 7.5) for note in report.notes(language)))
    put_signature(paper, dress, language)
    if report.open_settings:
        paper.gap(14)
        head = translate(
            "xapi",
            language,
            "Pengaturan yang belum ditetapkan peraturan (%(open)s), dengan nilai dipakai:",
            {"open": len(report.open_settings)},
        )
        paper.text(Line(f"{head} " + "; ".join(f"{c.path}: {c.value}" for c in report.open_settings), 7.5))
    paper.save()


def put_letterhead(paper: Paper, dress: Dress) -> None:
    """The kop surat, or the name of the institution where no letterhead is set."""
    lines = dress.letterhead or ((dress.institution,) if dress.institution else ())
    for i, line in enumerate(lines):
        important = i < 2
        paper.text(Line(line, 13 if important else 9, bold=important, align="center"))
    if lines:
        paper.gap(5)
        paper.rule(1.5)
        paper.gap(2)
        paper.rule(0.5)
        paper.gap(10)


def put_signature(paper: Paper, dress: Dress, language: str) -> None:
    """Place and date, office, room to sign, and the name; only where a signature block is set."""
    paper.gap(14)
    day, signature = dress.day(language), dress.signature
    if not signature:
        paper.text(Line(translate("xapi", language, "Dibuat %(day)s", {"day": day}), 8))
        return
    where = f"{signature.place}, {day}" if signature.place else day
    lines = [Line(where), Line(signature.office), *([Line("")] * 4), Line(signature.name, bold=True)]
    paper.at_right([*lines, *(Line(below) for below in signature.below)], SIGNATURE)


def _rows(report: Report, language: str) -> Iterator[list[str]]:
    for number, row in enumerate(report.shown_rows(language), start=1):
        yield [whole(number, language), *(cell_text(column, row, language) for column in report.columns)]
