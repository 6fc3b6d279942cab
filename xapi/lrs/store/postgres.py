"""Sessions of a PostgreSQL schema: a connection for each reading thread, one for the writer of this process.

The writer holds the schema's advisory lock, as every write transaction does, so `seq` and `stored` rise in the order of
the commits and no two writers can deadlock over rows that they share. Rows go in by COPY.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, LiteralString, cast

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from xapi.database import database_error, lock_number, quoted
from xapi.lrs.store.session import Row, Session, Shape

_IDLE = 5.0  # seconds after which a connection is tried before it is used
_FEW = 4  # rows that one INSERT takes in less time than COPY's conversation


class PostgresSession:
    """A session over one connection."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """As in `Session`."""
        return self._cursor.execute(_marked(sql), values, binary=True).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """As in `Session`."""
        return self._cursor.execute(_marked(sql), values, binary=True).fetchone()

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """As in `Session`."""
        self._cursor.execute(_marked(sql), values)

    def insert(self, shape: Shape, rows: Sequence[Row]) -> None:
        """As in `Session`."""
        if len(rows) <= _FEW:
            for row in rows:
                self._cursor.execute(_insert_sql(shape), row)
            return
        with self._cursor.copy(_copy_sql(shape)) as copy:
            copy.set_types(shape.types)
            for row in rows:
                copy.write_row(row)

    def any_of(self, column: str, values: Sequence[object]) -> tuple[str, tuple[object, ...]]:
        """As in `Session`; one parameter, so that the query stays the same whatever the number of values."""
        return f"{column} = ANY(?b)", (list(values),)  # b: sent in binary, without quoting bytes

    @contextmanager
    def keep(self) -> Iterator[None]:
        """As in `Session`."""
        self._cursor.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK TO SAVEPOINT part")
            raise
        finally:
            self._cursor.execute("RELEASE SAVEPOINT part")


class PostgresSessions:
    """The sessions of the schema that `engine` opens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._of_thread = threading.local()
        self._writer = _Held(self._connect)
        options = engine.get_execution_options()
        self._place = _literal(
            f"SET search_path TO {quoted(options['jampel_schema'])};"
            f" SET synchronous_commit TO {'on' if options['jampel_durability'] == 'FULL' else 'off'}"
        )
        number = lock_number(options["jampel_schema"])
        self._begin = _literal(f"BEGIN; SELECT pg_advisory_xact_lock({number})")
        self._nobody = (
            f"SELECT CASE WHEN pg_try_advisory_lock_shared({number})"
            f" THEN pg_advisory_unlock_shared({number}) ELSE FALSE END"
        )

    @contextmanager
    def peek(self) -> Iterator[Session]:
        """As in `Sessions`."""
        with _explained():
            yield PostgresSession(self._reader())

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As in `Sessions`."""
        with _explained():
            connection = self._reader()
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield PostgresSession(connection)
            finally:
                _end(connection, "COMMIT")

    @contextmanager
    def write(self, *, wait: bool = True) -> Iterator[Session]:
        """As in `Sessions`; only one thread of the process may be in it, and it always waits."""
        with _explained():
            connection = self._writer.get()
            connection.execute(self._begin)
            try:
                yield PostgresSession(connection)
                connection.execute("COMMIT")
            except BaseException:
                _end(connection, "ROLLBACK")
                raise

    def nobody_writes(self) -> bool:
        """As in `Sessions`: whether the lock of writers is free."""
        with self.peek() as session:
            row = session.one(self._nobody)
        return bool(row and row[0])

    def _reader(self) -> psycopg.Connection[Row]:
        held: _Held | None = getattr(self._of_thread, "held", None)
        if held is None:
            held = self._of_thread.held = _Held(self._connect)
        return held.get()

    def _connect(self) -> psycopg.Connection[Row]:
        pooled = self._engine.raw_connection()
        connection = cast(Any, pooled.driver_connection)
        pooled.detach()  # the pool's limit is not for these, and they are closed with the thread or the store
        connection.autocommit = True  # transactions begin where this module says so
        connection.execute(self._place)
        return cast("psycopg.Connection[Row]", connection)


class _Held:
    """A connection that is kept; one that the server has ended while nobody used it is made anew."""

    def __init__(self, connect: Callable[[], psycopg.Connection[Row]]) -> None:
        self._connect = connect
        self._connection: psycopg.Connection[Row] | None = None
        self._used = 0.0

    def get(self) -> psycopg.Connection[Row]:
        """The connection, ready for a transaction."""
        now = time.monotonic()
        if self._connection is not None and now - self._used > _IDLE:
            with suppress(psycopg.Error):  # a broken one is closed by this
                self._connection.execute("SELECT 1")
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
        self._used = now
        return self._connection


@contextmanager
def _explained() -> Iterator[None]:
    """Turns what the driver raises into a DatabaseError without values of rows."""
    try:
        yield
    except (psycopg.Error, DBAPIError) as cause:
        raise database_error(cause) from cause


def _end(connection: psycopg.Connection[Row], how: LiteralString) -> None:
    """Ends the transaction; a connection that cannot is closed, so that the next use makes a new one."""
    try:
        connection.execute(how)
    except psycopg.Error:
        connection.close()


def _literal(sql: str) -> LiteralString:
    """`sql`, all of which this package has written: psycopg wants it said."""
    return cast(Any, sql)


@lru_cache(maxsize=512)
def _marked(sql: str) -> LiteralString:
    return _literal(sql.replace("?b", "%b").replace("?", "%s"))


@lru_cache(maxsize=64)
def _insert_sql(shape: Shape) -> LiteralString:
    marks = ",".join(["%s"] * len(shape.columns))
    return _literal(f"INSERT INTO {shape.table} ({', '.join(shape.columns)}) VALUES ({marks})")


@lru_cache(maxsize=64)
def _copy_sql(shape: Shape) -> LiteralString:
    return _literal(f"COPY {shape.table} ({', '.join(shape.columns)}) FROM STDIN (FORMAT BINARY)")
