"""Opens and migrates the databases: SQLite files or PostgreSQL schemas, one write transaction of a store at a time.

Stores are written for one writer and many readers. On SQLite BEGIN IMMEDIATE sees to that; on PostgreSQL a write
transaction first takes the advisory lock of its schema, so what holds on one holds on the other, and no two writers can
wait for each other in a circle. All schemas of one PostgreSQL database share one pool of connections: what differs
between them (where the tables are, how durable a commit is) is said at the beginning of each transaction.
"""

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, cast
from weakref import WeakValueDictionary

from sqlalchemy import Connection, Table, create_engine, event, text
from sqlalchemy import Engine as Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from xapi.alphabet import alphabetical
from xapi.errors import DatabaseError

try:  # an extra: who has files alone needs no driver
    from psycopg import Error as ServerError
    from psycopg import OperationalError as ServerOperationalError
except ImportError:  # pragma: no cover - the tests have it

    class ServerError(Exception):  # type: ignore[no-redef]
        """Is never raised: there is no driver."""

    class ServerOperationalError(ServerError):  # type: ignore[no-redef]
        """Is never raised: there is no driver."""


Durability = Literal["FULL", "NORMAL"]
BUSY_MILLISECONDS = 30_000
_PAUSE = 0.001  # seconds between two tries
DRIVER_ERRORS = (DBAPIError, sqlite3.Error, ServerError)
"""What a database in use can fail with: a full disk, a lock that does not open, a damaged file."""
_SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")
ALPHABETICAL = "jampel_alphabetical"
"""The function of SQLite that `xapi.alphabet_database` calls."""
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
#: How long to wait for a server that does not answer, and how a database's own people see us in their lists.
_CONNECT = {"connect_timeout": "10", "fallback_application_name": "jampel"}
#: Enough for the threads of one process; a server has about a hundred connections for everybody.
_POOL_SIZE, _POOL_OVERFLOW = 5, 15
_servers: WeakValueDictionary[str, Engine] = WeakValueDictionary()


def is_server(where: Path | str) -> bool:
    """Whether `where` is the URL of a PostgreSQL database, and not the path of a file."""
    return isinstance(where, str) and where.startswith(_SERVERS)


def without_password(url: str) -> str:
    """`url` as it may be shown: whatever could be a password is replaced by stars."""
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        return "***"
    hidden = {name: "***" for name in place.query if "pass" in name.lower()}
    return place.update_query_dict(hidden).render_as_string(hide_password=True) if url else ""


def server_version(engine: Engine) -> str:
    """The kind and version of a database, such as `PostgreSQL 15.8`; reaches the database to ask."""
    with reading(engine) as connection:
        if connection.dialect.name == "sqlite":
            return f"SQLite {sqlite3.sqlite_version}"
        return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()}"


def open_database(where: Path | str, *, durability: Durability = "FULL", schema: str = "public") -> Engine:
    """An engine for the SQLite file at the path `where` (made when missing), or for the PostgreSQL database at a URL.

    `durability` FULL keeps every commit through a power cut, NORMAL through a process kill (SQLite's `synchronous`,
    PostgreSQL's `synchronous_commit`). `schema` is where the tables are on PostgreSQL; a file needs none. A new file is
    its owner's alone, whatever the folder allows. Raises DatabaseError when the URL is malformed or its driver missing;
    a database that cannot be reached is told at its first use. `:memory:` is refused: stores must survive.
    """
    if is_server(where):
        return _open_server(str(where), durability, schema)
    if isinstance(where, str) and "://" in where:
        raise DatabaseError("database.bad_url", "neither a file nor PostgreSQL")
    return _open_file(where, durability)


def _open_file(path: Path | str, durability: Durability) -> Engine:
    with suppress(OSError):  # what is wrong with the path is said when it is first used
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # this module begins transactions itself, see _begin
        connection.create_function(ALPHABETICAL, 1, _alphabetical, deterministic=True)
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {durability}",
            "foreign_keys = ON",
        ):
            when_free(partial(connection.execute, f"PRAGMA {pragma}"))

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _writes(connection):
            begin_writing(cast(sqlite3.Connection, connection.connection.driver_connection))
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _alphabetical(text: object) -> object:
    return alphabetical(text) if isinstance(text, str) else text


def begin_writing(connection: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE as soon as no other connection writes."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        when_free(partial(connection.execute, "BEGIN IMMEDIATE"))
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


def when_free(work: Callable[[], object]) -> None:
    """Does `work`, which needs a lock of SQLite, as soon as the lock is free, within BUSY_MILLISECONDS.

    SQLite's own waiting looks only every 100 ms after a while, and starves beside a busy writer; for some locks, as
    that of a file which is made, it does not wait at all.
    """
    last = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            work()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _open_server(url: str, durability: Durability, schema: str) -> Engine:
    server = _servers.get(url)
    if server is None:
        server = _servers[url] = _server(url)
    return server.execution_options(
        jampel_schema=schema, jampel_durability=durability, jampel_begin=_beginnings(schema, durability)
    )


def _server(url: str) -> Engine:
    """The pool of connections to the database at `url`, for all its schemas."""
    if find_spec("psycopg") is None:
        raise DatabaseError("database.no_driver", "psycopg is not installed")
    try:
        place = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as cause:
        raise DatabaseError("database.bad_url", "not a database URL") from cause  # the URL may hold a password
    arguments = {name: value for name, value in _CONNECT.items() if name not in place.query}
    engine = create_engine(
        place,
        connect_args=arguments | {"options": f"-c lock_timeout={BUSY_MILLISECONDS} -c timezone=UTC"},
        pool_pre_ping=True,
        pool_size=_POOL_SIZE,
        max_overflow=_POOL_OVERFLOW,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.autocommit = True  # this module begins transactions itself, see _begin

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = _writes(connection) + (_writes(connection) and not _is_durable(connection))
        connection.exec_driver_sql(connection.get_execution_options()["jampel_begin"][kind])

    return engine


def _beginnings(schema: str, durability: Durability) -> tuple[str, str, str]:
    """How a transaction in `schema` begins: to read, to write, and to write what a power cut may take. Each is one
    message to the server."""
    here = f"SET LOCAL search_path TO {quoted(schema)}"
    kept, lost = (
        f"SET LOCAL synchronous_commit TO {word}" for word in ("on" if durability == "FULL" else "off", "off")
    )
    lock = f"SELECT pg_advisory_xact_lock({lock_number(schema)})"
    return f"{_READ}; {here}", f"BEGIN; {here}; {kept}; {lock}", f"BEGIN; {here}; {lost}; {lock}"


def quoted(name: str) -> str:
    """`name` as an identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("jampel_writes", False))


def _is_durable(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("jampel_durable", True))


def lock_number(schema: str) -> int:
    """The number of the advisory lock that writers of `schema` take, 64 bits with sign."""
    return int.from_bytes(hashlib.sha256(f"jampel {schema}".encode()).digest()[:8], "big", signed=True)


def database_error(cause: Exception) -> DatabaseError:
    """One of DRIVER_ERRORS as an error that explains itself; never with values of a row, which may be personal."""
    reason = _reason(cause)
    if _is_unreachable(cause):
        return DatabaseError("database.unreachable", reason, reason=reason)
    kept = _cannot_keep(cause)
    if kept == "full":
        return DatabaseError("database.full", reason)
    if kept == "read_only":
        return DatabaseError("database.read_only", reason)
    if kept == "disk":
        return DatabaseError("database.disk", reason, reason=reason)
    if type(getattr(cause, "orig", cause)).__name__ == "DataError":  # PostgreSQL keeps no NUL character in a text
        return DatabaseError("database.bad_value", "a value cannot be stored")
    return DatabaseError("database.failed", reason, reason=reason)


def _cannot_keep(cause: Exception) -> str:
    """`full`, `read_only` or `disk` when that is why nothing can be written, on either database; else an empty text.

    A disk that the system has made read-only because of its errors is one of `disk` to SQLite.
    """
    origin = getattr(cause, "orig", cause)
    code, state = getattr(origin, "sqlite_errorcode", 0) & 0xFF, getattr(origin, "sqlstate", "")
    if code == sqlite3.SQLITE_FULL or state == "53100":
        return "full"
    if code == sqlite3.SQLITE_IOERR or state == "58030":
        return "disk"
    return "read_only" if code == sqlite3.SQLITE_READONLY or state == "25006" else ""


def _is_unreachable(cause: Exception) -> bool:
    """Whether a PostgreSQL server does not answer or lets nobody in (class 08, 57P: connection, shutdown)."""
    origin = getattr(cause, "orig", cause)
    if not isinstance(origin, ServerOperationalError):
        return False
    return origin.sqlstate is None or origin.sqlstate.startswith(("08", "57P"))


def _reason(cause: Exception) -> str:
    origin = getattr(cause, "orig", cause)
    diagnosis = getattr(origin, "diag", None)  # psycopg: the message without the detail, which quotes values
    if diagnosis is None:
        return str(origin)
    if diagnosis.message_primary or not _is_unreachable(cause):
        return str(diagnosis.message_primary or type(origin).__name__)
    return " ".join(str(origin).split())[:300]  # of the connection alone: host, port, user, what the server says


@contextmanager
def writing(engine: Engine, *, durable: bool = True) -> Iterator[Connection]:
    """One write transaction: committed at the end of the block, rolled back on any error.

    It is alone among the writers of its file or schema from the beginning, so a later statement cannot fail half way
    with "database is locked", and what it has read stays true until it commits. With `durable` False the commit does
    not wait for the disk: a power cut may take this transaction, the kill of a process does not.
    """
    options = {"jampel_writes": True, "jampel_durable": durable}
    with engine.connect().execution_options(**options) as connection, _waiting(connection, durable), connection.begin():
        yield connection


@contextmanager
def _waiting(connection: Connection, durable: bool) -> Iterator[None]:
    """Whether SQLite's commits within the block wait for the disk."""
    if durable or connection.dialect.name != "sqlite":
        yield
        return
    database = cast(sqlite3.Connection, connection.connection.driver_connection)
    (usual,) = database.execute("PRAGMA synchronous").fetchone()
    database.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        database.execute(f"PRAGMA synchronous = {usual}")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot to read from."""
    with engine.connect() as connection, connection.begin():
        yield connection


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT into `table` that has `on_conflict_do_nothing` and `on_conflict_do_update`, for either database."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite  # only the dialect that is in use is loaded

    return sqlite.insert(table)


def run_many(connection: Connection, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Runs `statement`, with marks as in `:name`, for each of `rows`.

    On SQLite straight to the driver, whose marks are these same names: it spares a fifth of the time of many rows.
    """
    if rows and connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement, [dict(row) for row in rows])
    elif rows:
        connection.execute(text(statement), [dict(row) for row in rows])


def temporary_list(connection: Connection, name: str, values: Sequence[str]) -> None:
    """Makes `name` a temporary table with the different `values` in its column `value`, in a write transaction.

    It takes any number of them, where a database bounds the marks of a statement. PostgreSQL is told how many:
    it would else read the whole of a table to find the rows of a short list.
    """
    connection.exec_driver_sql(f"CREATE TEMP TABLE IF NOT EXISTS {name} (value TEXT NOT NULL PRIMARY KEY)")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"TRUNCATE {name}")
        fill = f"INSERT INTO {name} SELECT DISTINCT unnest(CAST(:listed AS TEXT[]))"
        connection.execute(text(fill), {"listed": list(values)})
        connection.exec_driver_sql(f"ANALYZE {name}")
        return
    connection.exec_driver_sql(f"DELETE FROM {name}")
    run_many(connection, f"INSERT INTO {name} VALUES (:value)", [{"value": one} for one in dict.fromkeys(values)])


def migrate(engine: Engine, store: str) -> None:
    """Brings the tables of `store` (a package with a folder `migrations/versions`) to the newest version.

    Each store has its own version table, so several stores can share one database. Raises DatabaseError when a
    migration fails; the database is then as it was before.
    """
    try:
        with writing(engine) as connection:
            schema = connection.get_execution_options().get("jampel_schema")
            if schema is not None:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
            upgrade(connection, store)
    except DBAPIError as cause:
        if _is_unreachable(cause):
            raise database_error(cause) from cause
        raise DatabaseError("database.migration_failed", _reason(cause), store=store) from cause


def upgrade(connection: Connection, store: str, version: str = "heads") -> None:
    """Brings the tables of `store` to `version` inside the transaction of `connection`, in the schema that it sees.

    Raises DatabaseError `database.newer` when `version`, or the one that the tables have, is of a later release.
    """
    if version == "heads" and _version(connection, store) == newest_version(store):
        return
    from xapi.migrations_database import run_migrations  # with Alembic, which is seldom needed and slow to load

    run_migrations(connection, store, version, version_table(store))


def is_behind(engine: Engine, store: str) -> bool:
    """Whether the tables of `store` are there and of an older release than this one."""
    with reading(engine) as connection:
        found = _version(connection, store)
    return found is not None and found < newest_version(store)


@cache
def newest_version(store: str) -> str:
    """The version that this release brings the tables of `store` to: the file of a migration begins with its own."""
    versions = resources.files(store) / "migrations" / "versions"
    return max(file.name.partition("_")[0] for file in versions.iterdir() if file.name[:1].isdigit())


def _version(connection: Connection, store: str) -> str | None:
    """How far the tables of `store` are, None when they were never made."""
    table = version_table(store)
    if not connection.dialect.has_table(connection, table):
        return None
    found: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar()
    return found


def version_table(store: str) -> str:
    """The table that says how far the tables of `store` are."""
    return f"version_{store.replace('.', '_')}"
