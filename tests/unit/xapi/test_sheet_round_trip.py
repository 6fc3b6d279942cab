"""Whatever a table says is read back the same from CSV, XLSX and ODS; whatever a file is, the reader has a word."""

import contextlib
import csv
import io
import zipfile
from unicodedata import normalize
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from xapi.sheet_cells import SheetError, text_of
from xapi.sheet_tables import open_tables

NAMES = "".join(
    f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
)
SIGNS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=' ";,\t|')
TEXTS = (
    st.text(SIGNS, min_size=1, max_size=12)
    .map(lambda text: " ".join(normalize("NFC", text).split()))
    .filter(lambda text: text and not text.startswith("="))
)
ROWS = st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=6)
FEW = settings(max_examples=25)


def cells_of(path, most_rows: int = 1000) -> list[list[str]]:
    tables = open_tables(path, most_rows=most_rows)
    table = next(tables)
    found = []
    for _number, cells in table.lines:
        texts = [text_of(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        found += [texts] if texts else []
    return found


def ods(path, content: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        packed.writestr("content.xml", content)


@FEW
@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_csv_that_quotes_everything_is_read_back(tmp_path_factory, rows, encoding):
    path = tmp_path_factory.getbasetemp() / "a.csv"
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"] * 40, *rows])
    path.write_bytes(buffer.getvalue().encode(encoding))
    assert cells_of(path)[1:] == rows


@FEW
@given(ROWS)
def test_an_xlsx_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "a.xlsx"
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    book.save(path)
    assert cells_of(path) == rows


@FEW
@given(ROWS)
def test_an_ods_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "a.ods"
    cells = [
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
            for text in row
        )
        for row in rows
    ]
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    ods(path, f"<x{NAMES}><table:table>{body}</table:table></x>")
    assert cells_of(path) == rows


@FEW
@given(st.binary(max_size=300), st.sampled_from(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "content.xml"]))
def test_no_bytes_inside_a_workbook_break_the_reader(tmp_path_factory, data, member):
    path = tmp_path_factory.getbasetemp() / "b.xlsx"
    made = io.BytesIO()
    book = Workbook()
    book.active.append(["NIP", "Nama"])
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, data if name == member else old.read(name))
        if member == "content.xml":
            new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            new.writestr("content.xml", data)
    with contextlib.suppress(SheetError):
        cells_of(path)


def changed(path, member: str, content: bytes) -> None:
    """A workbook of one cell in which `member` is `content`."""
    made = io.BytesIO()
    book = Workbook()
    book.active.append(["NIP", "Nama"])
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
        new.writestr(member, content)


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "texts without end": ("xl/sharedStrings.xml", b"<sst>" + b"<si><t>x</t></si>" * 100_000),
    "styles without end": ("xl/styles.xml", b" " * (2 * 1024 * 1024)),
    "a row of a million cells": ("xl/worksheets/sheet1.xml", SHEET % (b"<row>" + b"<c/>" * 700_000 + b"</row>")),
    "entities behind words": ("xl/workbook.xml", b"<!--" + b" a" * 9_000 + b"-->" + ENTITIES + b"<x>&b;</x>"),
    "entities in a part of another name": ("xl/other.bin", b"<!--" + b" a" * 9_000 + b"-->" + ENTITIES + b"<x>&b;</x>"),
    "entities far behind": ("xl/styles.xml", b"<!--" + b" " * 1_100_000 + b"-->" + ENTITIES + b"<x>&b;</x>"),
    "entities in UTF-16": ("xl/styles.xml", (ENTITIES + b"<x>&b;</x>").decode().encode("utf-16")),
    "entities in a code page": ("xl/styles.xml", ENTITIES.decode().encode("cp037")),
    "entities": ("xl/worksheets/sheet1.xml", ENTITIES + SHEET % b"<row><c><v>&b;</v></c></row>"),
}  # fmt: skip


@pytest.mark.parametrize("trick", HOSTILE)
def test_a_workbook_that_is_a_trick_is_refused_before_it_takes_the_memory(tmp_path, trick, monkeypatch):
    for limit in ("sheet_tables.MOST_TEXTS", "sheet_tables.MOST_KEPT", "sheet_xlsx.LONGEST_ROW"):
        monkeypatch.setattr(f"xapi.{limit}", 1024 * 1024)
    changed(tmp_path / "a.xlsx", *HOSTILE[trick])
    with pytest.raises(SheetError) as caught:
        cells_of(tmp_path / "a.xlsx")
    assert caught.value.code in ("sheet.too_large", "sheet.no_table")


def test_a_word_of_a_document_type_in_a_comment_harms_nobody(tmp_path):
    said = b"<!-- <!DOCTYPE x> -->" + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>NIP</t></is></c></row>'
    changed(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", said)
    assert "NIP" in repr(cells_of(tmp_path / "a.xlsx"))


def test_entities_in_an_ods_are_refused(tmp_path):
    ods(tmp_path / "a.ods", ENTITIES.decode() + f"<x{NAMES}><table:table/></x>")
    with pytest.raises(SheetError):
        cells_of(tmp_path / "a.ods")


@pytest.mark.parametrize("length", [600, 150_000, 1_000_000])
def test_a_cell_without_end_is_refused(tmp_path, length):
    (tmp_path / "a.csv").write_text("NIP;" + "x" * length + "\n1;2\n", "utf-8")
    with pytest.raises(SheetError):
        cells_of(tmp_path / "a.csv")


def test_empty_rows_without_end_are_no_rows(tmp_path):
    rows = b"".join(b'<row r="%d"/>' % number for number in range(2, 5_000))
    first = b'<row r="1"><c r="A1" t="inlineStr"><is><t>NIP</t></is></c></row>'
    changed(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", SHEET % (first + rows))
    assert cells_of(tmp_path / "a.xlsx", most_rows=100) == [["NIP"]]
