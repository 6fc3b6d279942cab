"""Statements: atomic batches in; by id, by filter and in order out."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Engine

from xapi.lrs.store.attachments import content_sizes, find_contents
from xapi.lrs.store.connections import sessions_of
from xapi.lrs.store.definitions import find_definitions
from xapi.lrs.store.documents import DocumentStore
from xapi.lrs.store.rates import ModuleRates
from xapi.lrs.store.rows import Filter, NewStatement, StoredStatement
from xapi.lrs.store.search import search
from xapi.lrs.store.session import Session, chunks
from xapi.lrs.store.sqlite import SqliteSessions
from xapi.lrs.store.terms import Terms
from xapi.lrs.store.times import micros, moment_of
from xapi.lrs.store.writer import Batch, Clock, Same, Writer

_NO_CONTENTS: Mapping[str, bytes] = MappingProxyType({})
_COLUMNS = "seq, id, stored, source, body"
_AFTER = f"SELECT {_COLUMNS} FROM statement WHERE +institution = ? AND seq > ? ORDER BY seq LIMIT ?"
_AT = f"SELECT {_COLUMNS} FROM statement WHERE"
_BODIES = "SELECT id, body FROM statement"
_BY_ID = f"SELECT {_COLUMNS} FROM statement WHERE id = ? AND +institution = ? AND voided = ?"


class StatementStore:
    """The statements of all institutions in one database; migrate it first with `migrate(engine, "xapi.lrs")`.

    Safe to use from several threads, and from several processes on one database. `documents` holds the states and
    profiles of the same database, `rates` how fast credentials of modules may send.
    """

    def __init__(self, engine: Engine) -> None:
        self.sessions = self._sessions = sessions_of(engine)
        self._terms = Terms()
        self._writer = Writer(self._sessions, self._terms)
        self.documents = DocumentStore(self._sessions, self._writer.alone)
        self.rates = ModuleRates(self._writer.alone)

    @property
    def is_local(self) -> bool:
        """Whether its queries wait for no network."""
        return isinstance(self._sessions, SqliteSessions)

    def add(
        self,
        institution: str,
        batch: Sequence[NewStatement],
        clock: Clock,
        same: Same,
        contents: Mapping[str, bytes] = _NO_CONTENTS,
    ) -> None:
        """Stores all of `batch` or nothing. A statement whose id is there and `same` is left as it is.

        `contents` are those of its attachments, by their SHA-2 in hex, lower case; one already there is kept once.
        `same` compares a new statement with the body of the stored one of its id. Raises LrsError 409 when they differ
        (xAPI 1.0.3 Communication 2.1.1). The ids of the batch must differ from each other.
        """
        self._writer.add(Batch(institution, batch, clock, same, contents))

    def get(
        self, institution: str, statement_id: bytes, *, voided: bool = False, authority: str | None = None
    ) -> StoredStatement | None:
        """The statement with the id of 16 bytes, if `institution` has it and it is voided or not as asked.

        `authority` is as in `Filter`.
        """
        with self._sessions.peek() as session:
            number = self._terms.institution(session, institution)
            if number is None:
                return None
            values: tuple[object, ...] = (statement_id, number, int(voided))
            sql = _BY_ID
            if authority is not None:
                sql = f"{_BY_ID} AND +authority = ?"
                values = (*values, self._terms.find(session, number, authority))
            row = session.one(sql, values)
            return StoredStatement(*row) if row else None

    def bodies(self, institution: str, ids: Collection[bytes]) -> dict[bytes, bytes]:
        """The bodies of those statements that `institution` has, voided or not, by their ids of 16 bytes."""
        found: dict[bytes, bytes] = {}
        with self._of(institution, self._sessions.peek) as at:
            if at is None:
                return found
            for some in chunks(ids):
                condition, values = at.session.any_of("id", some)
                rows = at.session.all(f"{_BODIES} WHERE {condition} AND +institution = ?", (*values, at.number))
                found.update((row[0], row[1]) for row in rows)
        return found

    def search(self, institution: str, wanted: Filter) -> list[StoredStatement]:
        """The statements of `institution` that match, without voided ones, in the order asked, at most its limit."""
        with self._of(institution, self._sessions.snapshot) as at:
            rows = [] if at is None else search(at.session, self._terms, at.number, wanted)
        return [StoredStatement(*row) for row in rows]

    def after(self, institution: str, seq: int, limit: int) -> list[StoredStatement]:
        """The statements of `institution` stored after `seq` (0 is the beginning), at most `limit`, in order of seq.

        Voided statements are among them, and so are the statements that void: a projector sees what happened, in order.
        What is stored later has a higher seq than all that can be seen now, whatever process stores it.
        """
        with self._of(institution, self._sessions.peek) as at:
            rows = [] if at is None else at.session.all(_AFTER, (at.number, seq, limit))
        return [StoredStatement(*row) for row in rows]

    def at(self, institution: str, seqs: Collection[int]) -> list[StoredStatement]:
        """Those statements of `institution` that stand at `seqs`, voided or not, in no order.

        Ask for neighbours together: the store keeps its statements in the order of `seq`.
        """
        found: list[StoredStatement] = []
        with self._of(institution, self._sessions.peek) as at:
            if at is None:
                return found
            for some in chunks(seqs):
                condition, values = at.session.any_of("seq", some)
                rows = at.session.all(f"{_AT} {condition} AND +institution = ?", (*values, at.number))
                found += [StoredStatement(*row) for row in rows]
        return found

    def definitions(self, institution: str, activities: Collection[str]) -> dict[str, bytes]:
        """The canonical definitions, in JSON, of those `activities` that statements say something about."""
        with self._of(institution, self._sessions.peek) as at:
            return {} if at is None else find_definitions(at.session, at.number, activities)

    def content_sizes(self, institution: str, sha2s: Collection[str]) -> dict[str, int]:
        """The bytes of those attachments' contents that are kept, by their SHA-2 in hex, lower case."""
        with self._of(institution, self._sessions.peek) as at:
            return {} if at is None else content_sizes(at.session, at.number, sha2s)

    def contents(self, institution: str, sha2s: Collection[str]) -> dict[str, bytes]:
        """Those attachments' contents that are kept, by their SHA-2 in hex, lower case."""
        with self._of(institution, self._sessions.peek) as at:
            return {} if at is None else find_contents(at.session, at.number, sha2s)

    def consistent_through(self, clock: Clock) -> datetime:
        """A moment up to which every statement stored is visible to a read that begins now (Communication 2.1.3).

        Just before now while nobody writes, else when the last visible statement was stored: later ones get a later
        `stored` in whatever process they are written. Ask for it before the read.
        """
        now = micros(clock()) - 1
        if self._sessions.nobody_writes():
            return moment_of(now)
        with self._sessions.peek() as session:
            row = session.one("SELECT stored FROM statement ORDER BY seq DESC LIMIT 1")
        return moment_of(min(now, row[0]) if row else 0)

    @contextmanager
    def _of(self, institution: str, open_session: Callable) -> Iterator["_At | None"]:
        with open_session() as session:
            number = self._terms.institution(session, institution)
            yield None if number is None else _At(session, number)


class _At(NamedTuple):
    """A session and the number of the institution that is asked about."""

    session: Session
    number: int
