"""What an auditor should look at: overlapping events, more JP than the clock allows, certificates used again."""

import pytest

from xapi.audit.projector import project
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedPeople, ListedStatements, credit, statement_id
from xapi.database import migrate, open_database


@pytest.fixture
def found(place):
    engine = open_database(place)
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
    project(ledger, statements, ListedPeople(), load_rules())
    yield ledger.rows(["anomaly_overlap", "anomaly_clock", "anomaly_certificate"], 2026)
    engine.dispose()


def test_an_event_that_begins_before_another_ended_is_found_with_its_minutes(found) -> None:
    assert [(row["statement_id"], row["minutes"]) for row in found["anomaly_overlap"]] == [(statement_id(2), 30)]


def test_more_jp_than_the_clock_allows_is_found_where_a_duration_is_recorded(found) -> None:
    assert [(row["statement_id"], row["minutes"]) for row in found["anomaly_clock"]] == [(statement_id(3), 2)]


def test_a_certificate_of_two_people_or_two_years_is_found(found) -> None:
    rows = {row["certificate"]: (row["persons"], row["years"]) for row in found["anomaly_certificate"]}
    assert rows == {"A-1": (2, 1), "B-1": (1, 2)}
