"""Writes many rows at once, in the fastest way that each database has."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from xapi.database import quoted

FEW = 200  # rows; below, making a place for COPY costs more than it saves
ROOM = 64 * 1024  # kilobytes of a file that SQLite keeps in memory meanwhile
WINDOW = 1 << 31  # bytes of a file that SQLite reads without copying; its own limit is a little below


def make_room(connection: Connection) -> None:
    """Lets SQLite keep more of the file in memory than its usual 2 MB, on this connection: for many rows at random."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size = -{ROOM}")
        connection.exec_driver_sql(f"PRAGMA mmap_size = {WINDOW}")


@contextmanager
def planning_for_many(connection: Connection) -> Iterator[None]:
    """Within the block PostgreSQL joins for many rows: of what this transaction has written it has no statistics, and
    would take each list for a short one. In a write transaction."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.exec_driver_sql("SET LOCAL enable_nestloop = off")
    yield
    connection.exec_driver_sql("SET LOCAL enable_nestloop = on")


def add_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds `rows` (values in order of `columns`) to `table`; a row whose key is there already is passed over.

    In a write transaction. SQLite gets them through the driver alone, PostgreSQL by COPY: several times faster than
    through SQLAlchemy.
    """
    if not rows:
        return
    names = ", ".join(quoted(column) for column in columns)
    driver = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(  # type: ignore[union-attr]
            f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows
        )
        return
    _add_to_server(driver, table, names, rows)


def _add_to_server(driver: Any, table: str, names: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with driver.cursor() as cursor:
        if len(rows) < FEW:
            marks = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows)
            return
        place = quoted(f"bulk_{table}")
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS {place} (LIKE {quoted(table)}) ON COMMIT DROP")
        cursor.execute(f"TRUNCATE {place}")
        with cursor.copy(f"COPY {place} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"INSERT INTO {quoted(table)} ({names}) SELECT {names} FROM {place} ON CONFLICT DO NOTHING")
