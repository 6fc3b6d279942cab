"""The synthetic year is varied, repeatable, never in the future, and holds no real number."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from xapi.audit.projector import project
from xapi.audit.report import report
from xapi.audit.rules import load_rules
from xapi.audit.simulate import simulate_year, synthetic_roster
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import HOME_PAGE, INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, person_id
from xapi.database import migrate, open_database


class Module(msgspec.Struct):
    iri: str
    title: str
    jp: int
    bentuk: str


MODULES = [Module(f"https://w3id.org/jampel/modul/contoh/{n}", f"Modul {n}", n * 100, "e-learning") for n in (1, 2, 3)]


def everyone(n: int = 60) -> list[ListedEmployee]:
    rows = synthetic_roster(n)
    return [
        ListedEmployee(person_id(i), row.nip.digits, row.name, row.opd, row.status, row.position, row.grade)
        for i, row in enumerate(rows, start=1)
    ]


def year(**options):
    return list(simulate_year(everyone(), 2026, 5, MODULES, home_page=HOME_PAGE, **options))


def test_the_roster_is_varied_and_of_an_impossible_year() -> None:
    rows = synthetic_roster(60, 5, 1)
    assert len({row.nip.digits for row in rows}) == 60
    assert {row.nip.digits[8:12] for row in rows} == {"2099"}
    assert all(row.nip.plausible and row.nip.status_hint == ("PPPK" if row.status == "PPPK" else "PNS") for row in rows)
    assert len({row.opd for row in rows}) == 5
    assert len({row.name for row in rows}) > 45
    assert {row.status for row in rows} == {"PNS", "PPPK", "CPNS"}


def test_a_large_roster_has_no_number_twice() -> None:
    assert len({row.nip.digits for row in synthetic_roster(6363, 35)}) == 6363
    assert len({row.opd for row in synthetic_roster(6363, 35)}) == 35


def test_no_number_ends_in_the_000_that_a_roster_file_may_not_hold() -> None:
    assert not [row for row in synthetic_roster(2100, 5) if row.nip.digits.endswith("000")]


def test_the_same_seed_gives_the_same_year() -> None:
    assert year() == year()
    assert synthetic_roster(20, seed=3) == synthetic_roster(20, seed=3) != synthetic_roster(20, seed=4)


@pytest.mark.parametrize("today", [date(2026, 6, 1), datetime(2026, 6, 1, tzinfo=UTC)])
def test_nothing_is_in_the_future(today) -> None:
    made = year(today=today)
    assert made
    assert max(str(statement["timestamp"]) for statement, _ in made) < "2026-06-01"


@pytest.mark.parametrize("modules", [MODULES, []], ids=["modules", "no modules"])
def test_every_record_has_a_title_to_read(modules: list[Module]) -> None:
    made = [statement for statement, _ in simulate_year(everyone(), 2026, 5, modules, home_page=HOME_PAGE)]
    assert made
    assert all(statement["object"]["definition"]["name"]["id"].strip() for statement in made)


def test_the_year_shows_every_fate_and_verdict(place) -> None:
    people, statements = ListedPeople(everyone()), ListedStatements()
    for statement, source in year():
        statements.add(statement, source)
    engine = open_database(place)
    migrate(engine, "xapi.audit")
    ledger = Ledger(engine, INSTITUTION)
    summary = project(ledger, statements, people, load_rules())
    assert (summary.findings, summary.credits) == (0, len(statements.listed))
    fates = {row["fate"] for employee in people.employees for row in ledger.credits_of(employee.person, 2026)}
    assert fates == {
        "counted", "same activity", "same certificate", "month cap", "day cap", "year cap", "not approved", "matched",
        "held",
    }  # fmt: skip
    rows = report(ledger, people, 2026, "pegawai").rows
    assert any(row["credits"] == 0 for row in rows)
    assert any(1500 <= row["accepted"] < 2000 for row in rows)
    assert any(row["pending"] > 0 for row in rows)
    assert any(row["accepted"] == 2400 < row["capped"] for row in rows if row["status"] == "PPPK")
    assert 10 < sum(row["met"] for row in rows) < 50
    assert {source for _, source in year()} == {"launch", "lms_record", "sheet", "package"}
    engine.dispose()
