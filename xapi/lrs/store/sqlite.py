"""Sessions of a SQLite file: a connection for each reading thread, one for the writer of this process.

Without statistics SQLite takes any equality over a range, also that of the institution, which most rows share: so the
SQL of this package says `+institution = ?` wherever another index is meant.

Rows go in by multi-row VALUES of a few fixed sizes: the driver gives up the interpreter lock at every statement it
runs, so one statement for 100 rows keeps its pace beside busy threads where 100 statements do not.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache, partial
from itertools import chain, repeat
from types import TracebackType

from sqlalchemy import Engine

from xapi.database import database_error, when_free
from xapi.lrs.fiber import Fiber, TookTooLong, reads_long, this_fiber
from xapi.lrs.store.group import Busy
from xapi.lrs.store.log_keeper import LONGEST, LogKeeper
from xapi.lrs.store.session import Row, Session, Shape

_SIZES = (500, 100, 20, 5, 2, 1)
_STEPS = 20_000  # of SQLite's machine between two looks at the clock, about a millisecond
_WRITER_CACHE = 32 * 1024  # KiB
_READER_CACHE = 4 * 1024
_LONG_READER_CACHE = 16 * 1024


class SqliteSession:
    """A session over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """As in `Session`."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """As in `Session`."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """As in `Session`."""
        self._connection.execute(sql, values)

    def insert(self, shape: Shape, rows: Sequence[Row]) -> None:
        """As in `Session`."""
        start = 0
        for size in _SIZES:
            sql = _insert_sql(shape, size)
            while len(rows) - start >= size:
                self._connection.execute(sql, tuple(chain.from_iterable(rows[start : start + size])))
                start += size

    def any_of(self, column: str, values: Sequence[object]) -> tuple[str, tuple[object, ...]]:
        """As in `Session`; the last value stands several times, so that there are few different texts to prepare."""
        size = 1 << (len(values) - 1).bit_length() if values else 0
        return _in_sql(column, size), (*values, *chain(*repeat(values[-1:], size - len(values))))

    @contextmanager
    def bounded(self, fiber: Fiber | None) -> Iterator[None]:
        """The block gives up with TookTooLong when its queries take longer than `fiber` may."""
        if fiber is None:
            yield
            return
        last = fiber.last
        self._connection.set_progress_handler(lambda: time.monotonic() > last, _STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise TookTooLong from error
            raise
        finally:
            self._connection.set_progress_handler(None, 0)

    @contextmanager
    def keep(self) -> Iterator[None]:
        """As in `Session`."""
        self._connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO part")
            raise
        finally:
            self._connection.execute("RELEASE part")


class SqliteSessions:
    """The sessions of the file that `engine` opens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._of_thread = threading.local()
        self._writer: sqlite3.Connection | None = None
        self._mark = f"{engine.url.database}-writing"
        self._log = LogKeeper(partial(self._connect, _READER_CACHE))

    def peek(self) -> AbstractContextManager[Session]:
        """As in `Sessions`."""
        return _Peek(self._reader)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """As in `Sessions`."""
        with _explained():
            session = self._reader()
            session.run("BEGIN")
            try:
                with session.bounded(this_fiber()):
                    yield session
            finally:
                session.run("COMMIT")

    @contextmanager
    def write(self, *, wait: bool = True) -> Iterator[Session]:
        """As in `Sessions`; only one thread of the process may be in it."""
        with _explained():
            writer = self._writer = self._writer or self._connect_writer()
            self._end_log(writer, wait=wait)
            _begin(writer, wait=wait)
            try:
                with self._marked():
                    yield SqliteSession(writer)
                    writer.execute("COMMIT")
                self._log.committed(writer)
            except BaseException:
                if writer.in_transaction:  # a failed COMMIT may have rolled back already
                    writer.execute("ROLLBACK")
                raise

    def _end_log(self, writer: sqlite3.Connection, *, wait: bool) -> None:
        """Lets the write-ahead log begin anew when it is time; raises Busy rather than keep a loop waiting for it."""
        if self._log.nearly_moved:
            if not wait:
                raise Busy
            self._log.end(writer)

    def nobody_writes(self) -> bool:
        """As in `Sessions`: whether the mark of writers is free, of which the kernel frees those of dead processes."""
        mark = self._mark_of_thread()
        try:
            fcntl.flock(mark, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(mark, fcntl.LOCK_UN)
        return True

    @contextmanager
    def _marked(self) -> Iterator[None]:
        mark = self._mark_of_thread()
        fcntl.flock(mark, fcntl.LOCK_EX)  # readers hold it for a moment; another writer would wait at BEGIN
        try:
            yield
        finally:
            fcntl.flock(mark, fcntl.LOCK_UN)

    def _mark_of_thread(self) -> int:
        found: _Descriptor | None = getattr(self._of_thread, "mark", None)
        if found is None:
            found = self._of_thread.mark = _Descriptor(os.open(self._mark, os.O_CREAT | os.O_RDWR, 0o600))
        return found.number

    def _reader(self) -> SqliteSession:
        found: SqliteSession | None = getattr(self._of_thread, "session", None)
        if found is None:
            cache = _LONG_READER_CACHE if reads_long() else _READER_CACHE
            found = self._of_thread.session = SqliteSession(self._connect(cache))
        return found

    def _connect_writer(self) -> sqlite3.Connection:
        writer = self._connect(_WRITER_CACHE)
        writer.execute(f"PRAGMA wal_autocheckpoint = {LONGEST}")
        writer.execute("PRAGMA busy_timeout = 0")  # when_free waits
        return writer

    def _connect(self, cache: int) -> sqlite3.Connection:
        pooled = self._engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()  # the pool's limit is not for these, and they are closed with the thread or the store
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("not a SQLite engine")
        connection.execute(f"PRAGMA cache_size = -{cache}")
        return connection


@contextmanager
def _explained() -> Iterator[None]:
    """Turns what the driver raises into a DatabaseError."""
    try:
        yield
    except sqlite3.Error as cause:
        raise database_error(cause) from cause


class _Peek:
    """`_explained` around a session, without a generator: every request opens several."""

    __slots__ = ("_open",)

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session

    def __enter__(self) -> Session:
        try:
            return self._open()
        except sqlite3.Error as cause:
            raise database_error(cause) from cause

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            raise database_error(error) from error


class _Descriptor:
    """An open file that is closed with its owner."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.close(self.number)


def _begin(connection: sqlite3.Connection, *, wait: bool) -> None:
    begin = partial(connection.execute, "BEGIN IMMEDIATE")
    if wait:
        when_free(begin)
        return
    try:
        begin()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise Busy from error


@lru_cache(maxsize=64)
def _in_sql(column: str, size: int) -> str:
    return f"{column} IN ({','.join('?' * size)})"


@lru_cache(maxsize=64)
def _insert_sql(shape: Shape, size: int) -> str:
    row = f"({','.join('?' * len(shape.columns))})"
    return f"INSERT INTO {shape.table} ({', '.join(shape.columns)}) VALUES {','.join([row] * size)}"
