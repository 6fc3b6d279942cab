"""Institutions are ranked by the same rules or not at all."""

import pytest

from xapi.audit.league import UNRANKED, league
from xapi.audit.projector import project
from xapi.audit.report_formats import table_text
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database

RULES = load_rules()
LAYER = """format = 1
name = "kota-lain"
version = "1"
[sources]
SK = "Keputusan"
[target.PNS]
minimum = { jp = 10, source = ["SK"] }
"""


class Elsewhere(ListedStatements):
    """The statements of whichever institution asks."""

    def after(self, institution: str, seq: int, limit: int):
        return self.listed[seq:][:limit]


@pytest.fixture
def engine(tmp_path):
    engine = open_database(tmp_path / "ledger.db")
    migrate(engine, "xapi.audit")
    yield engine
    engine.dispose()


def counted(engine, number: int, credits: list[int], rules=RULES) -> Ledger:
    """A ledger of an institution with as many people as `credits`, each with so many JP (hundredths)."""
    ledger, statements = Ledger(engine, f"{number:032x}"), Elsewhere()
    people = ListedPeople(
        [ListedEmployee(person_id(i), f"1985010120990310{i:02d}", f"P{i}") for i in range(1, 1 + len(credits))]
    )
    for person, jp in enumerate(credits, start=1):
        statements.add(credit(number * 100 + person, person, jp, "kursus"))
    project(ledger, statements, people, rules)
    return ledger


def test_institutions_stand_in_order_of_who_met_the_target(engine) -> None:
    made = league(
        [
            ("Kab. Satu", counted(engine, 1, [2000, 500])),
            ("Kota Dua", counted(engine, 2, [2000, 2400])),
            ("Kab. Tiga", counted(engine, 3, [2000, 500])),
            ("Kab. Empat", counted(engine, 4, [2000, 1500])),
        ],
        2026,
        RULES,
    )
    assert [(row["rank"], row["institution"], row["share_met"]) for row in made.rows] == [
        ("1", "Kota Dua", 10000),
        ("2", "Kab. Empat", 5000),
        ("3", "Kab. Satu", 5000),
        ("3", "Kab. Tiga", 5000),
    ]
    assert (made.totals["employees"], made.totals["met"], made.totals["share_met"]) == (8, 5, 6250)


def test_other_rules_or_no_count_give_no_rank_and_are_not_in_the_sums(engine, tmp_path) -> None:
    layer = tmp_path / "lapisan.toml"
    layer.write_text(LAYER, encoding="utf-8")
    made = league(
        [
            ("kab. Élang", Ledger(engine, "e" * 32)),
            ("Kab. Aturan Lain", counted(engine, 1, [1000], load_rules([layer]))),
            ("Kab. Belum", Ledger(engine, "f" * 32)),
            ("Kota Sama", counted(engine, 3, [400])),
        ],
        2026,
        RULES,
    )
    assert [(row["rank"], row["institution"]) for row in made.rows] == [
        ("1", "Kota Sama"),
        (UNRANKED, "Kab. Aturan Lain"),
        (UNRANKED, "Kab. Belum"),
        (UNRANKED, "kab. Élang"),
    ]
    assert made.totals["employees"] == 1
    assert "*" in str(made.rows[1]["rules"])
    assert "tabel aturan lain" in table_text(made)


def test_another_time_zone_is_not_another_rule(engine) -> None:
    east = load_rules(time_zone="Asia/Jayapura")
    made = league([("Kab. Timur", counted(engine, 1, [2000], east))], 2026, RULES)
    assert made.rows[0]["rank"] == "1"
