"""What an auditor should look at, on the shortest example of each; any records are in the contract of engines."""

from pathlib import Path

import pytest

from xapi.audit.anomaly_kinds import COLUMNS, KINDS
from xapi.audit.projector import project
from xapi.audit.rules import load_rules
from xapi.audit.store.engine import sql_file
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import (
    INSTITUTION,
    ListedEmployee,
    ListedPeople,
    ListedStatements,
    credit,
    person_id,
    statement_id,
)
from xapi.database import migrate, open_database

SQL = Path(__file__).parents[3] / "xapi" / "audit" / "sql"
PEOPLE = ListedPeople([ListedEmployee(person_id(n), f"19850101209903100{n}", f"Pegawai {n}") for n in range(1, 6)])


@pytest.fixture(scope="module")
def found(lasting_place):
    engine = open_database(lasting_place)
    migrate(engine, "xapi.audit")
    ledger, statements = Ledger(engine, INSTITUTION), ListedStatements()
    at = "2026-03-10T0{}:00:00Z".format
    statements.add(credit(1, 1, 200, "kursus", at=at(4), duration="PT2H"))
    statements.add(credit(2, 1, 100, "kursus", at=at(5), duration="PT90M"))
    statements.add(credit(3, 1, 800, "kursus", at=at(8), duration="PT2M"))
    statements.add(credit(4, 1, 800, "kursus", at="2026-04-10T08:00:00Z"))
    statements.add(credit(5, 2, 200, "kursus", certificate="A-1"))
    statements.add(credit(6, 3, 200, "kursus", certificate="a-1"))
    statements.add(credit(7, 2, 200, "kursus", certificate="B-1"))
    statements.add(credit(8, 2, 200, "kursus", certificate="B-1", at="2025-03-10T03:00:00Z"))
    statements.add(credit(9, 2, 200, "kursus", certificate="C-1"))
    statements.add(credit(10, 4, 900, "kursus", duration="PT1M"), "package")
    statements.add(credit(11, 3, 1600, "pelatihan-teknis", days=4, at="2026-06-04T09:00:00Z"))
    statements.add(credit(12, 3, 400, "seminar", at="2026-06-03T02:00:00Z"))
    statements.add(credit(13, 4, 400, "kursus", title="Anggaran", at="2026-07-01T02:00:00Z"))
    statements.add(credit(14, 4, 400, "kursus", title="ANGGARAN", at="2026-07-01T09:00:00Z"), "sheet")
    statements.add(credit(15, 9, 200, "kursus"))
    project(ledger, statements, PEOPLE, load_rules())
    yield ledger.rows([kind.file for kind in KINDS.values()], 2026)
    engine.dispose()


def test_an_event_that_begins_before_another_ended_is_found_with_its_minutes_and_the_other(found) -> None:
    rows = [(row["statement_id"], row["other_id"], row["amount"]) for row in found["anomaly_overlap"]]
    assert rows == [(statement_id(2), statement_id(1), 30)]


def test_more_jp_than_the_clock_allows_is_found_where_a_duration_is_recorded(found) -> None:
    rows = [(row["statement_id"], row["amount"], row["bound"]) for row in found["anomaly_clock"]]
    assert rows == [(statement_id(3), 800, 4)]


def test_a_certificate_of_two_people_is_found_with_the_other_person(found) -> None:
    rows = {row["statement_id"]: (row["other_id"], row["mark"]) for row in found["anomaly_certificate_people"]}
    assert rows == {statement_id(5): (statement_id(6), "A-1"), statement_id(6): (statement_id(5), "A-1")}


def test_a_certificate_of_an_earlier_year_is_found_with_that_year(found) -> None:
    rows = [(row["statement_id"], row["other_id"], row["amount"]) for row in found["anomaly_certificate_years"]]
    assert rows == [(statement_id(7), statement_id(8), 2025)]


def test_a_seminar_during_a_training_elsewhere_is_found(found) -> None:
    assert [(row["statement_id"], row["other_id"]) for row in found["anomaly_two_places"]] == [
        (statement_id(12), statement_id(11))
    ]


def test_a_course_of_the_lms_that_a_sheet_names_again_is_found_once(found) -> None:
    rows = [(row["statement_id"], row["other_id"], row["mark"]) for row in found["anomaly_double_entry"]]
    assert rows == [(statement_id(14), statement_id(13), "day")]


def test_a_credit_of_somebody_outside_the_roster_is_found(found) -> None:
    assert [row["statement_id"] for row in found["anomaly_outside_roster"]] == [statement_id(15)]


def test_every_kind_is_a_file_with_the_same_columns_and_every_file_a_kind() -> None:
    assert {kind.file for kind in KINDS.values()} == {path.stem for path in SQL.glob("anomaly_*.sql")}
    for kind in KINDS.values():
        last = sql_file(kind.file).rsplit("SELECT", 1)[1]
        assert all(column in last for column in COLUMNS), kind.id


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_row_reads_as_a_sentence(kind, language: str) -> None:
    row = {"amount": 1250, "bound": 400, "mark": "sheet"}
    sentence = kind.sentence(row, language)
    assert sentence
    assert "%" not in sentence
    assert ("12,50" in sentence or "12.50" in sentence) == (kind.unit == "jp")


def test_a_kind_without_a_bound_reads_as_a_sentence_too() -> None:
    row = {"amount": None, "bound": None, "mark": "foreign"}
    assert KINDS["future"].sentence(row, "id").startswith("Waktunya lebih dari sehari")
