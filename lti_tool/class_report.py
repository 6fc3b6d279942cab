"""Writes the report of a class: a page to print, or a workbook; every text of it is text, never markup or a formula."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import IO

from adapters.classes import ClassReport, ClassRow, ClassSession, Mark, Said
from lti_tool.console import N_
from xapi.words import translate

_STATES = {
    "done": N_("ya"), "late": N_("terlambat"), "short": N_("kurang"), "missing": N_("tidak ada"),
    "pending": N_("belum selesai"), "other": N_("kelompok lain"),
}  # fmt: skip
_STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 10pt/1.35 system-ui, sans-serif; color: #111; margin: 1.5rem }
h1 { font-size: 15pt; margin: 0 } p { margin: .25rem 0 }
table { border-collapse: collapse; margin: .75rem 0; width: 100% }
th, td { border: 1px solid #888; padding: .2rem .35rem; text-align: left; vertical-align: top }
th { background: #eef2f7 } thead { display: table-header-group } tr { break-inside: avoid }
.late, .short, .missing { background: #fff0d8; font-weight: 600 }
ul { margin: 0; padding-left: 1.1rem }
"""


def write_html(report: ClassReport, target: IO[bytes], language: str) -> None:
    """Writes `report` as one page that needs no network, in `language`."""
    target.write("\n".join(_html(report, language)).encode())


def _html(report: ClassReport, language: str) -> Iterator[str]:
    heads = "".join(f"<th>{escape(head)}</th>" for head in _heads(report, language))
    yield f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    yield f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head><body><h1>{escape(report.title)}</h1>"
    yield "".join(f"<p>{escape(line)}</p>" for line in _about(report, language))
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
    for number, row in enumerate(report.rows, 1):
        yield _html_row(number, row, language)
    yield f"</tbody></table><h2>{escape(_say(N_('Sesi'), language))}</h2><table><tbody>"
    for session in report.sessions:
        yield "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in _session(session, report, language)) + "</tr>"
    yield "</tbody></table></body></html>"


def _html_row(number: int, row: ClassRow, language: str) -> str:
    cells = "".join(f"<td>{escape(text)}</td>" for text in (str(number), *_facts(row, language)))
    marks = "".join(f'<td class="{mark.state}">{escape(_shown(mark, language))}</td>' for mark in row.marks)
    said = "".join(f"<li>{escape(text)}</li>" for text in _sentences([*row.missing, *row.notes], language))
    return f"<tr>{cells}{marks}<td>{f'<ul>{said}</ul>' if said else ''}</td></tr>"


def write_xlsx(report: ClassReport, target: IO[bytes], language: str) -> None:
    """Writes `report` as a workbook, in `language`: the class, and its sessions."""
    from xlsxwriter import Workbook  # slow to load

    with Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_say(N_("Kelas"), language))
        sheet.write_string(0, 0, report.title, bold)
        for at, line in enumerate(_about(report, language), 1):
            sheet.write_string(at, 0, line)
        heads = _heads(report, language)
        top = len(_about(report, language)) + 2
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head, bold)
        for number, row in enumerate(report.rows, 1):
            said = "\n".join(_sentences([*row.missing, *row.notes], language))
            cells = [*_facts(row, language), *(_shown(mark, language) for mark in row.marks), said]
            sheet.write_number(top + number, 0, number)
            for column, text in enumerate(cells, 1):
                sheet.write_string(top + number, column, text, wrap)
        sheet.set_column(1, 2, 22)
        sheet.set_column(len(heads) - 1, len(heads) - 1, 60)
        sheet.freeze_panes(top + 1, 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sessions = book.add_worksheet(_say(N_("Sesi"), language))
        for at, session in enumerate(report.sessions):
            for column, text in enumerate(_session(session, report, language)):
                sessions.write_string(at, column, text)


def _about(report: ClassReport, language: str) -> list[str]:
    passed = sum(row.jp > 0 for row in report.rows)
    facts = {"people": len(report.rows), "passed": passed, "jp": _jp(report.jp, language), "form": report.form}
    days = f"{report.first.isoformat()} – {report.last.isoformat()} ({report.zone})"
    return [
        f"{report.organiser}, {days}",
        _say(N_("%(people)s peserta, %(passed)s lulus semua sesi; %(jp)s JP sebagai %(form)s."), language, **facts),
    ]


def _heads(report: ClassReport, language: str) -> list[str]:
    first = [_say(text, language) for text in _COLUMNS]
    return ["#", *first, *(session.code for session in report.sessions), _say(N_("Yang kurang, dan catatan"), language)]


_COLUMNS = (N_("NIP"), N_("Nama"), N_("Kelompok"), N_("Asal"), N_("Nomor sertifikat"), N_("Keadaan"), N_("JP"))


def _facts(row: ClassRow, language: str) -> list[str]:
    state = translate("adapters", language, row.state)
    return [row.nip, row.name, row.group, row.unit, row.certificate, state, _jp(row.jp, language)]


def _session(session: ClassSession, report: ClassReport, language: str) -> list[str]:
    required = _say(N_("wajib") if session.required else N_("tidak wajib"), language)
    span = f"{session.start:%Y-%m-%d %H:%M} – {session.end:%Y-%m-%d %H:%M} {report.zone}"
    return [session.code, session.title, session.kind, span, required]


def _shown(mark: Mark, language: str) -> str:
    state = _say(_STATES[mark.state], language)
    return f"{state} ({mark.amount})" if mark.amount else state


def _sentences(said: Sequence[Said], language: str) -> list[str]:
    return [translate("adapters", language, text, params) for text, params in said]


def _jp(hundredths: int, language: str) -> str:
    text = f"{hundredths / 100:.2f}"
    return text.replace(".", ",") if language == "id" else text


def _say(text: str, language: str, **params: object) -> str:
    return translate("lti_tool", language, text, params)
