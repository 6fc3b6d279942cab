"""Says whether a database file may be replaced: it is not there, or there is nothing in it."""

from pathlib import Path

from lti_tool.backup.store.tables import is_empty
from lti_tool.databases import Database
from xapi.database import DRIVER_ERRORS, open_database, reading


def is_vacant(path: Path, database: Database) -> bool:
    """Whether the SQLite file at `path` is missing, or has no row; what cannot be read is somebody's."""
    if not path.exists():
        return True
    engine = open_database(path)
    try:
        with reading(engine) as connection:
            return is_empty(connection, database, None)
    except DRIVER_ERRORS:
        return False
    finally:
        engine.dispose()
