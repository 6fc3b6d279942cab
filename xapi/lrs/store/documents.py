"""State documents in SQLite (xAPI 1.0.3 Communication 2.3)."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Engine

from xapi.database import reading, writing


class StateKey(msgspec.Struct, frozen=True):
    """Which state document: `agent` is the agent's identifier text, `registration` is empty when there is none."""

    activity: str
    agent: str
    registration: str
    state_id: str


class Document(msgspec.Struct, frozen=True):
    """A document as sent; `updated` in microseconds since 1970, `etag` the SHA-1 of the content in hex."""

    content: bytes
    content_type: str
    etag: str
    updated: int


_KEY = "institution = ? AND activity = ? AND agent = ? AND registration = ? AND state_id = ?"
_GET = f"SELECT content, content_type, etag, updated FROM state WHERE {_KEY}"
_PUT = (
    "INSERT OR REPLACE INTO state"
    " (institution, activity, agent, registration, state_id, content, content_type, etag, updated)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class StateStore:
    """The state documents of all institutions; migrate first with `migrate(engine, "xapi.lrs")`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, institution: str, key: StateKey) -> Document | None:
        """The document, or None."""
        with reading(self._engine) as connection:
            row = connection.exec_driver_sql(_GET, _values(institution, key)).fetchone()
            return Document(*row) if row else None

    def change(self, institution: str, key: StateKey, decide: Callable[[Document | None], Document | None]) -> None:
        """Replaces the document by what `decide` makes of it, or deletes it when that is None, in one transaction.

        An error that `decide` raises leaves the document as it was, so preconditions belong there.
        """
        with writing(self._engine) as connection:
            row = connection.exec_driver_sql(_GET, _values(institution, key)).fetchone()
            new = decide(Document(*row) if row else None)
            if new is None:
                connection.exec_driver_sql(f"DELETE FROM state WHERE {_KEY}", _values(institution, key))
                return
            values = (*_values(institution, key), new.content, new.content_type, new.etag, new.updated)
            connection.exec_driver_sql(_PUT, values)

    def ids(
        self, institution: str, key: StateKey, *, any_registration: bool, since: int | None
    ) -> list[tuple[str, int]]:
        """The state ids and times of change of the agent's documents about the activity, changed after `since`.

        The state id of `key` does not matter, nor does its registration when `any_registration`.
        """
        where, values = _scope(institution, key, any_registration)
        if since is not None:
            where, values = f"{where} AND updated > ?", (*values, since)
        sql = f"SELECT state_id, max(updated) FROM state WHERE {where} GROUP BY state_id ORDER BY state_id"
        with reading(self._engine) as connection:
            return [(row[0], row[1]) for row in connection.exec_driver_sql(sql, values)]

    def clear(self, institution: str, key: StateKey, *, any_registration: bool) -> None:
        """Deletes all documents that `ids` would list."""
        where, values = _scope(institution, key, any_registration)
        with writing(self._engine) as connection:
            connection.exec_driver_sql(f"DELETE FROM state WHERE {where}", values)


def _values(institution: str, key: StateKey) -> tuple[str, ...]:
    return (institution, key.activity, key.agent, key.registration, key.state_id)


def _scope(institution: str, key: StateKey, any_registration: bool) -> tuple[str, tuple]:
    where, values = "institution = ? AND activity = ? AND agent = ?", (institution, key.activity, key.agent)
    if any_registration:
        return where, values
    return f"{where} AND registration = ?", (*values, key.registration)
