"""Reports show every JP column, count people without a credit as not met, and are safe to open in a spreadsheet."""

import csv
import io
import json

import pytest

from xapi.audit.projector import project
from xapi.audit.report import report
from xapi.audit.report_formats import csv_text, json_text, safe, table_text
from xapi.audit.report_scope import Scope
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import (
    INSTITUTION,
    ListedEmployee,
    ListedPeople,
    ListedStatements,
    credit,
    person_id,
    review,
    statement_id,
)
from xapi.audit.words import number, plain, whole
from xapi.database import migrate, open_database
from xapi.errors import AuditError

RULES = load_rules()
ROSTER = [
    ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu", "Dinas Perikanan"),
    ListedEmployee(person_id(2), "198501012099211002", "Yohanis Wanma", "Dinas Perikanan", "PPPK"),
    ListedEmployee(person_id(3), "198501012099031003", "=1+1", "@Dinas Aneh", "Honorer"),
]


@pytest.fixture
def people() -> ListedPeople:
    return ListedPeople(ROSTER)


@pytest.fixture
def ledger(place, people) -> Ledger:
    engine = open_database(place)
    migrate(engine, "xapi.audit")
    made, statements = Ledger(engine, INSTITUTION), ListedStatements()
    statements.add(credit(1, 1, 500, "e-learning", at="2026-02-03T03:00:00Z"))
    statements.add(credit(2, 1, 1850, "kursus", at="2026-05-04T03:00:00Z"))
    statements.add(credit(3, 1, 400, "bimbingan-teknis", at="2026-05-05T03:00:00Z"), "sheet")
    statements.add(credit(4, 2, 500, "workshop", days=3, international=True, at="2026-08-06T03:00:00Z"))
    statements.add(credit(5, 2, 1000, "kursus", at="2026-11-06T03:00:00Z"))
    statements.add(credit(6, 8, 700, "kursus", at="2026-11-06T03:00:00Z"))
    statements.add(credit(7, 1, "dua", "kursus"))
    statements.add(credit(8, 1, 400, "kursus", at="2026-05-05T05:00:00Z"))
    statements.add(review(9, 8, "Ditolak"), "review")
    project(made, statements, people, RULES)
    yield made
    engine.dispose()


def test_each_person_has_every_column(ledger, people) -> None:
    rows = {row["name"]: row for row in report(ledger, people, 2026, "pegawai").rows}
    columns = ("raw_jp", "converted", "capped", "accepted", "pending", "minimum", "met")
    assert [rows["Ni Made Ayu"][c] for c in columns] == [3150, 3150, 2150, 2150, 400, 2000, 1]
    assert [rows["Yohanis Wanma"][c] for c in columns] == [1500, 3100, 3100, 2400, 0, 2000, 1]
    assert [rows["=1+1"][c] for c in columns] == [0, 0, 0, 0, 0, 2000, 0]
    assert rows["=1+1"]["status"] == "Honorer"


def test_an_opd_counts_its_people_and_rounds_down(ledger, people) -> None:
    row = report(ledger, people, 2026, "opd").rows[1]
    assert (row["opd"], row["employees"], row["met"], row["unmet"], row["share_met"]) == (
        "Dinas Perikanan",
        2,
        2,
        0,
        10000,
    )
    assert (row["accepted"], row["average"], row["pending"]) == (4550, 2275, 400)


def test_totals_are_the_sums_of_the_rows(ledger, people) -> None:
    totals = report(ledger, people, 2026, "opd").totals
    assert (totals["employees"], totals["met"], totals["unmet"], totals["share_met"]) == (3, 2, 1, 6666)
    assert (totals["accepted"], totals["average"]) == (4550, 1516)
    assert report(ledger, people, 2026, "pegawai").totals["accepted"] == 4550
    assert report(ledger, people, 2026, "instansi").totals["accepted"] == 4550
    assert report(ledger, people, 2026, "triwulan").totals["accepted"] == 4550


def test_the_four_quarters_are_all_there(ledger, people) -> None:
    rows = report(ledger, people, 2026, "triwulan").rows
    assert [(row["quarter"], row["accepted"]) for row in rows] == [("I", 300), ("II", 1850), ("III", 2100), ("IV", 300)]


def test_people_off_the_roster_and_bad_statements_are_told(ledger, people) -> None:
    made = report(ledger, people, 2026, "opd")
    assert (made.outside.people, made.outside.credits, made.outside.accepted, made.findings) == (1, 1, 700, 1)
    text = table_text(made)
    assert "Di luar daftar pegawai: 1 orang, 1 kegiatan, 7,00 JP" in text
    assert "Pernyataan yang tidak dapat dipakai: 1" in text


def test_every_report_names_the_rules_and_the_open_settings(ledger, people) -> None:
    made = report(ledger, people, 2026, "instansi")
    for text in (table_text(made), json_text(made)):
        assert RULES.version in text
        assert RULES.hash[:16] in text
        assert "settings.rounding" in text
        assert "target.PPPK.maximum" in text


def test_one_opd_alone_can_be_asked_for(ledger, people) -> None:
    made = report(ledger, people, 2026, "pegawai", scope=Scope(opd="Dinas Perikanan"))
    assert [row["name"] for row in made.rows] == ["Ni Made Ayu", "Yohanis Wanma"]
    assert made.totals["employees"] == 2


def test_a_year_without_credits_has_everyone_not_met(ledger, people) -> None:
    made = report(ledger, people, 2024, "opd")
    assert (made.totals["employees"], made.totals["met"], made.totals["accepted"]) == (3, 0, 0)


def test_the_table_is_indonesian_and_english(ledger, people) -> None:
    made = report(ledger, people, 2026, "pegawai")
    indonesian, english = table_text(made, "id"), table_text(made, "en")
    assert "Capaian JP tahun 2026 per pegawai" in indonesian
    assert "21,50" in indonesian
    assert "Belum Terpenuhi" in indonesian
    assert "JP achieved in 2026 per employee" in english
    assert "21.50" in english
    assert "Not yet met" in english


def test_json_has_hundredths_and_decimals(ledger, people) -> None:
    value = json.loads(json_text(report(ledger, people, 2026, "pegawai")))
    row = next(row for row in value["rows"] if row["name"] == "Ni Made Ayu")
    assert (row["nip"], row["accepted"], row["accepted_decimal"], row["met"]) == (
        "198501012099031001",
        2150,
        21.5,
        True,
    )
    assert value["totals"]["met"] == 2
    assert json.loads(json_text(report(ledger, people, 2026, "opd")))["rows"][1]["share_met_percent"] == 100.0


def test_csv_cannot_run_a_formula_and_keeps_the_nip(ledger, people) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(report(ledger, people, 2026, "pegawai"))), delimiter=";"))
    assert rows[0][0] == "\ufeffNIP"
    rows[0][0] = "NIP"
    assert rows[0][:5] == ["NIP", "Nama", "Perangkat daerah", "Status", "Jabatan"]
    by_name = {row[1]: row for row in rows[1:]}
    assert by_name["'=1+1"][2] == "'@Dinas Aneh"
    assert by_name["Ni Made Ayu"][0] == "'198501012099031001"
    assert by_name["Ni Made Ayu"][8] == "21,50"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r1", " =1", "＝1", "%0"])
def test_a_text_that_a_spreadsheet_would_run_is_made_safe(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe("Dinas - Perikanan") == "Dinas - Perikanan"


def test_a_table_cannot_be_broken_by_a_name(ledger, people) -> None:
    people.employees[2] = ListedEmployee(person_id(3), "198501012099031003", "A\n\x1b[31mB\u202eC", "D\tE")
    text = table_text(report(ledger, people, 2026, "pegawai"))
    assert "A [31mB C" in text
    assert "\x1b" not in text


def test_an_unknown_report_is_refused(ledger, people) -> None:
    with pytest.raises(AuditError, match=r"audit\.report_unknown"):
        report(ledger, people, 2026, "bulan")


def test_numbers_are_written_as_each_language_does() -> None:
    assert [number(1234550, "id"), number(1234550, "en"), number(5, "id")] == ["12.345,50", "12,345.50", "0,05"]
    assert [plain(1250), plain(-5), whole(6363, "id"), whole(6363, "en")] == ["12.50", "-0.05", "6.363", "6,363"]


def test_each_form_has_its_name_path_and_sums(ledger, people) -> None:
    made = report(ledger, people, 2026, "bentuk")
    rows = {row["form"]: row for row in made.rows}
    assert set(rows) == {"bimbingan-teknis", "e-learning", "kursus", "workshop"}
    assert [rows["kursus"][key] for key in ("jalur", "people", "credits", "counted", "accepted")] == [
        "klasikal",
        2,
        3,
        2,
        2150,
    ]
    assert made.totals["accepted"] == 4550
    assert "Workshop" in table_text(made)
    assert "70-20-10" in " ".join(made.notes())


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(status="PPPK"), ["Yohanis Wanma"]),
        (Scope(status="LAINNYA"), ["=1+1"]),
        (Scope(met=False), ["=1+1"]),
        (Scope(opd="Dinas Perikanan", met=True, quarter=1), ["Ni Made Ayu", "Yohanis Wanma"]),
        (Scope(grade="III/a", position="Pelaksana", status="PNS"), ["Ni Made Ayu"]),
        (Scope(grade="' OR 1=1 --"), []),
    ],
)
def test_a_scope_narrows_people_and_every_sum_with_them(ledger, people, scope: Scope, names: list[str]) -> None:
    made = report(ledger, people, 2026, "pegawai", scope=scope)
    assert [row["name"] for row in made.rows] == names
    for by in ("opd", "status", "golongan", "jabatan", "triwulan", "semester", "bentuk"):
        found = report(ledger, people, 2026, by, scope=scope)
        assert found.totals.get("accepted", 0) == made.totals.get("accepted", 0), by
        assert found.outside.accepted == 700, by


def test_a_quarter_narrows_the_jp_and_not_the_verdict(ledger, people) -> None:
    row = report(ledger, people, 2026, "pegawai", scope=Scope(opd="Dinas Perikanan", quarter=1)).rows[0]
    assert (row["accepted"], row["met"], row["minimum"]) == (300, 1, 2000)


def test_the_statements_behind_the_figures_are_those_that_gave_jp_within_the_scope(ledger, people) -> None:
    whole = report(ledger, people, 2026, "opd", counted=True)
    assert whole.counted == tuple(statement_id(number) for number in (1, 2, 4, 5))
    assert report(ledger, people, 2026, "opd", scope=Scope(quarter=4), counted=True).counted == (statement_id(5),)
    assert report(ledger, people, 2026, "opd").counted == ()


def test_halves_of_the_year_count_each_person_once(ledger, people) -> None:
    rows = report(ledger, people, 2026, "semester").rows
    assert [(row["semester"], row["people"], row["accepted"]) for row in rows] == [("I", 1, 2150), ("II", 1, 2400)]
