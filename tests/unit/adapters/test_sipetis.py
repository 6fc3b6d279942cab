"""SiPetis: bangkom files of OPDs as JSON or tables, under any names of columns, and the recap that goes back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adapters.errors import AdapterError
from adapters.sipetis import ADAPTER
from adapters.testing import NIP, connection, credit
from adapters.yearly import YearBook, YearPerson
from xapi.sheet import SheetError

FORMS = frozenset({"bimbingan-teknis", "pelatihan-teknis", "workshop"})
EXAMPLES = Path(__file__).parents[3] / "examples" / "sipetis"
ROW = {"NIP": NIP, "Nama": "Siti Contoh", "Kegiatan": "Bimtek Arsip", "Penyelenggara": "BKPSDM", "Bentuk": "bimtek",
       "Tanggal Mulai": "2026-03-02", "JP": 8.5, "Nomor Sertifikat": "A-1"}  # fmt: skip


def read(path: Path, content: object = None, **options: str):
    if content is not None:
        path.write_text(json.dumps(content), encoding="utf-8")
    assert ADAPTER.exchange is not None
    given = replace(connection(options), clock=lambda: datetime(2026, 11, 20, tzinfo=UTC), forms=FORMS)
    return ADAPTER.exchange.read(path, given)


def test_json_and_a_table_say_the_same_record(tmp_path) -> None:
    table = tmp_path / "hadir.csv"
    line = ";".join(str(value).replace(".", ",") if isinstance(value, float) else str(value) for value in ROW.values())
    table.write_text(";".join(ROW) + "\n" + line + "\n", encoding="utf-8")
    (from_json,) = read(tmp_path / "hadir.json", [ROW]).records
    (from_table,) = read(table).records
    assert from_json.key == from_table.key
    assert (from_json.jp, from_json.form, from_json.certificate) == (850, "bimbingan-teknis", "A-1")


def test_the_rows_may_stand_in_an_object_beside_what_nobody_reads(tmp_path) -> None:
    held = read(tmp_path / "hadir.json", {"opd": "Dinas Contoh", "data": [ROW | {"Catatan": None}]})
    assert (len(held.records), held.refused) == (1, [])


def test_a_column_that_only_the_settings_know_is_read_and_files_without_it_are_too() -> None:
    mapped = read(EXAMPLES / "disdukcapil.csv", columns="jp=Jam")
    assert [one.jp for one in mapped.records] == [3200, 800, 2400]
    assert len(read(EXAMPLES / "dinkes.json", columns="jp=Jam").records) == 4
    with pytest.raises(SheetError) as told:
        read(EXAMPLES / "disdukcapil.csv")
    assert (told.value.code, "Jam" in str(told.value.params["unknown"])) == ("sheet.columns_missing", True)


def test_a_changed_column_is_named_and_a_setting_that_is_no_mapping_too(tmp_path) -> None:
    changed = {("Judul Baru" if name == "Kegiatan" else name): value for name, value in ROW.items()}
    with pytest.raises(SheetError) as told:
        read(tmp_path / "hadir.json", [changed], columns="jp=Jam")
    assert told.value.code == "sheet.columns_missing"
    with pytest.raises(SheetError) as told:
        read(tmp_path / "hadir.json", [ROW], columns="Jam")
    assert told.value.code == "sheet.layout"


def test_one_bad_row_is_told_with_its_number_and_the_same_row_twice_too(tmp_path) -> None:
    held = read(tmp_path / "hadir.json", [ROW, ROW | {"JP": "banyak"}, ROW])
    assert [(cell.row, cell.code) for cell in held.refused] == [
        (2, "spreadsheet.jp_no_number"), (3, "spreadsheet.row_twice"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([], "json.no_rows"),
        ({"records": {"NIP": NIP}}, "json.no_rows"),
        ([1, 2], "json.no_rows"),
        ([ROW, ROW | {"Kegiatan": ["a"]}], "json.nested"),
    ],
)
def test_what_is_no_list_of_rows_is_refused_with_a_sentence(tmp_path, content, code) -> None:
    with pytest.raises(AdapterError) as told:
        read(tmp_path / "hadir.json", content)
    assert told.value.code == code


def test_a_nip_that_is_a_number_of_a_spreadsheet_is_not_guessed(tmp_path) -> None:
    with_number = read(tmp_path / "hadir.json", [ROW | {"NIP": int(NIP)}])
    assert [cell.code for cell in with_number.refused] == ["people.nip_number"]


def person(**changes: object) -> YearPerson:
    values = {"nip": NIP, "name": "Siti Contoh", "opd": "Dinas Contoh", "status": "PNS", "jp": 2000, "target": 2000,
              "met": True}  # fmt: skip
    return YearPerson(**(values | changes))


def test_the_recap_has_each_opd_person_and_credit_and_is_the_same_each_time() -> None:
    limited = person(nip="", name="", jp=500, met=False)
    book = YearBook(
        institution="Kabupaten Tegal", year=2026, rules_version="lan 1", rules_hash="ab" * 32,
        people=[person(), limited, person(nip="199001012099031009", name="Adi", opd="Badan", jp=0, met=False)],
        credits=[credit(), credit(nip="198001012099031777", title="Bukan pegawai sini")],
    )  # fmt: skip
    made = ADAPTER.exchange.year_file(book, connection())
    opds, people, credits, rules = made.tables
    assert [(row["opd"], row["employees"], row["met"], row["share_met"], row["average"]) for row in opds.rows] == [
        ("Badan", 1, 0, 0, 0), ("Dinas Contoh", 2, 1, 5000, 1250),
    ]  # fmt: skip
    assert [row["name"] for row in people.rows] == ["Adi", "Siti Contoh"], "who is limited is counted, not named"
    assert [(row["title"], row["opd"], row["first"]) for row in credits.rows] == [
        ("Bimbingan Teknis Pelayanan", "Dinas Contoh", date(2026, 3, 2).isoformat())
    ]
    assert rules.rows[-1]["value"] == "ab" * 32
    assert made.personal
    assert json.dumps(made.value) == json.dumps(ADAPTER.exchange.year_file(book, connection()).value)


def test_the_check_asks_no_site_and_says_that_the_interface_is_not_public() -> None:
    assert [line.state for line in ADAPTER.check.lines(connection())] == ["ok", "unknown"]
    assert [line.state for line in ADAPTER.check.lines(connection({"columns": "x"}))] == ["failed", "unknown"]
    assert {door.confirmed for door in ADAPTER.doors} == {"no"}
