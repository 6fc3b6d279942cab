"""Whose processing is limited (UU 27/2022 art. 41) stays in the sums and is marked wherever they are named."""

import csv
import io
import json
from datetime import datetime

import pytest
from openpyxl import load_workbook

from xapi.audit.projector import project
from xapi.audit.report import report
from xapi.audit.report_dress import Dress
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import write_report
from xapi.audit.rules import load_rules
from xapi.audit.seal.figures import figures_of
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.audit.trail import trail_of_person
from xapi.audit.transcript import transcript_csv
from xapi.database import migrate, open_database

DRESS = Dress(made_at=datetime(2026, 11, 26, 9, 30), institution="Pemerintah Kabupaten Contoh")
MARK, NOTE = "pemrosesan dibatasi", "Pemrosesan data 1 orang dibatasi"


def people(*, limited: bool) -> ListedPeople:
    siti = ListedEmployee(person_id(1), "198501012099031001", "Siti", limited=limited)
    return ListedPeople([siti, ListedEmployee(person_id(2), "198501012099031002", "Budi")])


@pytest.fixture(scope="module")
def ledger(tmp_path_factory) -> Ledger:
    engine = open_database(tmp_path_factory.mktemp("ledger") / "ledger.db")
    migrate(engine, "xapi.audit")
    made, statements = Ledger(engine, INSTITUTION), ListedStatements()
    statements.add(credit(1, 1, 1200, "kursus"))
    project(made, statements, people(limited=False), load_rules())
    yield made
    engine.dispose()


def written(
    ledger: Ledger, form: str, by: str = "pegawai", *, limited: bool = True, scope: Scope | None = None
) -> bytes:
    body = io.BytesIO()
    made = report(ledger, people(limited=limited), 2026, by, scope=scope or Scope())
    write_report(made, form, body, DRESS, language="id")  # type: ignore[arg-type]
    return body.getvalue()


@pytest.mark.parametrize("by", ["pegawai", "rencana"])
def test_a_limited_person_is_marked_and_still_counted(ledger: Ledger, by: str) -> None:
    rows = list(csv.reader(io.StringIO(written(ledger, "csv", by).decode("utf-8-sig")), delimiter=";"))
    assert {row[1]: row[-1] for row in rows} == {"Nama": "Keterangan", "Siti": MARK, "Budi": ""}
    told = json.loads(written(ledger, "json", by))
    assert ({row["name"]: row["limited"] for row in told["rows"]}, told["limited"]) == (
        {"Siti": True, "Budi": False},
        1,
    )
    assert told["totals"]["accepted" if by == "pegawai" else "employees"] == (1200 if by == "pegawai" else 2)
    assert NOTE in written(ledger, "table", by).decode()
    assert written(ledger, "pdf", by).startswith(b"%PDF")


def test_a_workbook_has_the_mark_and_the_note(ledger: Ledger) -> None:
    book = load_workbook(io.BytesIO(written(ledger, "xlsx")))
    figures, notes = ([str(cell.value) for row in sheet for cell in row] for sheet in book.worksheets)
    assert (MARK in figures, any(NOTE in text for text in notes)) == (True, True)


def test_sums_tell_how_many_of_all_and_nothing_of_a_part(ledger: Ledger) -> None:
    assert NOTE in written(ledger, "table", "opd").decode()
    assert NOTE not in written(ledger, "table", "opd", scope=Scope(status="PNS")).decode()


def test_nothing_is_said_where_nobody_is_limited(ledger: Ledger) -> None:
    assert "Keterangan" not in written(ledger, "csv", limited=False).decode()
    assert "limited" not in written(ledger, "json", limited=False).decode()


def test_a_transcript_says_so_in_every_form(ledger: Ledger) -> None:
    found = trail_of_person(ledger, people(limited=True), person_id(1), 2026)
    assert MARK in transcript_csv(found, ledger.rules(), "id")
    assert "pasal 11 dan 41" in found.table()
    assert json.loads(found.json())["limited"] is True


def test_a_limit_that_begins_or_ends_breaks_no_seal(ledger: Ledger) -> None:
    roots = {figures_of(report(ledger, people(limited=one), 2026, "pegawai")).set().root() for one in (True, False)}
    assert len(roots) == 1
