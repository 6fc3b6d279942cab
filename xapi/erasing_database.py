"""A write transaction after which what it deleted can no longer be read from the file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Connection, Engine

from xapi.database import writing


@contextmanager
def erasing(engine: Engine) -> Iterator[Connection]:
    """As `writing`; SQLite fills what is deleted with zeros, and moves its log into the file afterwards.

    The log is moved as far as nobody reads what is in it; a reader that holds on to it leaves the rest for later.
    PostgreSQL keeps old rows on its disk until its next VACUUM, and in its own write-ahead log and archives.
    """
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with writing(engine) as connection:
        database = cast(sqlite3.Connection, connection.connection.driver_connection)
        (usual,) = database.execute("PRAGMA secure_delete").fetchone()
        database.execute("PRAGMA secure_delete = ON")
        try:
            yield connection
        finally:
            database.execute(f"PRAGMA secure_delete = {usual}")
    with engine.connect() as connection:
        database = cast(sqlite3.Connection, connection.connection.driver_connection)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
