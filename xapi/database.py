"""Opens and migrates the databases: SQLite files or PostgreSQL schemas, one write transaction of a store at a time.

Stores are written for one writer and many readers. On SQLite BEGIN IMMEDIATE sees to that; on PostgreSQL a write
transaction first takes the advisory lock of its schema, so what holds on one holds on the other, and no two writers can
wait for each other in a circle.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from xapi.errors import DatabaseError

Durability = Literal["FULL", "NORMAL"]
BUSY_MILLISECONDS = 30_000
DRIVER_ERRORS = (DBAPIError, sqlite3.Error)
"""What a database in use can fail with: a full disk, a lock that does not open, a damaged file."""
_SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


def is_server(where: Path | str) -> bool:
    """Whether `where` is the URL of a PostgreSQL database, and not the path of a file."""
    return isinstance(where, str) and where.startswith(_SERVERS)


def open_database(where: Path | str, *, durability: Durability = "FULL", schema: str = "public") -> Engine:
    """An engine for the SQLite file at the path `where` (made when missing), or for the PostgreSQL database at a URL.

    `durability` FULL keeps every commit through a power cut, NORMAL through a process kill (SQLite's `synchronous`,
    PostgreSQL's `synchronous_commit`). `schema` is where the tables are on PostgreSQL; a file needs none. A new file is
    its owner's alone, whatever the folder allows. Raises DatabaseError when the URL is malformed or its driver missing;
    a database that cannot be reached is told at its first use. `:memory:` is refused: stores must survive.
    """
    return _open_server(str(where), durability, schema) if is_server(where) else _open_file(where, durability)


def _open_file(path: Path | str, durability: Durability) -> Engine:
    with suppress(OSError):  # what is wrong with the path is said when it is first used
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:
        connection.isolation_level = None  # this module begins transactions itself, see _begin
        for pragma in (
            f"busy_timeout = {BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            f"synchronous = {durability}",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN")

    return engine


def _open_server(url: str, durability: Durability, schema: str) -> Engine:
    if find_spec("psycopg") is None:
        raise DatabaseError("database.no_driver", "psycopg is not installed")
    options = {
        "search_path": schema,
        "synchronous_commit": "on" if durability == "FULL" else "off",
        "lock_timeout": BUSY_MILLISECONDS,
        "timezone": "UTC",
    }
    settings = " ".join(f"-c {name}={value}" for name, value in options.items())
    try:
        place = make_url(url).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError) as cause:
        raise DatabaseError("database.bad_url", "not a database URL") from cause  # the URL may hold a password
    engine = create_engine(place, connect_args={"options": settings}, pool_pre_ping=True)
    lock = f"BEGIN; SELECT pg_advisory_xact_lock({lock_number(schema)})"

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:
        connection.autocommit = True  # this module begins transactions itself, see _begin

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(lock if _writes(connection) else _SNAPSHOT)

    return engine.execution_options(jampel_schema=schema)


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("jampel_writes", False))


def lock_number(schema: str) -> int:
    """The number of the advisory lock that writers of `schema` take, 64 bits with sign."""
    return int.from_bytes(hashlib.sha256(f"jampel {schema}".encode()).digest()[:8], "big", signed=True)


def database_error(cause: Exception) -> DatabaseError:
    """One of DRIVER_ERRORS as an error that explains itself; never with values of a row, which may be personal."""
    reason = _reason(cause)
    return DatabaseError("database.failed", reason, reason=reason)


def _reason(cause: Exception) -> str:
    origin = getattr(cause, "orig", cause)
    diagnosis = getattr(origin, "diag", None)  # psycopg: the message without the detail, which quotes values
    return str(getattr(diagnosis, "message_primary", None) or (type(origin).__name__ if diagnosis else origin))


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end of the block, rolled back on any error.

    It is alone among the writers of its file or schema from the beginning, so a later statement cannot fail half way
    with "database is locked", and what it has read stays true until it commits.
    """
    with engine.connect().execution_options(jampel_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot to read from."""
    with engine.connect() as connection, connection.begin():
        yield connection


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT into `table` that has `on_conflict_do_nothing` and `on_conflict_do_update`, for either database."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def migrate(engine: Engine, store: str) -> None:
    """Brings the tables of `store` (a package with a folder `migrations/versions`) to the newest version.

    Each store has its own version table, so several stores can share one database. Raises DatabaseError when a
    migration fails; the database is then as it was before.
    """
    with resources.as_file(resources.files(store) / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        script = ScriptDirectory.from_config(config)

        def upgrade(revision, _context):
            return script._upgrade_revs("heads", revision)  # the documented way to run without env.py

        try:
            with writing(engine) as connection, EnvironmentContext(config, script, fn=upgrade) as context:
                _make_schema(connection)
                context.configure(connection=connection, version_table=f"version_{store.replace('.', '_')}")
                context.run_migrations()
        except DBAPIError as cause:
            raise DatabaseError("database.migration_failed", _reason(cause), store=store) from cause


def _make_schema(connection: Connection) -> None:
    schema = connection.get_execution_options().get("jampel_schema")
    if schema is not None:
        connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
