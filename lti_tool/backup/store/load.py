"""Fills fresh databases with rows and checks what is then in them, before anything of it can be seen or used.

A PostgreSQL database is filled in one transaction that is committed at the very end. Files are filled in a folder
aside, which the caller puts in place at the end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, text

from lti_tool.backup.rows import Columns, Row, RowFormat, Tally
from lti_tool.backup.store.snapshot import stream
from lti_tool.backup.store.tables import (
    columns_of,
    counting_column,
    has_remembered,
    is_empty,
    sequence_of,
    tables_in,
    versions_in,
)
from lti_tool.databases import Database
from lti_tool.errors import ToolError
from xapi.database import DRIVER_ERRORS, lock_number, open_database, quoted, reading, upgrade, writing

BATCH = 5000  # rows


class Loader:
    """New tables at `places` (a file aside, or the URL of a server) for each database. Use as a context manager;
    nothing lasts on a server without `commit`."""

    def __init__(self, places: Mapping[Database, Path | str]) -> None:
        self._places = dict(places)
        self._stack = ExitStack()
        self._engines: dict[Path | str, Engine] = {}
        self._servers: dict[str, Connection] = {}
        self._tables: dict[Database, dict[str, Table]] = {}

    def __enter__(self) -> "Loader":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def prepare(self, database: Database, versions: Mapping[str, str]) -> list[str]:
        """Makes the tables of `database` as they were in `versions`; returns their names, each after those that it
        refers to. Raises DatabaseError `database.newer` for a version of a later release, ToolError when the place
        has rows already."""
        if set(versions) != set(database.stores):
            raise ToolError("backup.broken", "unknown stores", part=database.name)
        with self._writing(database) as connection:
            self._make_room(connection, database)
            for store, version in versions.items():
                upgrade(connection, store, version)
            tables = tables_in(connection, database, self._schema(database))
            for table in tables:
                connection.execute(table.delete())  # what the migrations put into new tables comes with the rows
        self._tables[database] = {str(table.name): table for table in tables}
        return list(self._tables[database])

    def columns(self, database: Database, table: str) -> Columns:
        """The columns of a new table."""
        return columns_of(self._tables[database][table])

    def fill(self, database: Database, table: str, rows: Iterable[Row], *, following: int) -> None:
        """Puts `rows` into a new table; the next row that it numbers itself gets the number `following` at least."""
        known, remaining = self._tables[database][table], iter(rows)
        while batch := list(islice(remaining, BATCH)):
            with self._writing(database) as connection:
                try:
                    _insert(connection, known, batch)
                except DRIVER_ERRORS as cause:
                    raise ToolError("backup.not_stored", type(cause).__name__, table=table) from cause
        if following > 1:
            with self._writing(database) as connection:
                _set_next(connection, known, following)

    def change(self, database: Database) -> AbstractContextManager[Connection]:
        """A write transaction on the new tables of `database`."""
        return self._writing(database)

    def tally(self, database: Database, table: str, tick: Callable[[int], None]) -> Tally:
        """Counts and adds up what is in the new table, read back from it; `tick` hears of every row."""
        known, found = self._tables[database][table], Tally()
        encode = RowFormat(columns_of(known)).encode
        with self._reading(database) as connection:
            for row in stream(connection, known):
                found.add(encode(row))
                tick(1)
        return found

    def finish(self, database: Database) -> None:
        """Checks the new tables as a whole and brings them to this release's version."""
        if isinstance(self._places[database], Path):
            with self._reading(database) as connection:
                _check_file(connection, database)
        with self._writing(database) as connection:
            for store in database.stores:
                upgrade(connection, store)
            versions_in(connection, database, self._schema(database))

    def close_files(self) -> None:
        """Closes the files, so that each is whole by itself and can be moved."""
        for place, engine in self._engines.items():
            if isinstance(place, Path):
                engine.dispose()

    def commit(self) -> None:
        """Makes the new tables on servers last."""
        for connection in self._servers.values():
            connection.commit()

    def _schema(self, database: Database) -> str | None:
        return database.schema if isinstance(self._places[database], str) else None

    def _make_room(self, connection: Connection, database: Database) -> None:
        if not is_empty(connection, database, self._schema(database)):
            raise ToolError("backup.not_empty", database.name, name=database.name)
        if isinstance(self._places[database], str):
            schema = quoted(database.schema)
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")

    def _writing(self, database: Database) -> AbstractContextManager[Connection]:
        place = self._places[database]
        return self._on_server(place, database) if isinstance(place, str) else writing(self._engine(place, database))

    def _reading(self, database: Database) -> AbstractContextManager[Connection]:
        place = self._places[database]
        return self._on_server(place, database) if isinstance(place, str) else reading(self._engine(place, database))

    def _engine(self, place: Path | str, database: Database) -> Engine:
        if place not in self._engines:
            self._engines[place] = open_database(place, schema=database.schema)
            self._stack.callback(self._engines[place].dispose)
        return self._engines[place]

    def _on_server(self, url: str, database: Database) -> AbstractContextManager[Connection]:
        """The one transaction at `url`, looking at the schema of `database` and alone among its writers."""
        if url not in self._servers:
            connection = self._engine(url, database).connect().execution_options(jampel_writes=True)
            self._servers[url] = self._stack.enter_context(connection)
        connection = self._servers[url]
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": lock_number(database.schema)})
        connection.exec_driver_sql(f"SET LOCAL search_path TO {quoted(database.schema)}")
        return nullcontext(connection)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    names = [column.name for column in table.columns]
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, rows)
    else:
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _copy(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """PostgreSQL's way for many rows, several times faster than INSERT."""
    import psycopg

    place = f"{quoted(table.schema or 'public')}.{quoted(table.name)}"
    columns = ", ".join(quoted(name) for name in names)
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {place} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as cause:
        raise ToolError("backup.not_stored", type(cause).__name__, table=table.name) from cause


def _set_next(connection: Connection, table: Table, number: int) -> None:
    key = counting_column(table)
    if connection.dialect.name == "postgresql":
        sequence = sequence_of(connection, table, key) if key else None
        if sequence is not None:
            connection.execute(text("SELECT setval(:name, :number, false)"), {"name": sequence, "number": number})
    elif key is not None and has_remembered(connection):
        values = {"name": table.name, "seq": number - 1}
        changed = connection.execute(text("UPDATE sqlite_sequence SET seq = :seq WHERE name = :name"), values).rowcount
        if not changed and "AUTOINCREMENT" in _made_by(connection, table):
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), values)


def _made_by(connection: Connection, table: Table) -> str:
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return str(connection.execute(query, {"name": table.name}).scalar())


def _check_file(connection: Connection, database: Database) -> None:
    """SQLite's own checks: the file's structure, and that every reference leads somewhere."""
    problems = [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    problems += [row[0] for row in connection.execute(text("PRAGMA foreign_key_check"))]
    if problems:
        raise ToolError("backup.damaged", str(problems[0]), name=database.name)
