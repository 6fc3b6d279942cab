"""Tables from spreadsheets: found below titles, under other names, and never trusted where Excel spoils them."""

import contextlib
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from xapi.sheet import Column, Formula, SheetError, date_of, read_sheet, text_of

COLUMNS = (
    Column("nip", "NIP", ("NIP Baru",)),
    Column("name", "Nama", ("Nama Pegawai",)),
    Column("note", "Ket", (), False),
)


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def code_of(action) -> str:
    with pytest.raises(SheetError) as caught:
        action()
    return caught.value.code


@pytest.mark.parametrize(
    "data",
    [
        b"NIP,Nama\n1,Ani\n",
        b"NIP;Nama\r\n1;Ani\r\n",
        b"NIP\tNama\n1\tAni\n",
        b"\xef\xbb\xbfnip;NAMA\n1;Ani",
        b"  nama_pegawai ; nip  baru \nAni;1\n",
        b"Daftar Pegawai;;\n;;\nNo;NIP;Nama\n1;1;Ani\n",
        "NIP;Nama\n1;Ani\n".encode("utf-16"),
        b'NIP,Nama\n1,"Ani"\n\n,,\n',
    ],
)
def test_a_csv_is_read_whatever_excel_made_of_it(tmp_path, data):
    (row,) = read_sheet(write(tmp_path / "a.csv", data), COLUMNS)
    assert (row.cells["nip"], row.cells["name"]) == ("1", "Ani")


def test_a_file_in_the_old_windows_encoding_is_read(tmp_path):
    (row,) = read_sheet(write(tmp_path / "a.csv", "NIP;Nama\n1;Añi’s\n".encode("cp1252")), COLUMNS)
    assert row.cells["name"] == "Añi’s"


def test_rows_have_the_numbers_that_the_spreadsheet_shows(tmp_path):
    rows = read_sheet(write(tmp_path / "a.csv", b'Judul\n\nNIP,Nama\n1,"A\nni"\n\n2,Budi\n'), COLUMNS)
    assert [row.number for row in rows] == [4, 6]


def test_an_xlsx_keeps_the_kind_of_each_cell(tmp_path):
    book = Workbook()
    book.active.append(["Daftar"])
    sheet = book.create_sheet("Data")
    sheet.append(["Nama", "NIP", "Ket"])
    sheet.append(["Ani", 198501012099031001, "=1+1"])
    sheet.append(["Budi", "198501012099031002", datetime(2026, 1, 2)])
    sheet.append([None, None, None])
    book.save(tmp_path / "a.xlsx")
    first, second = read_sheet(tmp_path / "a.xlsx", COLUMNS)
    assert isinstance(first.cells["nip"], float), "as a number it has lost its last digits"
    assert isinstance(first.cells["note"], Formula)
    assert second.cells == {"name": "Budi", "nip": "198501012099031002", "note": datetime(2026, 1, 2)}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet.columns_missing"),
        (b"NIP,Alamat\n1,x\n", "sheet.columns_missing"),
        (b"NIP,Nama,Nama Pegawai\n", "sheet.column_twice"),
        (b"PK\x03\x04 broken", "sheet.no_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "sheet.old_excel"),
        (b"\x00\x01\x02", "sheet.no_table"),
        (b"NIP,Nama\n" + b"x" * 200_000, "sheet.no_table"),
    ],
)
def test_what_is_no_such_table_is_refused_with_its_reason(tmp_path, data, code):
    assert code_of(lambda: read_sheet(write(tmp_path / "a.csv", data), COLUMNS)) == code


def test_an_xlsx_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr("xapi.sheet_tables.MOST_UNPACKED", 1000)
    book = Workbook()
    book.active.append(["NIP", "Nama"])
    book.save(tmp_path / "a.xlsx")
    assert code_of(lambda: read_sheet(tmp_path / "a.xlsx", COLUMNS)) == "sheet.too_large"


def test_a_table_of_endless_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("xapi.sheet.MOST_ROWS", 10)
    data = b"NIP,Nama\n" + b"1,Ani\n" * 10
    assert code_of(lambda: read_sheet(write(tmp_path / "a.csv", data), COLUMNS)) == "sheet.too_many_rows"


def test_a_missing_file_is_refused(tmp_path):
    assert code_of(lambda: read_sheet(tmp_path / "none.csv", COLUMNS)) == "sheet.unreadable"


@given(st.binary(max_size=400))
def test_no_file_breaks_the_reader(tmp_path_factory, data):
    path = write(tmp_path_factory.getbasetemp() / "any.csv", data)
    with contextlib.suppress(SheetError):
        read_sheet(path, COLUMNS)


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2026-11-22", date(2026, 11, 22)), ("22-11-2026", date(2026, 11, 22)), ("22/11/2026", date(2026, 11, 22)),
     ("1.2.2026", date(2026, 2, 1)), ("14 Agustus 2023", date(2023, 8, 14)), ("14 august 2023", date(2023, 8, 14)),
     (datetime(2026, 1, 2, 3), date(2026, 1, 2)), (date(2026, 1, 2), date(2026, 1, 2)), (None, None), (" ", None),
     ("2026-11-22 00:00:00", date(2026, 11, 22)), ("2026-11-22T08:30:00+07:00", date(2026, 11, 22)),
     ("22/11/2026 08.30 WIB", date(2026, 11, 22)), ("Senin, 2 Maret 2026", date(2026, 3, 2)),
     ("Jum'at, 6-3-2026", date(2026, 3, 6)), ("03/04/2026", date(2026, 4, 3)), (46348, date(2026, 11, 22)),
     (46348.0, date(2026, 11, 22)), ("46348", date(2026, 11, 22)), ("2 Nopember 2026", date(2026, 11, 2))],
)  # fmt: skip
def test_a_date_is_read_as_indonesians_write_it(cell, day):
    assert date_of(cell) == day


@pytest.mark.parametrize(
    "cell", ["30-02-2026", "2026-13-01", 4600, 46000.5, 80000, True, "kemarin", "11/22/2026", "22-11-26", "Senin"]
)
def test_what_is_no_date_is_refused(cell):
    assert code_of(lambda: date_of(cell)) == "sheet.date"


def test_a_formula_is_never_a_text():
    assert code_of(lambda: text_of(Formula("=A1"))) == "sheet.formula"
    assert code_of(lambda: text_of("x" * 501)) == "sheet.too_long"
    assert text_of(3.0) == "3"
    assert text_of("  Dinas \n Kesehatan ") == "Dinas Kesehatan"


def test_a_line_without_end_is_refused_before_it_is_split(tmp_path):
    path = write(tmp_path / "a.csv", b"NIP,Nama\n" + b"," * 300_000)
    assert code_of(lambda: read_sheet(path, COLUMNS)) == "sheet.no_table"


def test_rows_that_are_numbered_without_end_are_refused(tmp_path):
    book = Workbook()
    book.active.append(["NIP", "Nama"])
    book.active.append(["1", "Ani"])
    book.save(tmp_path / "b.xlsx")
    with zipfile.ZipFile(tmp_path / "b.xlsx") as packed, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as changed:
        for name in packed.namelist():
            changed.writestr(name, packed.read(name).replace(b'<row r="2"', b'<row r="2000000"'))
    assert code_of(lambda: read_sheet(tmp_path / "a.xlsx", COLUMNS)) == "sheet.too_many_rows"


def ods(path: Path, rows: str) -> Path:
    """An ODS with one table of `rows`."""
    names = "".join(
        f' xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", f"<x{names}><table:table>{rows}</table:table></x>")
    return path


def ods_row(*texts: str) -> str:
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f"<table:table-row>{cells}</table:table-row>"


def test_hours_of_the_day_and_moments_keep_their_time(tmp_path):
    book = Workbook()
    book.active.append(["NIP", "Nama"])
    book.active.append([time(8, 30), datetime(2019, 11, 12, 8, 30)])
    book.save(tmp_path / "a.xlsx")
    (row,) = read_sheet(tmp_path / "a.xlsx", COLUMNS)
    assert row.cells == {"nip": "08:30:00", "name": datetime(2019, 11, 12, 8, 30)}

    moments = "".join(
        f'<table:table-cell office:value-type="date" office:date-value="{said}"><text:p>x</text:p></table:table-cell>'
        for said in ("2019-11-12T08:30:00", "2019-11-12")
    )
    path = ods(tmp_path / "a.ods", f"{ods_row('NIP', 'Nama')}<table:table-row>{moments}</table:table-row>")
    (row,) = read_sheet(path, COLUMNS)
    assert row.cells == {"nip": datetime(2019, 11, 12, 8, 30), "name": date(2019, 11, 12)}


def test_an_ods_of_equal_rows_without_end_is_refused(tmp_path):
    row = ods_row("NIP", "Nama")
    rows = row + row.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="1000000000">')
    path = ods(tmp_path / "a.ods", rows)
    assert code_of(lambda: read_sheet(path, COLUMNS)) == "sheet.too_many_rows"
