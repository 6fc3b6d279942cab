"""Makes the tables of a new database by repeating the SQL that the migrations ran on the first one: for tests.

Tests make thousands of databases, and working the same SQL out again took half of their time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

import xapi.database
from tools import parked_schemas

Statement = tuple[str, Any]


class RecordedMigrations:
    """Stands for `xapi.database.upgrade`: the first time it runs that and listens, from then on it repeats."""

    def __init__(self) -> None:
        self._upgrade = xapi.database.upgrade
        self._known: dict[tuple[str, str], list[Statement]] = {}

    def __call__(self, connection: Connection, store: str, version: str = "heads") -> None:
        """Brings the tables of `store` to `version`; repeats only where there are none at all yet."""
        table = xapi.database.version_table(store)
        if version != "heads" or connection.dialect.has_table(connection, table):
            self._upgrade(connection, store, version)
            return
        if connection.dialect.name == "postgresql":
            self._on_server(connection, store)
        else:
            self._make(connection, store)

    def _on_server(self, connection: Connection, store: str) -> None:
        """Takes tables that another test has left, or makes new ones that may be left to others."""
        before = parked_schemas.held(connection)
        if before is None:
            self._make(connection, store)
            return
        stores = f"{before} {store}".strip()
        if not parked_schemas.take_back(connection, before, stores):
            self._make(connection, store)
            parked_schemas.label(connection, stores)

    def _make(self, connection: Connection, store: str) -> None:
        key = (store, connection.dialect.name)
        if key in self._known:
            for statement, parameters in self._known[key]:
                connection.exec_driver_sql(statement, parameters)
            return
        with _listening(connection) as said:
            self._upgrade(connection, store)
        self._known[key] = _together(said) if connection.dialect.name == "postgresql" else said


@contextmanager
def _listening(connection: Connection) -> Iterator[list[Statement]]:
    """What is said to the database of `connection` within the block, beside questions."""
    said: list[Statement] = []

    def hear(_connection, _cursor, statement, parameters, _context, _many) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            said.append((statement, parameters or None))

    event.listen(connection, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(connection, "before_cursor_execute", hear)


def _together(said: list[Statement]) -> list[Statement]:
    """Statements without parameters in one message each run of them: to a server every message is a wait."""
    found: list[Statement] = []
    for statement, parameters in said:
        if found and parameters is None and found[-1][1] is None:
            found[-1] = (f"{found[-1][0]};\n{statement}", None)
        else:
            found.append((statement, parameters))
    return found
