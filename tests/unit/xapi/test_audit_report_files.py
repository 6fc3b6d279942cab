"""XLSX and PDF of a report open as what they say, whatever names and positions hold."""

import io
import zlib
from datetime import datetime
from re import DOTALL, findall

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from xapi.audit.paper import printable, widened
from xapi.audit.projector import project
from xapi.audit.report import Report, report
from xapi.audit.report_dress import Dress, Signature
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import write_report
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database

RULES = load_rules()
LONG = "Analis Pengembangan Kompetensi Aparatur Sipil Negara Ahli Madya " * 4
DRESS = Dress(
    made_at=datetime(2026, 11, 26, 9, 30),
    institution="Pemerintah Kabupaten Contoh",
    letterhead=("PEMERINTAH KABUPATEN CONTOH", "BADAN KEPEGAWAIAN"),
    signature=Signature("Kota Contoh", "Kepala Badan,", "Ni Made Contoh", ("NIP 19700101 209901 2 001",)),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Ledger:
    engine = open_database(tmp_path_factory.mktemp("ledger") / "ledger.db")
    migrate(engine, "xapi.audit")
    ledger, statements = Ledger(engine, INSTITUTION), ListedStatements()
    statements.add(credit(1, 1, 1234, "kursus", at="2026-05-04T03:00:00Z"))
    project(ledger, statements, people(), RULES)
    yield ledger
    engine.dispose()


def people() -> ListedPeople:
    first = ListedEmployee(person_id(1), "198501012099031001", "=cmd|' /C calc'!A0", "@Dinas", position=LONG)
    others = [ListedEmployee(person_id(n), f"19850101209903{n:04d}", f"Pegawai {n} Łukasz 李") for n in range(2, 90)]
    return ListedPeople([first, *others])


@pytest.fixture(scope="module")
def of_people(made) -> Report:
    return report(made, people(), 2026, "pegawai")


def written(found: Report, form: str, language: str = "id") -> bytes:
    target = io.BytesIO()
    write_report(found, form, target, DRESS, language=language)
    return target.getvalue()


@pytest.fixture(scope="module")
def book(of_people):
    return load_workbook(io.BytesIO(written(of_people, "xlsx")))


def test_cells_of_a_workbook_have_types_and_a_nip_is_text(book) -> None:
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[4]]
    row = next(row for row in sheet.iter_rows(min_row=5) if row[1].value.startswith("=cmd"))
    cells = dict(zip(heads, row, strict=True))
    assert (cells["NIP"].value, cells["NIP"].data_type) == ("198501012099031001", "s")
    assert (cells["JP diterima"].value, cells["JP diterima"].number_format) == (12.34, "#,##0.00")
    assert cells["Capaian"].value == "Belum Terpenuhi"


def test_no_text_of_a_workbook_is_a_formula(book) -> None:
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_workbook_filters_and_keeps_its_header_in_sight(book) -> None:
    sheet = book.worksheets[0]
    assert sheet.auto_filter.ref == "A4:M93"
    assert sheet.freeze_panes == "C5"
    assert sheet.print_title_rows == "$4:$4"


def test_a_workbook_names_every_rule_cell_in_use_and_its_source(book) -> None:
    sheet = book["Aturan dan sumber"]
    texts = {cell.value for row in sheet.iter_rows() for cell in row}
    assert RULES.hash in texts
    assert {cell.path for cell in RULES.of_year(2026).cells} <= texts
    assert set(RULES.sources.values()) <= texts


def test_the_last_line_of_a_workbook_has_the_sums(book) -> None:
    sheet = book.worksheets[0]
    last = [cell.value for cell in sheet[sheet.max_row]]
    assert last[1] == "Jumlah"
    assert last[9] == 12.34


def words_of(pdf: bytes) -> list[str]:
    """What each page of a PDF says, in the order it is drawn; the pages' streams come first, forms last."""
    streams = [zlib.decompress(_ascii85(one)) for one in findall(rb"stream\r?\n(.*?)endstream", pdf, DOTALL)]
    return [b" ".join(findall(rb"\((.*?)(?<!\\)\)\s*Tj", one)).decode("cp1252") for one in streams]


def _ascii85(data: bytes) -> bytes:
    from base64 import a85decode

    return a85decode(data.strip(), adobe=False) if not data.strip().endswith(b"~>") else a85decode(data.strip()[:-2])


def test_a_pdf_never_tears_a_nip_apart(of_people) -> None:
    text = " ".join(words_of(written(of_people, "pdf")))
    assert all(row["nip"] in text for row in of_people.rows)


@given(st.lists(st.tuples(st.floats(1, 100), st.floats(1, 40)), min_size=1, max_size=12))
def test_columns_keep_the_width_of_the_page_and_their_least_width_where_there_is_room(columns) -> None:
    widths, floors = [list(one) for one in zip(*columns, strict=True)]
    found = widened(widths, floors)
    assert sum(found) == pytest.approx(sum(widths))
    if sum(floors) <= sum(widths):
        assert all(width >= floor - 1e-6 for width, floor in zip(found, floors, strict=True))


def test_a_pdf_repeats_its_table_head_and_counts_its_pages(of_people) -> None:
    pages = [text for text in words_of(written(of_people, "pdf")) if "Halaman" in text]
    assert len(pages) > 2
    assert all(f"Halaman {n} dari" in text for n, text in enumerate(pages, start=1))
    of_settings = [text for text in pages if "Keterangan" in text]
    assert all("Perangkat daerah" in text for text in pages[: len(pages) - len(of_settings)])
    assert "belum pasti apakah masih diterapkan" in " ".join(of_settings)
    assert str(len(pages)) in words_of(written(of_people, "pdf"))


def test_a_pdf_wears_letterhead_and_signature(made) -> None:
    text = " ".join(words_of(written(report(made, people(), 2026, "opd"), "pdf")))
    for part in ("BADAN KEPEGAWAIAN", "Kota Contoh, 26 November 2026", "Ni Made Contoh", "NIP 19700101 209901 2 001"):
        assert part in text
    english = " ".join(words_of(written(report(made, people(), 2026, "opd"), "pdf", "en")))
    assert "Page 1 of" in english


def test_a_pdf_of_who_is_below_the_target_says_what_is_missing(made) -> None:
    found = report(made, people(), 2026, "pegawai", scope=Scope(met=False))
    assert [row["missing"] for row in found.rows][:2] == [2000, 2000]
    assert found.rows[-1]["missing"] == 766
    assert "Kekurangan" in " ".join(words_of(written(found, "pdf")))


def test_the_same_report_is_the_same_pdf(of_people) -> None:
    assert written(of_people, "pdf") == written(of_people, "pdf")


@pytest.mark.parametrize(
    ("text", "shown"), [("Nuñez é", "Nuñez é"), ("Łukasz Ș", "?ukasz S"), ("李", "?"), ("“a” – b…", "“a” – b…")]
)
def test_a_letter_outside_the_fonts_never_breaks_a_page(text: str, shown: str) -> None:
    assert printable(text) == shown
