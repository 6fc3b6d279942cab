"""Documents in SQLite: states, agent profiles and activity profiles (xAPI 1.0.3 Communication 2.2)."""

from collections.abc import Callable
from typing import Literal

import msgspec
from sqlalchemy import Engine

from xapi.database import reading, writing

Kind = Literal["state", "agent", "activity"]


class DocumentKey(msgspec.Struct, frozen=True):
    """Which document: a state, or the profile of an agent or an activity.

    `agent` is the agent's identifier text. A text is empty when this kind of document has no such thing, and
    `registration` also when the state has none. None as `registration` means any, as `document_id` all of them.
    """

    kind: Kind
    activity: str = ""
    agent: str = ""
    registration: str | None = ""
    document_id: str | None = None


class Document(msgspec.Struct, frozen=True):
    """A document as sent; `updated` in microseconds since 1970, `etag` the SHA-1 of the content in hex."""

    content: bytes
    content_type: str
    etag: str
    updated: int


_KEY = "institution = ? AND kind = ? AND activity = ? AND agent = ? AND registration = ? AND id = ?"
_GET = f"SELECT content, content_type, etag, updated FROM document WHERE {_KEY}"
_PUT = (
    "INSERT OR REPLACE INTO document"
    " (institution, kind, activity, agent, registration, id, content, content_type, etag, updated)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class DocumentStore:
    """The documents of all institutions; migrate first with `migrate(engine, "xapi.lrs")`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, institution: str, key: DocumentKey) -> Document | None:
        """The document, or None."""
        with reading(self._engine) as connection:
            row = connection.exec_driver_sql(_GET, _values(institution, key)).fetchone()
            return Document(*row) if row else None

    def change(self, institution: str, key: DocumentKey, decide: Callable[[Document | None], Document | None]) -> None:
        """Replaces the document by what `decide` makes of it, or deletes it when that is None, in one transaction.

        An error that `decide` raises leaves the document as it was, so preconditions belong there.
        """
        with writing(self._engine) as connection:
            row = connection.exec_driver_sql(_GET, _values(institution, key)).fetchone()
            new = decide(Document(*row) if row else None)
            if new is None:
                connection.exec_driver_sql(f"DELETE FROM document WHERE {_KEY}", _values(institution, key))
                return
            values = (*_values(institution, key), new.content, new.content_type, new.etag, new.updated)
            connection.exec_driver_sql(_PUT, values)

    def ids(self, institution: str, key: DocumentKey, *, since: int | None) -> list[tuple[str, int]]:
        """The ids and times of change of the documents of `key`, whatever its own id, changed after `since`."""
        where, values = _scope(institution, key)
        if since is not None:
            where, values = f"{where} AND updated > ?", (*values, since)
        sql = f"SELECT id, max(updated) FROM document WHERE {where} GROUP BY id ORDER BY id"
        with reading(self._engine) as connection:
            return [(row[0], row[1]) for row in connection.exec_driver_sql(sql, values)]

    def clear(self, institution: str, key: DocumentKey) -> None:
        """Deletes all documents that `ids` would list."""
        where, values = _scope(institution, key)
        with writing(self._engine) as connection:
            connection.exec_driver_sql(f"DELETE FROM document WHERE {where}", values)


def _values(institution: str, key: DocumentKey) -> tuple[str, ...]:
    return (institution, key.kind, key.activity, key.agent, key.registration or "", key.document_id or "")


def _scope(institution: str, key: DocumentKey) -> tuple[str, tuple]:
    where = "institution = ? AND kind = ? AND activity = ? AND agent = ?"
    values = (institution, key.kind, key.activity, key.agent)
    if key.registration is None:
        return where, values
    return f"{where} AND registration = ?", (*values, key.registration)
