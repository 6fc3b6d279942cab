"""Writes a report in any of its forms: the one door for commands and pages."""

from collections.abc import Callable, Mapping
from typing import IO, Literal

from xapi.audit.report import Report
from xapi.audit.report_dress import Dress
from xapi.audit.report_formats import csv_text, json_text, table_text
from xapi.words import DEFAULT_LANGUAGE

Form = Literal["table", "json", "csv", "xlsx", "pdf"]
FORMS: tuple[Form, ...] = ("table", "json", "csv", "xlsx", "pdf")
#: Forms that no terminal shows.
BINARY = frozenset({"xlsx", "pdf"})
MEDIA_TYPES: Mapping[str, str] = {
    "table": "text/plain; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
Progress = Callable[[int], None]


def write_report(
    report: Report,
    form: Form,
    target: IO[bytes],
    dress: Dress,
    *,
    language: str = DEFAULT_LANGUAGE,
    more: Mapping[str, object] | None = None,
    progress: Progress = lambda done: None,
) -> None:
    """Writes `report` as `form` into `target`.

    `more` stands in the JSON beside the report's own keys. `progress` is told how many rows have been written, where
    that takes time (XLSX and PDF). The statements behind the figures are `report.counted`, when the report was asked
    for them.
    """
    if form == "xlsx":
        from xapi.audit.report_xlsx import write_xlsx

        write_xlsx(report, target, dress, language, progress)
    elif form == "pdf":
        from xapi.audit.report_pdf import write_pdf

        write_pdf(report, target, dress, language, progress)
    elif form == "json":
        target.write(json_text(report, more).encode())
    else:
        target.write((csv_text if form == "csv" else table_text)(report, language).encode())
