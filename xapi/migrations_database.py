"""Runs the migrations of a store, inside a transaction that is open already.

A module of its own because of Alembic, which takes longer to load than most commands have to do.
"""

from importlib import resources
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from xapi.database import quoted
from xapi.errors import DatabaseError

#: Columns with text that sort by the rules of a language: the server's locale would decide what comes first.
_BY_LOCALE = text("""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attcollation = (SELECT oid FROM pg_collation WHERE collname = 'default')
ORDER BY c.relname, a.attnum""")


def run_migrations(connection: Connection, store: str, version: str, table: str) -> None:
    """Brings the tables of `store` to `version`; `table` is where the version that they have is kept.

    Raises DatabaseError `database.newer` when this release does not know one of the two.
    """
    with resources.as_file(resources.files(store) / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.set_main_option("path_separator", "os")
        script = ScriptDirectory.from_config(config)

        def steps(revision: Any, _context: object) -> Any:
            return script._upgrade_revs(version, revision)  # the documented way to run without env.py

        try:
            with EnvironmentContext(config, script, fn=steps) as context:
                context.configure(connection=connection, version_table=table)
                context.run_migrations()
        except CommandError as cause:
            raise DatabaseError("database.newer", f"{store} does not know {version}", store=store) from cause
    if connection.dialect.name == "postgresql":
        _sort_by_bytes(connection)


def _sort_by_bytes(connection: Connection) -> None:
    """Makes text sort as on SQLite whatever the locale of the server: which of two credits counts depends on it."""
    found: dict[str, list[str]] = {}
    for table, column, kind in connection.execute(_BY_LOCALE):
        found.setdefault(table, []).append(f'ALTER COLUMN {quoted(column)} TYPE {kind} COLLATE "C"')
    for table, changes in found.items():
        connection.exec_driver_sql(f"ALTER TABLE {quoted(table)} {', '.join(changes)}")
