"""What a rule file says is what the ledger counts: every form and unit, and caps by group, scope and month."""

import tomllib
from collections import defaultdict
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from xapi.audit.projector import rebuild
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database

TABLE = tomllib.loads((resources.files("xapi.audit") / "tables" / "lan-10-2018-1.1.0.toml").read_text(encoding="utf-8"))
PERSON = person_id(1)
PEOPLE = ListedPeople([ListedEmployee(PERSON, "198501012099031001", "Ayu")])


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory):
    engine = open_database(tmp_path_factory.mktemp("kredit") / "ledger.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    yield Ledger(engine, INSTITUTION)
    engine.dispose()


def rules(folder: Path, text: str):
    path = folder / "lapisan.toml"
    path.write_text('format = 1\nname = "b"\nversion = "1"\n' + text, encoding="utf-8")
    return load_rules([path])


def counted(ledger: Ledger, found, *statements: dict) -> dict[int, tuple[int, int]]:
    """Converted JP and JP after caps of each statement, by its number."""
    listed = ListedStatements()
    for statement in statements:
        listed.add(statement, "launch")
    rebuild(ledger, listed, PEOPLE, found)
    rows = ledger.credits_of(PERSON, 2026)
    return {int(str(row["statement_id"])[-12:], 16): (row["converted"], row["capped"]) for row in rows}  # type: ignore[misc]


def test_every_form_is_converted_as_the_table_says(ledger: Ledger) -> None:
    """An independent reckoning from the written table, for three units at home and abroad."""
    statements, expected = [], {}
    for place, (slug, row) in enumerate(TABLE["bentuk"].items()):
        for abroad in (False, True):
            number = place * 2 + abroad + 1
            said = {"days": 3, "quantity": 3, "international": abroad}
            at = f"2026-{place % 12 + 1:02d}-{place % 27 + 1:02d}T0{number % 9}:00:00Z"
            statements.append(credit(number, 1, 1234, slug, at=at, **said))
            expected[number] = converted(row, abroad)
    found = counted(ledger, load_rules(), *statements)
    assert {number: pair[0] for number, pair in found.items()} == expected


def converted(row: dict, abroad: bool) -> int:
    cell, national = row["international" if abroad else "national"], row["national"].get("jp")
    if "jp" in cell:
        return int(Decimal(str(cell["jp"])) * 100) * {"kali": 1}.get(cell.get("unit", row["unit"]), 3)
    base = 1234 if national is None else int(Decimal(str(national)) * 100)
    return base + base * cell.get("percent", 0) // 100


def test_a_form_can_be_paid_by_the_month(ledger: Ledger, tmp_path: Path) -> None:
    text = '[bentuk.magang]\nunit = "bulan"\nnational = { jp = 5 }\ninternational = { percent = 20 }\n'
    found = counted(
        ledger,
        rules(tmp_path, text),
        credit(1, 1, 9999, "magang", quantity=3),
        credit(2, 1, 9999, "magang", quantity=2, international=True),
        credit(3, 1, 9999, "magang", days=90),
    )
    assert {number: pair[0] for number, pair in found.items()} == {1: 1500, 2: 1200, 3: 500}


@pytest.mark.parametrize(
    ("text", "capped"),
    [
        ("", [300, 0, 200, 0]),
        ('[bentuk.e-learning]\nday_cap = { jp = 3, scope = "activity" }\n', [300, 200, 200, 0]),
        ('[bentuk.belajar-mandiri]\nday_cap = { jp = 3, group = "e-learning" }\nday_cap_international = { jp = 3 }\n',
         [300, 0, 0, 0]),
        ("[bentuk.e-learning]\nday_cap = { none = true }\nday_cap_international = { none = true }\n",
         [300, 200, 200, 0]),
    ],
)  # fmt: skip
def test_a_day_cap_holds_for_its_group_and_scope(ledger: Ledger, tmp_path: Path, text: str, capped: list[int]) -> None:
    found = counted(
        ledger,
        rules(tmp_path, text),
        credit(1, 1, 300, "e-learning", at="2026-03-10T01:00:00Z"),
        credit(2, 1, 200, "e-learning", at="2026-03-10T02:00:00Z"),
        credit(3, 1, 200, "belajar-mandiri", at="2026-03-10T03:00:00Z"),
        credit(4, 1, 100, "belajar-mandiri", at="2026-03-10T04:00:00Z"),
    )
    assert [found[number][1] for number in (1, 2, 3, 4)] == capped


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("", 4),
        (
            "".join(
                f'[bentuk.{slug}]\nmonth_cap = {{ kali = 2, group = "g" }}\n' for slug in ("coaching", "mentoring")
            ),
            2,
        ),
        ("[bentuk.coaching]\nmonth_cap = { none = true }\n", 5),
        ("[bentuk.coaching]\nmonth_cap = { kali = 0 }\n", 2),
    ],
)
def test_a_month_cap_holds_for_its_group(ledger: Ledger, tmp_path: Path, text: str, events: int) -> None:
    found = counted(
        ledger,
        rules(tmp_path, text),
        *(
            credit(number, 1, 200, form, at=f"2026-03-{number:02d}T01:00:00Z")
            for number, form in enumerate(["coaching", "mentoring"] * 3, start=1)
        ),
    )
    paid = defaultdict(int)
    for _, capped in found.values():
        paid[capped] += 1
    assert paid[200] == events


@pytest.mark.parametrize(("rounding", "paid"), [("down", [124, 122]), ("nearest", [125, 122]), ("up", [125, 123])])
def test_an_added_percentage_is_rounded_by_the_setting(
    ledger: Ledger, tmp_path: Path, rounding: str, paid: list[int]
) -> None:
    found = counted(
        ledger,
        rules(tmp_path, f'[settings]\nrounding = {{ value = "{rounding}" }}\n'),
        credit(1, 1, 104, "kursus", international=True),
        credit(2, 1, 102, "kursus", international=True),
    )
    assert [found[number][0] for number in (1, 2)] == paid
