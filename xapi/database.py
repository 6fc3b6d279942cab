"""Opens and migrates the databases: SQLite in WAL mode, one write transaction at a time, migrations per store."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Literal

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from xapi.errors import DatabaseError

Durability = Literal["FULL", "NORMAL"]
BUSY_MILLISECONDS = 30_000
DRIVER_ERRORS = (DBAPIError, sqlite3.Error)
"""What a database in use can fail with: a full disk, a lock that does not open, a damaged file."""


def open_database(path: Path | str, *, durability: Durability = "FULL") -> Engine:
    """An engine for the SQLite file `path` (made when missing; `:memory:` is refused: stores must survive).

    `durability` is SQLite's `synchronous`: FULL keeps every commit through a power cut, NORMAL through a process kill.
    A new file is its owner's alone, whatever the folder allows; SQLite gives the files beside it the same rights.
    """
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
        writing_now = connection.get_execution_options().get("jampel_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing_now else "BEGIN")

    return engine


def database_error(cause: Exception) -> DatabaseError:
    """One of DRIVER_ERRORS as an error that explains itself."""
    reason = str(getattr(cause, "orig", cause))
    return DatabaseError("database.failed", reason, reason=reason)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end of the block, rolled back on any error.

    BEGIN IMMEDIATE takes SQLite's write lock at once, so a later statement cannot fail half way
    with "database is locked".
    """
    with engine.connect().execution_options(jampel_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent snapshot to read from."""
    with engine.connect() as connection, connection.begin():
        yield connection


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
                context.configure(connection=connection, version_table=f"version_{store.replace('.', '_')}")
                context.run_migrations()
        except DBAPIError as cause:
            raise DatabaseError("database.migration_failed", str(cause.orig), store=store) from cause
