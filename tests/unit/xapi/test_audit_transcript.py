"""A transcript leads from each accepted figure to its statement, rule cell, evidence and validator."""

import csv
import io
from datetime import datetime

import pytest

from xapi.audit.projector import project
from xapi.audit.report_dress import Dress
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
from xapi.audit.trail import trail_of_person
from xapi.audit.transcript import transcript_csv, write_transcript
from xapi.database import migrate, open_database

RULES = load_rules()
HASH = "ab" * 32


@pytest.fixture
def found(tmp_path):
    engine = open_database(tmp_path / "ledger.db")
    migrate(engine, "xapi.audit")
    people = ListedPeople([ListedEmployee(person_id(1), "198501012099031001", "Siti")])
    ledger, statements = Ledger(engine, INSTITUTION), ListedStatements()
    statements.add(credit(1, 1, 400, "seminar", title="=Seminar"), "sheet")
    statements.add(review(2, 1, "Disetujui", role="Verifikator OPD", evidence=HASH), "review")
    project(ledger, statements, people, RULES)
    yield trail_of_person(ledger, people, person_id(1), 2026)
    engine.dispose()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_every_link_of_the_chain_stands_in_one_line(found) -> None:
    (row,) = rows(transcript_csv(found, RULES, "id", with_validator=True))
    assert (row["Tanggal"], row["JP diterima"]) == ("10/03/2026", "4,00")
    assert (row["Pernyataan"], row["Bukti (sha256)"]) == (statement_id(1), HASH)
    assert (row["Peran validator"], row["Validator"]) == ("Verifikator OPD", person_id(999))
    assert "bentuk.seminar.national" in row["Aturan"]
    assert found.rules_version in row["Aturan"]


def test_the_persons_own_transcript_names_no_validator_and_runs_no_formula(found) -> None:
    (row,) = rows(transcript_csv(found, RULES, "id"))
    assert "Validator" not in row
    assert row["Kegiatan"] == "'=Seminar"


def test_a_transcript_is_a_pdf(found) -> None:
    target = io.BytesIO()
    write_transcript(found, RULES, target, Dress(made_at=datetime(2026, 11, 26, 9)), "en")
    assert target.getvalue().startswith(b"%PDF")
    assert target.getvalue().rstrip().endswith(b"%%EOF")
