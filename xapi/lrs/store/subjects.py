"""What the LRS holds about one person, to be given to them, and to be erased: statements, documents, attachments."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.sql import ColumnElement

from xapi.database import reading, temporary_list
from xapi.erasing_database import erasing
from xapi.lrs.store.rows import StoredStatement
from xapi.lrs.store.terms import term_text
from xapi.lrs.store.times import micros, moment_of, uuid_text

BATCH = 500
_KEPT = -1  # in the place of a seq
DESTROYED = 20_000  # statements in one transaction
_SHA2 = re.compile(rb'"sha2"\s*:\s*"([0-9A-Fa-f]{64})"')
_METADATA = MetaData()
_INSTITUTION = Table("institution", _METADATA, Column("number", BigInteger), Column("institution", Text))
_TERM = Table("term", _METADATA, Column("id", BigInteger), Column("institution", BigInteger), Column("text", Text))
_STATEMENT = Table(
    "statement", _METADATA,
    Column("seq", BigInteger), Column("institution", BigInteger), Column("stored", BigInteger),
    Column("agent", BigInteger), Column("id", LargeBinary), Column("target", LargeBinary), Column("source", Text),
    Column("body", LargeBinary),
)  # fmt: skip
#: Where a statement stands besides its own row, and in which columns; no index finds it there, so one walk finds all.
_ELSEWHERE = (("relation", "seq"), ("reference", "seq"), ("reference", "target"), ("reference_relation", "seq"),
              ("reference_relation", "target"))  # fmt: skip
_ATTACHMENT = Table(
    "attachment", _METADATA, Column("institution", BigInteger), Column("sha2", Text), Column("content", LargeBinary),
)  # fmt: skip
_DOCUMENT = Table(
    "document", _METADATA,
    Column("institution", Text), Column("kind", Text), Column("activity", Text), Column("agent", Text),
    Column("registration", Text), Column("id", Text), Column("name", LargeBinary), Column("updated", BigInteger),
    Column("content_type", Text), Column("content", LargeBinary),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A state or agent profile of a person; `activity` is empty for a profile."""

    kind: str
    activity: str
    registration: str
    id: str
    updated: datetime
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ErasedRecords:
    """How many records an erasure took.

    `kept` statements stay: those about other statements, as the review or the voiding of somebody's work, and the last
    one of the store, which keeps its count, until another one has come.
    """

    statements: int = 0
    documents: int = 0
    attachments: int = 0
    kept: int = 0


class SubjectRecords:
    """The records of `institution` that are about given actors, by their identifiers (`account_ifi`)."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def statements(self, agents: Collection[str]) -> Iterator[StoredStatement]:
        """The statements whose actor is one of `agents`, in order, never more than a batch of them in memory."""
        after = 0
        while True:
            with reading(self._engine) as connection:
                batch = _statements(connection, self._institution, agents, after)
            yield from batch
            if len(batch) < BATCH:
                return
            after = batch[-1].seq

    def documents(self, agents: Collection[str]) -> list[KeptDocument]:
        """Their states and profiles."""
        query = select(_DOCUMENT).where(*_documents_of(self._institution, agents))
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(_DOCUMENT.c.kind, _DOCUMENT.c.activity, _DOCUMENT.c.id)).all()
        return [
            KeptDocument(row.kind, row.activity, row.registration, bytes(row.name).decode() if row.name else row.id,
                         moment_of(row.updated), row.content_type, bytes(row.content))
            for row in rows
        ]  # fmt: skip

    def contents(self, statements: Sequence[StoredStatement]) -> dict[str, bytes]:
        """The contents of the attachments of `statements` that are kept, by SHA-2 in hex, lower case."""
        wanted = sha2s_in(one.body for one in statements)
        query = select(_ATTACHMENT.c.sha2, _ATTACHMENT.c.content).where(_ATTACHMENT.c.sha2.in_(wanted))
        with reading(self._engine) as connection:
            number = _number(connection, self._institution)
            rows = connection.execute(query.where(_ATTACHMENT.c.institution == number))
            return {row.sha2: bytes(row.content) for row in rows}

    def erase(self, agents: Collection[str], *, statements: bool) -> ErasedRecords:
        """Deletes the documents of `agents` and the contents that only their statements have; with `statements` these
        too. A statement that stays names a pseudonym, and with it nobody."""
        with erasing(self._engine) as connection:
            return erase_records(connection, self._institution, agents, statements=statements)

    def stored_between(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many statements of each actor were stored from `since` until before `until`."""
        span = and_(_STATEMENT.c.stored >= micros(since), _STATEMENT.c.stored < micros(until))
        return self._actors(span)

    def actors_of(self, ids: Collection[str]) -> dict[str, int]:
        """How many of the statements `ids` each actor has."""
        found: dict[str, int] = {}
        keys = [bytes.fromhex(one.replace("-", "")) for one in ids]
        for start in range(0, len(keys), BATCH):
            for agent, n in self._actors(_STATEMENT.c.id.in_(keys[start : start + BATCH])).items():
                found[agent] = found.get(agent, 0) + n
        return found

    def _actors(self, condition: ColumnElement[bool]) -> dict[str, int]:
        query = (
            select(_TERM.c.text, func.count())
            .select_from(_STATEMENT.join(_TERM, _TERM.c.id == _STATEMENT.c.agent))
            .where(condition)
            .group_by(_TERM.c.text)
        )
        with reading(self._engine) as connection:
            number = _number(connection, self._institution)
            rows = connection.execute(query.where(_STATEMENT.c.institution == number))
            return {str(row[0]): int(row[1]) for row in rows}

    def older_statements(self, before: datetime) -> int:
        """How many statements were stored before a moment."""
        query = select(func.count()).select_from(_STATEMENT).where(_STATEMENT.c.stored < micros(before))
        with reading(self._engine) as connection:
            mine = _STATEMENT.c.institution == _number(connection, self._institution)
            return int(connection.execute(query.where(mine)).scalar_one())

    def older_documents(self, before: datetime) -> int:
        """How many documents of persons changed last before a moment."""
        query = select(func.count()).select_from(_DOCUMENT).where(*_documents_before(self._institution, before))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def old_ids(self, before: datetime) -> list[str]:
        """The ids of the statements that `destroy_statements` deletes next."""
        with reading(self._engine) as connection:
            rows = connection.execute(_oldest(_number(connection, self._institution), before))
            return [uuid_text(bytes(row.id)) for row in rows]

    def destroy_statements(self, before: datetime) -> list[str]:
        """Deletes up to DESTROYED of the statements stored before a moment, the oldest first; returns their ids. None
        are left when it returns none. Attachments that no other statement has go with them. The last statement of the
        store stays until another one has come: it keeps the count."""
        with erasing(self._engine) as connection:
            number = _number(connection, self._institution)
            rows = connection.execute(_oldest(number, before)).all()
            _delete_statements(connection, [row.seq for row in rows])
            _delete_contents(connection, number, sha2s_in(bytes(row.body) for row in rows), ())
        return [uuid_text(bytes(row.id)) for row in rows]

    def destroy_documents(self, before: datetime) -> int:
        """Deletes the documents of persons that changed last before a moment; returns how many."""
        with erasing(self._engine) as connection:
            gone = delete(_DOCUMENT).where(*_documents_before(self._institution, before))
            return connection.execute(gone).rowcount


def erase_records(
    connection: Connection, institution: str, agents: Collection[str], *, statements: bool
) -> ErasedRecords:
    """As `SubjectRecords.erase`, inside a transaction."""
    documents = connection.execute(delete(_DOCUMENT).where(*_documents_of(institution, agents))).rowcount
    number, terms = _number(connection, institution), _terms(connection, institution, agents)
    mine = (_STATEMENT.c.institution == number, _STATEMENT.c.agent.in_(terms))
    found: set[str] = set()
    seqs: list[int] = []
    for row in connection.execute(select(_STATEMENT.c.seq, _STATEMENT.c.target, _STATEMENT.c.body).where(*mine)):
        seqs.append(row.seq if row.target is None else _KEPT)
        found |= sha2s_in([bytes(row.body)])
    attachments = _delete_contents(connection, number, found, terms)
    if not statements:
        return ErasedRecords(0, documents, attachments)
    last = connection.execute(select(func.max(_STATEMENT.c.seq))).scalar()
    gone = [seq for seq in seqs if seq not in (last, _KEPT)]
    _delete_statements(connection, gone)
    return ErasedRecords(len(gone), documents, attachments, len(seqs) - len(gone))


def statement_ids(connection: Connection, institution: str, agents: Collection[str]) -> list[str]:
    """The ids of the statements whose actor is one of `agents`."""
    number, terms = _number(connection, institution), _terms(connection, institution, agents)
    mine = (_STATEMENT.c.institution == number, _STATEMENT.c.agent.in_(terms))
    return [uuid_text(bytes(one)) for one in connection.execute(select(_STATEMENT.c.id).where(*mine)).scalars()]


def sha2s_in(bodies: Iterable[bytes]) -> set[str]:
    """The SHA-2 of every attachment that statements name, in hex, lower case."""
    return {match.decode().lower() for body in bodies for match in _SHA2.findall(body)}


def _oldest(number: int, before: datetime) -> Select[Any]:
    last = select(func.max(_STATEMENT.c.seq)).scalar_subquery()
    mine = (_STATEMENT.c.institution == number, _STATEMENT.c.stored < micros(before), _STATEMENT.c.seq < last)
    query = select(_STATEMENT.c.seq, _STATEMENT.c.id, _STATEMENT.c.body).where(*mine)
    return query.order_by(_STATEMENT.c.stored).limit(DESTROYED)


def _statements(connection: Connection, institution: str, agents: Collection[str], after: int) -> list[StoredStatement]:
    number, terms = _number(connection, institution), _terms(connection, institution, agents)
    mine = (_STATEMENT.c.institution == number, _STATEMENT.c.agent.in_(terms), _STATEMENT.c.seq > after)
    rows = connection.execute(select(_STATEMENT).where(*mine).order_by(_STATEMENT.c.seq).limit(BATCH))
    return [StoredStatement(row.seq, bytes(row.id), row.stored, row.source, bytes(row.body)) for row in rows]


def _number(connection: Connection, institution: str) -> int:
    """The number of the institution, -1 when nothing was ever stored for it."""
    query = select(_INSTITUTION.c.number).where(_INSTITUTION.c.institution == institution)
    found = connection.execute(query).scalar_one_or_none()
    return -1 if found is None else int(found)


def _terms(connection: Connection, institution: str, agents: Collection[str]) -> list[int]:
    texts = [term_text(agent) for agent in agents]
    mine = (_TERM.c.institution == _number(connection, institution), _TERM.c.text.in_(texts))
    return list(connection.execute(select(_TERM.c.id).where(*mine)).scalars())


def _documents_of(institution: str, agents: Collection[str]) -> tuple:
    return _DOCUMENT.c.institution == institution, _DOCUMENT.c.agent.in_([term_text(agent) for agent in agents])


def _documents_before(institution: str, before: datetime) -> tuple:
    """A profile of an activity is nobody's and stays."""
    return _DOCUMENT.c.institution == institution, _DOCUMENT.c.agent != "", _DOCUMENT.c.updated < micros(before)


def _delete_statements(connection: Connection, seqs: Sequence[int]) -> None:
    if not seqs:
        return
    temporary_list(connection, "erased_seq", [str(seq) for seq in seqs])
    for table, column in _ELSEWHERE:
        chosen = f"CAST({column} AS TEXT) IN (SELECT value FROM erased_seq)"
        connection.execute(text(f"DELETE FROM {table} WHERE {chosen}"))
    for start in range(0, len(seqs), BATCH):
        connection.execute(delete(_STATEMENT).where(_STATEMENT.c.seq.in_(seqs[start : start + BATCH])))


def _delete_contents(connection: Connection, number: int, sha2s: set[str], terms: Collection[int]) -> int:
    """Deletes those contents that no statement has but those of the actors `terms`; returns how many."""
    kept = select(_ATTACHMENT.c.sha2).where(_ATTACHMENT.c.institution == number, _ATTACHMENT.c.sha2.in_(sorted(sha2s)))
    there = set(connection.execute(kept).scalars()) if sha2s else set()
    if not there:
        return 0
    others = select(_STATEMENT.c.body).where(_STATEMENT.c.institution == number, _STATEMENT.c.agent.not_in(list(terms)))
    with connection.execute(others.execution_options(yield_per=BATCH)) as result:
        for body in result.scalars():  # seldom and long: no index knows who else has an attachment
            there -= sha2s_in([bytes(body)])
            if not there:
                return 0
    gone = _ATTACHMENT.c.institution == number, _ATTACHMENT.c.sha2.in_(sorted(there))
    return connection.execute(delete(_ATTACHMENT).where(*gone)).rowcount
