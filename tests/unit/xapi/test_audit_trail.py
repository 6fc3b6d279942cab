"""Every figure of a person leads back to statement, rule cell and review."""

import json
import re
from zoneinfo import ZoneInfo

import pytest

from xapi.audit.projector import project
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
    void,
)
from xapi.audit.trail import Trail, trail, trail_of_person
from xapi.database import migrate, open_database
from xapi.errors import AuditError

NIP = "198501012099211002"
RULES = load_rules()


@pytest.fixture
def people() -> ListedPeople:
    made = ListedPeople([ListedEmployee(person_id(1), NIP, "Yohanis Wanma", status="PPPK")])
    made.aliases[person_id(7)] = person_id(1)
    return made


@pytest.fixture
def ledger(place, people):
    engine = open_database(place)
    migrate(engine, "xapi.audit")
    made, statements = Ledger(engine, INSTITUTION), ListedStatements()
    same = "https://example.test/sama"
    records = [
        (credit(1, 1, 500, "e-learning", at="2026-01-05T03:00:00Z", activity=same, title="Arsip"), "launch"),
        (credit(2, 1, 500, "e-learning", at="2026-01-06T03:00:00Z", activity=same), "launch"),
        (credit(3, 1, 300, "kursus", international=True, certificate="K-1", at="2026-01-07T03:00:00Z"), "lms_record"),
        (credit(4, 1, 300, "kursus", certificate="k-1", at="2026-01-08T03:00:00Z"), "lms_record"),
        *((credit(n, 1, 200, "coaching", at=f"2026-02-0{n}T03:00:00Z"), "launch") for n in (5, 6, 7)),
        (credit(8, 7, 500, "seminar", days=2, at="2026-03-02T03:00:00Z", evidence="0f" * 32), "package"),
        (review(9, 8, "Disetujui", reason="surat tugas ada", role="BKPSDM", evidence="1e" * 32), "review"),
        (credit(10, 1, 100, "kursus", at="2026-04-02T03:00:00Z"), "sheet"),
        (credit(11, 1, 100, "magang", at="2026-05-02T03:00:00Z"), "launch"),
        (credit(12, 1, 900, "kursus", at="2026-05-03T03:00:00Z"), "launch"),
        (void(13, 12), "lms_record"),
    ]
    for statement, source in records:
        statements.add(statement, source)
    project(made, statements, people, RULES)
    yield made
    engine.dispose()


@pytest.fixture
def made(ledger, people) -> Trail:
    return trail(ledger, people, NIP, 2026)


def entry(made: Trail, number: int):
    return next(one for one in made.entries if one.statement_id == statement_id(number))


@pytest.mark.parametrize(
    ("number", "amounts", "fate", "cells"),
    [
        (1, (500, 500, 300, 300), "day cap", ["bentuk.e-learning.national", "bentuk.e-learning.day_cap"]),
        (2, (500, 500, 0, 0), "same activity", ["bentuk.e-learning.national"]),
        (3, (300, 360, 360, 360), "counted", ["bentuk.kursus.international"]),
        (4, (300, 300, 0, 0), "same certificate", ["bentuk.kursus.national"]),
        (6, (200, 200, 200, 200), "counted", ["bentuk.coaching.national"]),
        (7, (200, 200, 0, 0), "month cap", ["bentuk.coaching.national", "bentuk.coaching.month_cap"]),
        (8, (500, 800, 800, 800), "counted", ["bentuk.seminar.national"]),
        (10, (100, 100, 0, 0), "not approved", ["bentuk.kursus.national"]),
        (11, (100, 2000, 2000, 540), "year cap", ["bentuk.magang.national", "target.PPPK.maximum"]),
        (12, (900, 0, 0, 0), "voided", []),
    ],
)
def test_a_credit_shows_what_was_made_of_it_and_by_which_cells(made, number, amounts, fate, cells) -> None:
    one = entry(made, number)
    assert (one.raw_jp, one.converted, one.capped, one.accepted) == amounts
    assert one.fate == fate
    assert [step.cell for step in one.steps] == cells
    assert all(step.layer == RULES.version for step in one.steps)


def test_the_sums_are_those_of_the_report(ledger, people, made) -> None:
    row = ledger.rows(["report_person"], 2026)["report_person"][0]
    for column in ("raw_jp", "converted", "capped", "accepted", "pending"):
        assert made.total(column) == row[column]
    assert made.met is True
    assert (made.minimum, made.maximum, made.total("accepted"), made.total("pending")) == (2000, 2400, 2400, 100)


def test_a_review_is_shown_with_who_why_and_evidence(made) -> None:
    one = entry(made, 8)
    note = one.reviews[0]
    assert (note.status, note.role, note.reason, note.evidence) == ("Disetujui", "BKPSDM", "surat tugas ada", "1e" * 32)
    assert one.evidence == "0f" * 32
    assert "Alasan: surat tugas ada" in made.table()
    assert re.search(r"pada \d+ \w+ \d{4} \d\d\.\d\d WIT: Disetujui", made.table(zone=ZoneInfo("Asia/Jayapura")))


def test_a_repeated_record_names_the_one_that_counts(made) -> None:
    repeats = {one.statement_id: one.instead for one in made.entries if one.instead}
    assert repeats == {statement_id(2): statement_id(1), statement_id(4): statement_id(3)}
    assert f"Yang dihitung: pernyataan {statement_id(1)}." in made.table()


def test_a_void_names_the_statement_that_did_it(made) -> None:
    assert entry(made, 12).voided_by == statement_id(13)
    assert f"Dibatalkan oleh pernyataan {statement_id(13)}" in made.table()


def test_the_words_are_plain_in_both_languages(made) -> None:
    indonesian, english = made.table("id"), made.table("en")
    assert "Batas 3,00 JP per hari: dari 5,00 JP tersisa 3,00 JP" in indonesian
    assert "JP yang dinyatakan 3,00 ditambah 20% menjadi 3,60 JP" in indonesian
    assert "Seminar, konferensi, atau sarasehan: 4,00 JP per hari × 2 hari, menjadi 8,00 JP" in indonesian
    assert "belum ditetapkan peraturan" in indonesian
    assert "Cap of 3.00 JP a day: 3.00 JP remain of 5.00 JP" in english
    assert "Maximum of 24.00 JP a year for the status PPPK: 5.40 JP accepted" in english


def test_json_holds_every_entry_and_the_sums(made) -> None:
    value = json.loads(made.json())
    assert len(value["entries"]) == 11
    assert value["totals"]["accepted"] == 2400
    assert value["entries"][0]["steps"][0]["source"] == ["A", "D"]


def test_an_alias_leads_to_the_person(ledger, people, made) -> None:
    assert trail_of_person(ledger, people, person_id(7), 2026) == made


def test_an_unknown_nip_is_refused_without_repeating_it(ledger, people) -> None:
    with pytest.raises(AuditError) as caught:
        trail(ledger, people, "198501012099031999", 2026)
    assert caught.value.code == "audit.person_unknown"
    assert "198501012099031999" not in f"{caught.value} {caught.value.params}"


def test_the_trail_of_one_reads_nobody_else(ledger, people, monkeypatch) -> None:
    monkeypatch.setattr(people, "roster", lambda _day: pytest.fail("everybody was read"))
    assert trail_of_person(ledger, people, person_id(7), 2026).name == "Yohanis Wanma"


def test_a_new_status_of_the_person_is_in_their_trail_at_once(ledger, people) -> None:
    people.employees[0] = ListedEmployee(person_id(1), NIP, "Yohanis Wanma", status="PNS")
    found = trail_of_person(ledger, people, person_id(1), 2026)
    assert found.minimum == RULES.of_year(2026).target("PNS", 2026).minimum
    assert ledger.place(person_id(1), 2026).status == "PNS"
