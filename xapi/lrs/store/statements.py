"""Statements in SQLite: atomic batches in; by id, by filter and in order out."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from sqlite3 import Connection
from types import MappingProxyType
from typing import cast

from sqlalchemy import Connection as PooledConnection
from sqlalchemy import Engine

from xapi.database import reading, writing
from xapi.errors import LrsError
from xapi.lrs.store.attachments import add_contents, content_sizes, find_contents
from xapi.lrs.store.definitions import Definitions, Marks, find_definitions
from xapi.lrs.store.documents import DocumentStore
from xapi.lrs.store.insert import insert_batch
from xapi.lrs.store.rates import ModuleRates
from xapi.lrs.store.rows import Filter, NewStatement, StoredStatement
from xapi.lrs.store.search import search
from xapi.lrs.store.terms import Terms, chunks, marks
from xapi.lrs.store.times import micros, moment_of, text_of_micros, uuid_text

Clock = Callable[[], datetime]
Same = Callable[[NewStatement, bytes], bool]

_NO_CONTENTS: Mapping[str, bytes] = MappingProxyType({})
_AFTER = (
    "SELECT seq, id, stored, source, body FROM statement"
    " WHERE institution = (SELECT number FROM institution WHERE institution = ?) AND seq > ? ORDER BY seq LIMIT ?"
)
_BY_ID = "SELECT seq, id, stored, source, body FROM statement WHERE id = ? AND institution = ? AND voided = ?"


class StatementStore:
    """The statements of all institutions in one database; migrate it first with `migrate(engine, "xapi.lrs")`.

    Safe to use from several threads. `documents` holds the states and profiles of the same database, `rates` how fast
    credentials of modules may send.
    """

    def __init__(self, engine: Engine) -> None:
        self.documents = DocumentStore(engine)
        self.rates = ModuleRates(engine)
        self._engine = engine
        self._terms = Terms()
        self._definitions = Definitions()
        self._turn = threading.Lock()  # writers of this process queue here, not in SQLite's sleep-and-try-again
        self._flights: dict[int, int] = {}  # writes under way -> a moment before their first `stored`
        self._flights_lock = threading.Lock()

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
        with self._turn:
            with self._flight(clock), writing(self._engine) as connection:
                database = _raw(connection)
                fresh = self._fresh(database, institution, batch, same)
                numbers = insert_batch(database, self._terms, institution, fresh, micros(clock())) if fresh else {}
                number = self._terms.institution(database, institution)
                learned = self._learn(database, number, numbers, fresh, contents)
            if number is not None:
                self._terms.remember(institution, number, numbers)
            self._definitions.remember(learned)

    def get(
        self, institution: str, statement_id: bytes, *, voided: bool = False, authority: str | None = None
    ) -> StoredStatement | None:
        """The statement with the id of 16 bytes, if `institution` has it and it is voided or not as asked.

        `authority` is as in `Filter`.
        """
        with reading(self._engine) as connection:
            database = _raw(connection)
            number = self._terms.institution(database, institution)
            sql, values = _BY_ID, [statement_id, number, int(voided)]
            if authority is not None:
                term = None if number is None else self._terms.find(database, number, authority)
                sql, values = f"{_BY_ID} AND authority = ?", [*values, term]
            row = database.execute(sql, values).fetchone()
            return _stored(row) if row else None

    def search(self, institution: str, wanted: Filter) -> list[StoredStatement]:
        """The statements of `institution` that match, without voided ones, in the order asked, at most its limit."""
        with reading(self._engine) as connection:
            return [_stored(row) for row in search(_raw(connection), self._terms, institution, wanted)]

    def after(self, institution: str, seq: int, limit: int) -> list[StoredStatement]:
        """The statements of `institution` stored after `seq` (0 is the beginning), at most `limit`, in order of seq.

        Voided statements are among them, and so are the statements that void: a projector sees what happened, in order.
        """
        with reading(self._engine) as connection:
            return [_stored(row) for row in _raw(connection).execute(_AFTER, (institution, seq, limit))]

    def definitions(self, institution: str, activities: Collection[str]) -> dict[str, bytes]:
        """The canonical definitions, in JSON, of those `activities` that statements say something about."""
        with reading(self._engine) as connection:
            number = self._terms.institution(_raw(connection), institution)
            return {} if number is None else find_definitions(_raw(connection), number, activities)

    def content_sizes(self, institution: str, sha2s: Collection[str]) -> dict[str, int]:
        """The bytes of those attachments' contents that are kept, by their SHA-2 in hex, lower case."""
        with reading(self._engine) as connection:
            number = self._terms.institution(_raw(connection), institution)
            return {} if number is None else content_sizes(_raw(connection), number, sha2s)

    def contents(self, institution: str, sha2s: Collection[str]) -> dict[str, bytes]:
        """Those attachments' contents that are kept, by their SHA-2 in hex, lower case."""
        with reading(self._engine) as connection:
            number = self._terms.institution(_raw(connection), institution)
            return {} if number is None else find_contents(_raw(connection), number, sha2s)

    def consistent_through(self, clock: Clock) -> datetime:
        """A moment up to which every statement stored is visible to a read that begins now (Communication 2.1.3).

        Before the first `stored` of every write still under way in this process. Ask for it before the read.
        """
        with self._flights_lock:
            return moment_of(min([micros(clock()), *self._flights.values()]) - 1)

    def _learn(
        self,
        database: Connection,
        number: int | None,
        numbers: dict[str, int],
        fresh: Sequence[NewStatement],
        contents: Mapping[str, bytes],
    ) -> Marks:
        """Merges what new statements say of activities, and keeps the contents of attachments."""
        if number is None:
            return {}
        if contents:
            add_contents(database, number, contents)
        return self._definitions.add(database, number, numbers, fresh)

    def _fresh(
        self, database: Connection, institution: str, batch: Sequence[NewStatement], same: Same
    ) -> list[NewStatement]:
        number = self._terms.institution(database, institution)
        known: dict[bytes, bytes] = {}
        for some in chunks(batch, 500):
            sql = f"SELECT id, body FROM statement WHERE id IN ({marks(len(some))}) AND institution = ?"
            known.update(database.execute(sql, (*(new.id for new in some), number)).fetchall())
        for new in batch:
            if new.id in known and not same(new, known[new.id]):
                raise LrsError("lrs.conflict", "another statement has this id", status=409, id=uuid_text(new.id))
        return [new for new in batch if new.id not in known]

    @contextmanager
    def _flight(self, clock: Clock) -> Iterator[None]:
        mark = threading.get_ident()
        with self._flights_lock:
            self._flights[mark] = micros(clock())
        try:
            yield
        finally:
            with self._flights_lock:
                del self._flights[mark]


def _raw(connection: PooledConnection) -> Connection:
    """The driver's connection: on this path SQL is prebuilt, and a layer for each row would cost more than the row."""
    return cast(Connection, connection.connection.dbapi_connection)


def _stored(row: tuple) -> StoredStatement:
    return StoredStatement(row[0], uuid_text(row[1]), text_of_micros(row[2]), row[3], row[4])
