"""The short way to a database for what every login and launch asks: one connection a thread, no query builder.

The SQL is the same as elsewhere. On SQLite it goes straight to the driver, which takes a third of the time; on any
other database it goes through SQLAlchemy.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, TextClause, text

from xapi.database import reading, when_free, writing
from xapi.flush_database import flush_of

Row = tuple[Any, ...]
Run = Callable[[str, Mapping[str, object]], Row | None]
#: Pages of SQLite's log before it is moved into the file. Logins and launches write the same few pages again and again,
#: and of each only the last state is moved: a longer log spares most of that work. It is 16 MB at most.
_LOG_PAGES = 4000
#: Connections by database and thread: all stores over one database share them, and with them what SQLite remembers.
_threads: WeakKeyDictionary[Engine, threading.local] = WeakKeyDictionary()


class Quick:
    """Runs single statements with named parameters against `engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._direct = engine.dialect.name == "sqlite"
        self._of_thread = _threads.setdefault(engine, threading.local())
        self._flush = flush_of(engine) if self._direct else None

    def first(self, query: str, values: Mapping[str, object]) -> Row | None:
        """The first row of `query`, or None; one SELECT is a consistent snapshot by itself."""
        if self._direct:
            return _alone(self._connection(), query, values)
        with reading(self._engine) as connection:
            found = connection.execute(_text(query), dict(values)).first()
        return tuple(found) if found else None

    def change(self, query: str, values: Mapping[str, object], *, durable: bool = True) -> Row | None:
        """Runs one statement that writes, as a transaction of its own, and returns its first row; see `writing`."""
        if self._direct:
            row = _alone(self._connection(), query, values)
            if durable and self._flush is not None:
                self._flush.wait()
            return row
        with self.writing(durable=durable) as run:
            return run(query, values)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Run]:
        """One write transaction; gives a function that runs a statement and returns its first row.

        `durable` False leaves out the wait for the disk: a power cut may then cost this transaction, though never the
        database. It is for what is worth nothing after a power cut.
        """
        if not self._direct:
            with writing(self._engine) as connection:
                if not durable:
                    connection.execute(text("SET LOCAL synchronous_commit TO off"))
                yield lambda query, values: _first(connection.execute(_text(query), dict(values)))
            return
        database = self._connection()
        when_free(partial(database.execute, "BEGIN IMMEDIATE"))
        try:
            yield lambda query, values: database.execute(query, values).fetchone()
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:  # a failed COMMIT may have rolled back already
                database.execute("ROLLBACK")
            raise
        if durable and self._flush is not None:
            self._flush.wait()

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if found is None:
            pooled = self._engine.raw_connection()
            found = cast(sqlite3.Connection, pooled.driver_connection)
            pooled.detach()  # it stays with this thread and is closed with it
            found.execute("PRAGMA busy_timeout = 0")  # `when_free` waits, and better
            found.execute("PRAGMA synchronous = NORMAL")  # a commit that must be on the disk waits after it
            found.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
            self._of_thread.connection = found  # alone: what the pool knows of it would keep the engine alive
        return found


def _alone(database: sqlite3.Connection, query: str, values: Mapping[str, object]) -> Row | None:
    """The first row of a statement that is a transaction of its own; all rows are taken, for it commits after them."""
    rows: list[Row] = []
    try:
        rows = database.execute(query, values).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        when_free(lambda: rows.extend(database.execute(query, values).fetchall()))
    return rows[0] if rows else None


@lru_cache(maxsize=256)
def _text(query: str) -> TextClause:
    return text(query)


def _first(result: Any) -> Row | None:
    row = result.first() if result.returns_rows else None
    return tuple(row) if row else None
