"""Plans come in whole or not at all, the same file twice changes nothing, and stand beside what was reached."""

import pytest
from openpyxl import Workbook

from xapi.audit.plan import import_plan, read_plan
from xapi.audit.projector import project, rebuild
from xapi.audit.report import report
from xapi.audit.report_formats import json_text, table_text
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database

RULES = load_rules()
SITI, BUDI, AYU = "198501012099031001", "198501012099031002", "198501012099031003"


@pytest.fixture
def people() -> ListedPeople:
    names = {SITI: "Siti", BUDI: "Budi", AYU: "Ayu"}
    return ListedPeople([ListedEmployee(person_id(i), nip, name) for i, (nip, name) in enumerate(names.items(), 1)])


@pytest.fixture
def statements() -> ListedStatements:
    found = ListedStatements()
    found.add(credit(1, 1, 1500, "kursus"))
    found.add(credit(2, 3, 500, "kursus"))
    return found


@pytest.fixture
def ledger(place, people, statements) -> Ledger:
    engine = open_database(place)
    migrate(engine, "xapi.audit")
    made = Ledger(engine, INSTITUTION)
    project(made, statements, people, RULES)
    yield made
    engine.dispose()


def sheet(tmp_path, *rows: tuple[object, object]):
    path = tmp_path / "rencana.csv"
    path.write_text("NIP;Rencana JP\n" + "".join(f"{nip};{jp}\n" for nip, jp in rows), encoding="utf-8-sig")
    return read_plan(path)


def test_plans_are_set_once_and_again_without_a_change(ledger, people, tmp_path) -> None:
    rows = sheet(tmp_path, (SITI, "30"), (BUDI, "20,5 JP"))
    first = import_plan(ledger.plans, people, rows, 2026)
    again = import_plan(ledger.plans, people, rows, 2026)
    changed = import_plan(ledger.plans, people, sheet(tmp_path, (SITI, "24")), 2026)
    assert [(one.added, one.changed, one.unchanged) for one in (first, again, changed)] == [
        (2, 0, 0),
        (0, 0, 2),
        (0, 1, 0),
    ]
    assert ledger.plans.of_year(2026) == {person_id(1): 2400, person_id(2): 2050}
    assert ledger.plans.of_year(2025) == {}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("198501012099031099", "20"), "audit.plan_unknown"),
        (("12345", "20"), "people.nip_shape"),
        ((1.98501012099031e17, "20"), "people.nip_number"),
        ((SITI, "20"), "audit.plan_twice"),
        ((AYU, "dua puluh"), "audit.plan_jp"),
        ((AYU, "-1"), "audit.plan_jp"),
        ((AYU, "1.250,00"), "audit.plan_jp"),
        ((AYU, "20.125"), "audit.plan_jp"),
        ((AYU, ""), "audit.plan_jp"),
        ((AYU, "=20"), "sheet.formula"),
    ],
)
def test_one_bad_cell_and_no_plan_is_written(ledger, people, tmp_path, row, code: str) -> None:
    done = import_plan(ledger.plans, people, sheet(tmp_path, (SITI, "30"), row), 2026)
    assert [(bad.row, bad.code) for bad in done.refused] == [(3, code)]
    assert (done.added, ledger.plans.of_year(2026)) == (0, {})
    assert "1985" not in str(done.refused[0].error)


def test_a_workbook_with_typed_numbers_is_read(ledger, people, tmp_path) -> None:
    book = Workbook()
    for row in (["RENCANA 2026", None], ["NIP Pegawai", "JP Rencana"], [SITI, 30], [BUDI, 12.5]):
        book.active.append(row)
    book.save(tmp_path / "rencana.xlsx")
    assert import_plan(ledger.plans, people, read_plan(tmp_path / "rencana.xlsx"), 2026).added == 2


def test_the_report_sets_plan_and_result_side_by_side(ledger, people, tmp_path) -> None:
    import_plan(ledger.plans, people, sheet(tmp_path, (SITI, "20"), (BUDI, "0")), 2026)
    made = report(ledger, people, 2026, "rencana")
    rows = {row["name"]: row for row in made.rows}
    keys = ("planned", "accepted", "difference", "share_planned")
    assert [rows["Siti"][key] for key in keys] == [2000, 1500, -500, 7500]
    assert [rows["Budi"][key] for key in keys] == [0, 0, 0, None]
    assert [rows["Ayu"][key] for key in keys] == [None, 500, None, None]
    assert [made.totals[key] for key in keys] == [2000, 2000, -500, 7500]
    assert "-5,00" in table_text(made)
    assert '"planned": null' in json_text(made)


def test_a_rebuild_keeps_the_plans(ledger, people, statements, tmp_path) -> None:
    import_plan(ledger.plans, people, sheet(tmp_path, (SITI, "20")), 2026)
    rebuild(ledger, statements, people, RULES)
    assert ledger.plans.of_year(2026) == {person_id(1): 2000}
