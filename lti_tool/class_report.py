"""Writes the report of a class: pages to print, or a workbook; every text of it is text, never markup or a formula."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import escape
from typing import IO, TYPE_CHECKING

from adapters.classes import ClassReport, ClassRow, ClassSession, Mark, Said
from lti_tool.console import N_
from xapi.words import translate

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cells = Sequence[str]
_COLUMNS = (N_("NIP"), N_("Nama"), N_("Kelompok"), N_("Asal"), N_("Nomor sertifikat"), N_("Keadaan"), N_("JP"),
            N_("Yang kurang, dan catatan"))  # fmt: skip
_STATES = {
    "done": "✓", "late": N_("terlambat"), "short": N_("kurang"), "missing": "–", "pending": "…", "other": "",
}  # fmt: skip
_LEGEND = N_("✓ memenuhi · – tidak ada · … belum selesai · kosong: sesi kelompok lain")
_TO_MEND = frozenset({"late", "short", "missing"})
_STYLE = """
@page { size: A4 landscape; margin: 10mm }
body { font: 10pt/1.3 system-ui, sans-serif; color: #111; margin: 1rem }
h1 { font-size: 15pt; margin: 0 }
h2 { font-size: 12pt; margin: 1rem 0 .25rem; break-after: avoid } p { margin: .2rem 0; break-after: avoid }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #888; padding: .15rem .3rem; text-align: left; vertical-align: top }
th { background: #eef2f7 } thead { display: table-header-group } tr { break-inside: avoid }
.marks { font-size: 7.5pt } .marks td, .marks th { padding: .1rem .2rem }
.mend { background: #ffe9c7; font-weight: 600 }
ul { margin: 0; padding-left: 1rem }
"""


def write_html(report: ClassReport, target: IO[bytes], language: str) -> None:
    """Writes `report` as one page that needs no network, in `language`: people, their sessions, and the sessions."""
    target.write("\n".join(_html(report, language)).encode())


def _html(report: ClassReport, language: str) -> Iterator[str]:
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body><h1>{escape(report.title)}</h1>"
    yield "".join(f"<p>{escape(line)}</p>" for line in _about(report, language))
    yield f"<table>{_html_head(['#', *(_say(text, language) for text in _COLUMNS)])}<tbody>"
    for number, row in enumerate(report.rows, 1):
        said = "".join(f"<li>{escape(text)}</li>" for text in _sentences([*row.missing, *row.notes], language))
        yield f"<tr>{_html_cells([str(number), *_facts(row, language)])}<td>{said and f'<ul>{said}</ul>'}</td></tr>"
    yield f"</tbody></table><h2>{escape(_say(N_('Kehadiran dan tugas'), language))}</h2>"
    yield f"<p>{escape(_say(_LEGEND, language))}</p>"
    heads = ["#", _say(_COLUMNS[1], language), *(session.code for session in report.sessions)]
    yield f'<table class="marks">{_html_head(heads)}<tbody>'
    for number, row in enumerate(report.rows, 1):
        marks = "".join(
            f"<td{_html_class(mark, session)}>{escape(_shown(mark, language))}</td>"
            for mark, session in zip(row.marks, report.sessions, strict=True)
        )
        yield f"<tr>{_html_cells([str(number), row.name])}{marks}</tr>"
    yield f"</tbody></table><h2>{escape(_say(N_('Sesi'), language))}</h2><table><tbody>"
    for session in report.sessions:
        yield f"<tr>{_html_cells(_session(session, report, language))}</tr>"
    yield "</tbody></table></body></html>"


def _html_head(texts: Cells) -> str:
    return "<thead><tr>" + "".join(f"<th>{escape(text)}</th>" for text in texts) + "</tr></thead>"


def _html_cells(texts: Cells) -> str:
    return "".join(f"<td>{escape(text)}</td>" for text in texts)


def _html_class(mark: Mark, session: ClassSession) -> str:
    return ' class="mend"' if session.required and mark.state in _TO_MEND else ""


def write_xlsx(report: ClassReport, target: IO[bytes], language: str) -> None:
    """Writes `report` as a workbook, in `language`: people, their sessions, and the sessions."""
    from xlsxwriter import Workbook  # slow to load

    with Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        people = book.add_worksheet(_say(N_("Kelas"), language))
        about = [report.title, *_about(report, language)]
        for at, line in enumerate(about):
            people.write_string(at, 0, line, bold if not at else None)
        told = ["\n".join(_sentences([*row.missing, *row.notes], language)) for row in report.rows]
        rows = [[*_facts(row, language), said] for row, said in zip(report.rows, told, strict=True)]
        _write(people, len(about) + 1, [[_say(text, language) for text in _COLUMNS], *rows], (bold, wrap))
        for column, width in enumerate((20, 24, 10, 22, 18, 16, 8, 70)):
            people.set_column(column, column, width)
        marks = book.add_worksheet(_say(N_("Kehadiran dan tugas"), language))
        heads = [_say(_COLUMNS[1], language), *(session.code for session in report.sessions)]
        _write(marks, 0, [heads, *([row.name, *(_shown(one, language) for one in row.marks)] for row in report.rows)],
               (bold, wrap))  # fmt: skip
        marks.set_column(0, 0, 24)
        sessions = book.add_worksheet(_say(N_("Sesi"), language))
        _write(sessions, 0, [_session(one, report, language) for one in report.sessions], (wrap, wrap))
        for sheet in (people, marks, sessions):
            sheet.set_landscape()
            sheet.set_paper(9)  # A4
            sheet.fit_to_pages(1, 0)


def _write(sheet: "Worksheet", top: int, rows: Sequence[Cells], formats: tuple["Format", "Format"]) -> None:
    """Writes `rows` from the row `top` on, the first in the first of the `formats`."""
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(top + at, column, text, formats[at > 0])


def _about(report: ClassReport, language: str) -> list[str]:
    passed = sum(row.jp > 0 for row in report.rows)
    form = report.form.replace("-", " ")
    facts = {"people": len(report.rows), "passed": passed, "jp": _jp(report.jp, language), "form": form}
    days = f"{_day(report.first, language)} – {_day(report.last, language)} ({report.zone})"
    return [
        f"{report.organiser}, {days}",
        _say(N_("%(people)s peserta, %(passed)s lulus semua sesi; %(jp)s JP sebagai %(form)s."), language, **facts),
    ]


def _facts(row: ClassRow, language: str) -> list[str]:
    state = translate("adapters", language, row.state)
    return [row.nip, row.name, row.group, row.unit, row.certificate, state, _jp(row.jp, language)]


def _session(session: ClassSession, report: ClassReport, language: str) -> list[str]:
    required = _say(N_("wajib") if session.required else N_("tidak wajib"), language)
    span = f"{_moment(session.start, language)} – {_moment(session.end, language)} {report.zone}"
    return [session.code, session.title, session.kind, span, required]


def _shown(mark: Mark, language: str) -> str:
    state = _say(_STATES[mark.state], language) if _STATES[mark.state] else ""
    return f"{state} {mark.amount}".strip()


def _sentences(said: Sequence[Said], language: str) -> list[str]:
    return [translate("adapters", language, text, params) for text, params in said]


def _jp(hundredths: int, language: str) -> str:
    text = f"{hundredths / 100:.2f}"
    return text.replace(".", ",") if language == "id" else text


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m/%Y}" if language == "id" else day.isoformat()


def _moment(moment: datetime, language: str) -> str:
    return f"{_day(moment.date(), language)} {moment:%H:%M}"


def _say(text: str, language: str, **params: object) -> str:
    return translate("lti_tool", language, text, params)
