"""Tests on PostgreSQL take over the tables of earlier ones, and nothing else of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, text

from tools.parked_schemas import _PRINT
from tools.postgres_server import PostgresServer
from xapi.database import migrate, open_database, writing

QUEUE, HOUSE = ("xapi.queue",), ("lti_tool.house", "lti_tool.store")
NEW_JOB = (
    "INSERT INTO job (institution, kind, payload, state, due, changed) VALUES ('a', 'b', '', 'done', 0, 0) RETURNING id"
)
TABLES = "SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 2"


@contextmanager
def database(url: str, stores: tuple[str, ...] = QUEUE) -> Iterator[Connection]:
    """A write transaction on the newest tables of `stores` in the database at `url`."""
    engine = open_database(url)
    for store in stores:
        migrate(engine, store)
    with writing(engine) as connection:
        yield connection
    engine.dispose()


def tables(connection: Connection) -> list[tuple[int, str]]:
    return [tuple(row) for row in connection.execute(text(TABLES))]


def look(connection: Connection) -> object:
    return connection.exec_driver_sql(_PRINT.format(schema="'public'::regnamespace").replace("%", "%%")).scalar()


@pytest.fixture
def emptied(postgres: PostgresServer) -> Callable[[], str]:
    return postgres.emptied_database


@pytest.mark.parametrize("stores", [QUEUE, HOUSE], ids=["one store", "two stores"])
def test_the_next_test_gets_the_same_tables_without_rows(
    postgres: PostgresServer, emptied: Callable[[], str], stores: tuple[str, ...]
) -> None:
    with database(postgres.new_database(), stores) as connection:
        new = look(connection)
    for _turn in range(2):
        with database(emptied(), stores) as connection:
            made = tables(connection)
            for _number, name in made:
                if not name.startswith("version_"):
                    assert connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() == 0
            if stores == QUEUE:
                assert [connection.execute(text(NEW_JOB)).scalar() for _ in range(2)] == [1, 2]
            assert look(connection) == new
    with database(emptied(), stores) as connection:
        assert tables(connection) == made


def test_a_test_begins_with_an_empty_database_all_the_same(emptied: Callable[[], str]) -> None:
    with database(emptied()):
        pass
    with psycopg.connect(emptied()) as connection:
        assert connection.execute(TABLES).fetchall() == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE job ADD COLUMN lain TEXT",
        "DROP TABLE job CASCADE",
        "CREATE TABLE lain (a INTEGER)",
        "CREATE INDEX lain ON job (kind)",
        "UPDATE version_xapi_queue SET version_num = '9999'",
    ],
)
def test_tables_that_a_test_has_changed_are_made_anew(emptied: Callable[[], str], change: str) -> None:
    with database(emptied()) as connection:
        before, usual = tables(connection), look(connection)
        connection.execute(text(change))
    with database(emptied()) as connection:
        assert look(connection) == usual
        assert dict(tables(connection)).keys().isdisjoint(dict(before))
