"""The map of competencies as rows, and as a CSV or an Excel file: one row for each competency of each person."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import IO, Any

from xapi.audit.competencies import Held, PersonMap, State
from xapi.audit.report_columns import Column
from xapi.audit.report_formats import Row, cell_text, csv_of
from xapi.audit.words import N_
from xapi.words import translate

STATE_WORDS: Mapping[State, str] = {
    "tested": N_("teruji"),
    "learnt": N_("dipelajari"),
    "low": N_("tingkat kurang"),
    "expired": N_("kedaluwarsa"),
    "pending": N_("menunggu ditinjau"),
    "missing": N_("belum ada bukti"),
}
COLUMNS = (
    Column("opd", N_("Perangkat daerah"), "text", 26),
    Column("nip", "NIP", "nip", 20),
    Column("name", N_("Nama"), "text", 26),
    Column("position", N_("Jabatan"), "text", 24),
    Column("standard", N_("Standar jabatan"), "text", 14),
    Column("code", N_("Kode"), "text", 10),
    Column("title", N_("Kompetensi"), "text", 30),
    Column("needed", N_("Tingkat diminta"), "count", 9),
    Column("level", N_("Tingkat teruji"), "count", 9),
    Column("state", N_("Keadaan"), "text", 20),
    Column("evidence", N_("Bukti"), "text", 30),
    Column("day", N_("Tanggal"), "text", 12),
    Column("until", N_("Berlaku sampai"), "text", 12),
    Column("statement_id", N_("Pernyataan"), "text", 38),
)
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DCE6F1"}
_TALLEST = 32_000


def state_word(state: State, language: str) -> str:
    """A state as people read it."""
    return translate("xapi", language, STATE_WORDS[state])


def rows_of(maps: Iterable[PersonMap], language: str) -> Iterator[dict[str, Any]]:
    """The rows of `maps`, with the state in words."""
    for person in maps:
        about = {name: getattr(person, name) for name in ("opd", "nip", "name", "position")}
        for item in person.items:
            yield about | item_row(item, language)


def item_row(item: Held, language: str) -> dict[str, Any]:
    """One competency: what is needed, where the person is, and the evidence."""
    need, proof = item.need, item.proof
    return {
        "standard": need.standard, "code": need.code, "title": need.title, "needed": need.level,
        "level": proof.level if proof else None, "state": state_word(item.state, language),
        "evidence": proof.title if proof else "", "day": _day(proof.day if proof else None),
        "until": _day(item.until), "statement_id": proof.statement_id if proof else "",
    }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def map_csv(maps: Iterable[PersonMap], language: str) -> str:
    """The map as CSV that a spreadsheet set to `language` opens."""
    return csv_of(COLUMNS, list(rows_of(maps, language)), language)


def write_map_xlsx(maps: Iterable[PersonMap], target: IO[bytes], language: str, today: date) -> None:
    """Writes the map as it is on `today` into `target`; every text is a text, which no spreadsheet calculates."""
    from xlsxwriter import Workbook  # slow to load

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(target, options)
    title = translate("xapi", language, "Peta kompetensi per %(day)s", {"day": today})
    book.set_properties({"title": title})
    sheet = book.add_worksheet(translate("xapi", language, "Peta kompetensi")[:31])
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    head = book.add_format(_HEAD)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        sheet.write_string(1, at, translate("xapi", language, column.header), head)
    last = 1
    for last, row in enumerate(rows_of(maps, language), 2):
        _write(sheet, last, row, language)
    sheet.autofilter(1, 0, max(last, 2), len(COLUMNS) - 1)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    book.close()


def _write(sheet: Any, at: int, row: Row, language: str) -> None:
    for place, column in enumerate(COLUMNS):
        value = row[column.key]
        if column.kind == "count" and value is not None:
            sheet.write_number(at, place, value)
        else:
            sheet.write_string(at, place, cell_text(column, row, language)[:_TALLEST])
