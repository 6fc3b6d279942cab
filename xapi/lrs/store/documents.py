"""Documents: states, agent profiles and activity profiles (xAPI 1.0.3 Communication 2.2)."""

from collections.abc import Callable
from typing import Literal

import msgspec

from xapi.lrs.store.session import Session, Sessions
from xapi.lrs.store.terms import term_text

Kind = Literal["state", "agent", "activity"]
Decide = Callable[["Document | None"], "Document | None"]
Alone = Callable[[Callable[[Session], None]], None]


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
    "INSERT INTO document"
    " (institution, kind, activity, agent, registration, id, name, content, content_type, etag, updated)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (institution, kind, activity, agent, registration, id)"
    " DO UPDATE SET content = excluded.content, content_type = excluded.content_type, etag = excluded.etag,"
    " updated = excluded.updated"
)


class DocumentStore:
    """The documents of all institutions; migrate first with `migrate(engine, "xapi.lrs")`.

    `alone` runs a function in the write transaction of the store and returns when it is committed.
    """

    def __init__(self, sessions: Sessions, alone: Alone) -> None:
        self._sessions = sessions
        self._alone = alone

    def get(self, institution: str, key: DocumentKey) -> Document | None:
        """The document, or None."""
        with self._sessions.peek() as session:
            row = session.one(_GET, _values(institution, key))
        return Document(*row) if row else None

    def change(self, institution: str, key: DocumentKey, decide: Decide) -> None:
        """Replaces the document by what `decide` makes of it, or deletes it when that is None, in one transaction.

        An error that `decide` raises leaves the document as it was, so preconditions belong there.
        """
        values = _values(institution, key)

        def work(session: Session) -> None:
            row = session.one(_GET, values)
            new = decide(Document(*row) if row else None)
            if new is None:
                session.run(f"DELETE FROM document WHERE {_KEY}", values)
                return
            session.run(_PUT, (*values, _name(key), new.content, new.content_type, new.etag, new.updated))

        self._alone(work)

    def ids(self, institution: str, key: DocumentKey, *, since: int | None) -> list[tuple[str, int]]:
        """The ids and times of change of the documents of `key`, whatever its own id, changed after `since`."""
        where, values = _scope(institution, key)
        if since is not None:
            where, values = f"{where} AND updated > ?", (*values, since)
        sql = f"SELECT id, name, max(updated) FROM document WHERE {where} GROUP BY id, name ORDER BY id"
        with self._sessions.peek() as session:
            rows = session.all(sql, values)
        return [(row[0] if row[1] is None else row[1].decode("utf-8", "surrogatepass"), row[2]) for row in rows]

    def clear(self, institution: str, key: DocumentKey) -> None:
        """Deletes all documents that `ids` would list."""
        where, values = _scope(institution, key)
        self._alone(lambda session: session.run(f"DELETE FROM document WHERE {where}", values))


def _name(key: DocumentKey) -> bytes | None:
    """The id of a document whose own text is not what the table keeps of it."""
    text = key.document_id or ""
    return None if term_text(text) == text else text.encode("utf-8", "surrogatepass")


def _values(institution: str, key: DocumentKey) -> tuple[str, ...]:
    texts = (key.activity, key.agent, key.registration or "", key.document_id or "")
    return (institution, key.kind, *(term_text(text) for text in texts))


def _scope(institution: str, key: DocumentKey) -> tuple[str, tuple]:
    where = "institution = ? AND kind = ? AND activity = ? AND agent = ?"
    values = (institution, key.kind, term_text(key.activity), term_text(key.agent))
    if key.registration is None:
        return where, values
    return f"{where} AND registration = ?", (*values, key.registration)
