"""The contents of attachments in SQLite, each once for an institution however many statements have it (Data 2.4.11)."""

from collections.abc import Collection, Mapping
from sqlite3 import Connection

from xapi.lrs.store.terms import chunks, marks

_AT_ONCE = 500


def add_contents(database: Connection, number: int, contents: Mapping[str, bytes]) -> None:
    """Keeps `contents`, by their SHA-2 in hex, lower case; inside a write transaction."""
    rows = [(number, sha2, contents[sha2]) for sha2 in sorted(contents)]
    database.executemany("INSERT OR IGNORE INTO attachment (institution, sha2, content) VALUES (?, ?, ?)", rows)


def content_sizes(database: Connection, number: int, sha2s: Collection[str]) -> dict[str, int]:
    """The bytes of those contents that are kept."""
    return _select(database, number, "length(content)", sha2s)


def find_contents(database: Connection, number: int, sha2s: Collection[str]) -> dict[str, bytes]:
    """Those contents that are kept."""
    return _select(database, number, "content", sha2s)


def _select(database: Connection, number: int, column: str, sha2s: Collection[str]) -> dict:
    found: dict = {}
    for some in chunks(sha2s, _AT_ONCE):
        sql = f"SELECT sha2, {column} FROM attachment WHERE institution = ? AND sha2 IN ({marks(len(some))})"
        found.update(database.execute(sql, (number, *some)).fetchall())
    return found
