"""One consistent look at all databases of an installation, while others write."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from lti_tool.backup.store.tables import next_number, tables_in, versions_in
from lti_tool.databases import Database, place_of
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from xapi.database import open_database, reading

BATCH = 1000  # rows


class Snapshot:
    """The databases as they are when the block begins; use as a context manager.

    Databases of one PostgreSQL server are seen at one moment. Files (and a server of the people's own) are seen one
    after the other within moments, in the order of `databases`, which must be that of `lti_tool.databases`.
    """

    def __init__(self, settings: Settings, databases: Sequence[Database]) -> None:
        self._settings = settings
        self._wanted = tuple(databases)
        self._stack = ExitStack()
        self._connections: dict[Path | str, Connection] = {}
        self._tables: dict[Database, list[Table]] = {}
        self.databases: list[Database] = []

    def __enter__(self) -> "Snapshot":
        with ExitStack() as stack:
            for database in self._wanted:
                self._open(database, stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _open(self, database: Database, stack: ExitStack) -> None:
        place = place_of(database, self._settings)
        if isinstance(place, Path) and not place.is_file():
            if not database.lasting:
                return
            raise ToolError("backup.no_database", str(place), name=database.name)
        self.databases.append(database)
        if place not in self._connections:
            engine = open_database(place, schema=database.schema)
            stack.callback(engine.dispose)
            self._connections[place] = connection = stack.enter_context(reading(engine))
            connection.execute(text(_FIRST_LOOK[connection.dialect.name]))

    def _at(self, database: Database) -> tuple[Connection, str | None]:
        place = place_of(database, self._settings)
        return self._connections[place], database.schema if isinstance(place, str) else None

    def versions(self, database: Database) -> dict[str, str]:
        """How far the tables of each store are."""
        connection, schema = self._at(database)
        return versions_in(connection, database, schema)

    def tables(self, database: Database) -> list[Table]:
        """The tables, each after those that it refers to."""
        if database not in self._tables:
            connection, schema = self._at(database)
            self._tables[database] = tables_in(connection, database, schema)
        return self._tables[database]

    def count(self, database: Database, table: Table) -> int:
        """The number of rows."""
        return int(self._at(database)[0].execute(select(func.count()).select_from(table)).scalar_one())

    def next_number(self, database: Database, table: Table) -> int:
        """The number that the next row gets, when the key counts up by itself; else 0."""
        return next_number(self._at(database)[0], table)

    def rows(self, database: Database, table: Table) -> Iterator[Sequence[Any]]:
        """All rows in the order of the key, never more than a batch of them in memory."""
        return stream(self._at(database)[0], table)


#: A snapshot begins with the first look at the data, not with BEGIN.
_FIRST_LOOK = {"sqlite": "SELECT count(*) FROM sqlite_master", "postgresql": "SELECT count(*) FROM pg_namespace"}


def stream(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """The rows of `table` in the order of its key, never more than a batch of them in memory."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with connection.execute(query) as result:
        for batch in result.partitions():
            yield from batch
