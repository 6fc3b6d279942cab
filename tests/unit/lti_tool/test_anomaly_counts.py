"""The counts of findings: made once for a state of the ledger, never waited for, tried again after a failure."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from lti_tool.anomaly_counts import AnomalyCounts
from xapi.audit.anomalies import count_anomalies
from xapi.audit.anomaly_kinds import KINDS
from xapi.audit.projector import project, refresh_roster
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database, writing

RULES = load_rules()
SITI = ListedEmployee(person_id(1), "198501012099031001", "Siti")
BUDI = ListedEmployee(person_id(2), "198501012099031002", "Budi")


class Installation:
    """A ledger with an impossible day, a clock to turn, and work that waits until it is done."""

    def __init__(self, place) -> None:
        self.engine = open_database(place)
        migrate(self.engine, "xapi.audit")
        self.ledger, self.statements = Ledger(self.engine, INSTITUTION), ListedStatements()
        self.now, self.waiting = datetime(2026, 6, 1, tzinfo=UTC), []
        self.counts = AnomalyCounts(self.ledger, lambda: self.now, self.waiting.append)
        self.credit(1, 9000)

    def credit(self, number: int, jp: int) -> None:
        self.statements.add(credit(number, 1, jp, "kursus"))
        project(self.ledger, self.statements, ListedPeople([SITI, BUDI]), RULES)

    def count(self) -> None:
        self.waiting.pop(0)()


@pytest.fixture
def made(place):
    installation = Installation(place)
    yield installation
    installation.engine.dispose()


def test_the_first_who_asks_gets_no_number_and_the_next_gets_all(made) -> None:
    assert (made.counts.of(2026).counts, made.counts.of(2026).is_whole) == ({}, False)
    assert len(made.waiting) == 1  # two asked, one counts
    made.count()
    found = made.counts.of(2026)
    assert (found.is_whole, found.is_new, found.at) == (True, True, made.now)
    assert {kind: count for kind, count in found.counts.items() if count} == {"day_hours": 1}
    assert made.waiting == []


def test_a_changed_ledger_shows_the_old_numbers_and_counts_again(made) -> None:
    made.counts.of(2026)
    made.count()
    made.credit(2, 9000)
    old = made.counts.of(2026)
    assert (old.counts["day_hours"], old.is_new) == (1, False)
    made.count()
    assert (made.counts.of(2026).counts["day_hours"], made.counts.of(2026).is_new) == (2, True)


def test_a_changed_roster_is_another_state(made) -> None:
    before = made.ledger.state(2026)
    refresh_roster(made.ledger, ListedPeople([BUDI]), 2026)
    assert made.ledger.state(2026) != before
    assert count_anomalies(made.ledger, 2026, kinds=["outside_roster"]) == {"outside_roster": 1}


def test_numbers_older_than_an_hour_are_counted_again(made) -> None:
    made.counts.of(2026)
    made.count()
    made.now += timedelta(hours=1)
    assert made.counts.of(2026).is_new is False
    assert len(made.waiting) == 1


def test_one_year_is_counted_at_a_time(made) -> None:
    made.counts.of(2026)
    made.counts.of(2025)
    assert len(made.waiting) == 1
    made.count()
    assert made.counts.of(2025).is_whole is False
    made.count()
    assert made.counts.of(2025).counts == dict.fromkeys(KINDS, 0)


def test_a_count_that_fails_is_logged_and_tried_again(made, caplog) -> None:
    made.counts.of(2026)
    with writing(made.engine) as connection:
        connection.execute(text("ALTER TABLE ledger_form_rule RENAME TO away"))
    made.count()
    assert "could not be counted" in caplog.text
    with writing(made.engine) as connection:
        connection.execute(text("ALTER TABLE away RENAME TO ledger_form_rule"))
    assert made.counts.of(2026).is_whole is False
    made.count()
    assert made.counts.of(2026).is_whole
