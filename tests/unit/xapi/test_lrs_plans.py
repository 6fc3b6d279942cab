"""Every query of the LRS walks an index that fits, so that a large store answers as fast as a small one."""

from pathlib import Path

import pytest

from xapi.lrs.query import StatementQuery
from xapi.lrs.store.sqlite import SqliteSession
from xapi.testing import EmbeddedLrs, embedded_lrs, encoded, make_agent, make_principal, make_statement

ADMIN = make_principal()
MODULE = "https://w3id.org/jampel/modul/contoh/a"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
ALL_OF_INSTITUTION = "statement_stored (institution=?)"  # right only where the order of this index is wanted
BIG = ("statement", "s", "term", "relation", "reference", "reference_relation", "document")


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(query, plan) of every query on a table of SQLite from now on."""
    found: list[tuple[str, str]] = []
    for name in ("all", "one"):
        real = getattr(SqliteSession, name)

        def noted(self, sql, values=(), real=real):
            explained = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
            found.extend((sql, row[3]) for row in explained)
            return real(self, sql, values)

        monkeypatch.setattr(SqliteSession, name, noted)
    return found


@pytest.fixture
def house(tmp_path: Path) -> EmbeddedLrs:
    return embedded_lrs(tmp_path)


def wrong(plans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Plans that read a whole table or institution, or sort what they found."""
    return [(sql, plan) for sql, plan in plans if scans(sql, plan) or sorts(sql, plan)]


def scans(sql: str, plan: str) -> bool:
    if plan.endswith(ALL_OF_INSTITUTION):
        return "ORDER BY s.stored" not in sql
    return plan in {f"SCAN {name}" for name in BIG} and "ORDER BY seq DESC LIMIT 1" not in sql


def sorts(sql: str, plan: str) -> bool:
    return "TEMP B-TREE FOR ORDER BY" in plan and "UNION" not in sql


def refers(number: int) -> dict:
    reference = {"objectType": "StatementRef", "id": f"00000000-0000-4000-8000-{number:012x}"}
    return make_statement(object=reference)


def test_writing_walks_indexes_only(house: EmbeddedLrs, plans: list[tuple[str, str]]) -> None:
    house.lrs.post_statements(ADMIN, encoded([make_statement() for _ in range(3)]))
    house.lrs.post_statements(ADMIN, encoded([refers(number) for number in range(3)]))
    house.lrs.post_statements(ADMIN, encoded([make_statement()]))

    assert plans
    assert wrong(plans) == []


def test_reading_on_from_a_place_walks_the_table_in_order(house: EmbeddedLrs, plans: list[tuple[str, str]]) -> None:
    house.lrs.post_statements(ADMIN, encoded([make_statement()]))
    plans.clear()
    house.statements.after(ADMIN.institution, 0, 10)

    assert wrong(plans) == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"agent": make_agent()},
        {"agent": make_agent(), "verb": "http://adlnet.gov/expapi/verbs/passed", "since": "2020-01-01T00:00:00Z"},
        {"agent": make_agent(), "related_agents": True},
        {"agent": make_agent(), "related_agents": True, "verb": "http://adlnet.gov/expapi/verbs/passed"},
        {"activity": MODULE},
        {"activity": MODULE, "related_activities": True, "until": "2099-01-01T00:00:00Z"},
        {"registration": REGISTRATION, "ascending": True},
        {"verb": "http://adlnet.gov/expapi/verbs/passed"},
    ],
    ids=str,
)
def test_each_filter_walks_one_index_in_order(house: EmbeddedLrs, plans: list[tuple[str, str]], query: dict) -> None:
    full = make_statement(object={"id": MODULE}, context={"registration": REGISTRATION, "instructor": make_agent()})
    ids = house.lrs.post_statements(ADMIN, encoded([full]))
    house.lrs.post_statements(ADMIN, encoded(make_statement(object={"objectType": "StatementRef", "id": ids[0]})))
    plans.clear()
    house.lrs.query(ADMIN, StatementQuery(limit=100, **query))

    assert wrong(plans) == []


@pytest.mark.parametrize(
    "query",
    [{}, {"agent": make_agent()}, {"verb": "http://adlnet.gov/expapi/verbs/passed"}, {"activity": MODULE}],
    ids=str,
)
def test_ones_own_statements_are_found_in_the_order_of_one_index(
    house: EmbeddedLrs, plans: list[tuple[str, str]], query: dict
) -> None:
    owner = make_principal(scopes=frozenset({"statements/write", "statements/read/mine"}))
    ids = house.lrs.post_statements(owner, encoded(make_statement(object={"id": MODULE})))
    house.lrs.post_statements(owner, encoded(make_statement(object={"objectType": "StatementRef", "id": ids[0]})))
    plans.clear()
    house.lrs.query(owner, StatementQuery(limit=100, **query))
    house.lrs.get_statement(owner, ids[0])

    assert plans
    assert wrong(plans) == []
