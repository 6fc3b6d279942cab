"""The queue's table: every change is one committed transaction, so what was answered "ok" survives a power cut.

`due` is the moment from which a job may be leased. While it is leased, `due` is the end of the lease: a job of a worker
that died comes back by itself, and behind the jobs that were due before, so that one deadly job cannot stop the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement, FromClause
from sqlalchemy.sql.elements import BindParameter

from xapi.clock import from_milliseconds
from xapi.database import reading, writing
from xapi.errors import QueueError
from xapi.list_database import SqlList
from xapi.queue.job import Backlog, Entry, Job, Stuck
from xapi.queue.pause_store import asked_for, paused, take_probe

metadata = MetaData()
job = Table(
    "job",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("institution", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text),
    Column("lane", Text),
    Column("payload", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("owner", Text),
    Column("reason", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("changed", BigInteger, nullable=False),
)
STATES = ("waiting", "leased", "done", "quarantined")


class JobStore:
    """The table `job` of one database; all moments are milliseconds since 1970."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, institution: str, kind: str, entries: Iterable[tuple[Entry, int]], now: int
    ) -> list[tuple[int, bool]]:
        """Puts all entries (each with its due moment), or none: (job id, whether it is new) for each, in order.

        Raises QueueError `queue.key_taken` when a key already stands for another payload.
        """
        with writing(self._engine) as connection:
            return [self._add_one(connection, institution, kind, entry, due, now) for entry, due in entries]

    def _add_one(
        self, connection: Connection, institution: str, kind: str, entry: Entry, due: int, now: int
    ) -> tuple[int, bool]:
        if entry.key is not None:
            same_key = and_(job.c.institution == institution, job.c.kind == kind, job.c.key == entry.key)
            found = connection.execute(select(job.c.id, job.c.payload).where(same_key)).one_or_none()
            if found is not None:
                if found.payload != entry.payload:
                    raise QueueError("queue.key_taken", "another payload has this key", kind=kind, key=entry.key)
                return found.id, False
        row = {
            "institution": institution, "kind": kind, "key": entry.key, "lane": entry.lane, "payload": entry.payload,
            "state": "waiting", "attempts": 0, "due": due, "reason": "", "receipt": "", "changed": now,
        }  # fmt: skip
        (number,) = connection.execute(insert(job), row).inserted_primary_key or (0,)
        return int(number), True

    def lease(self, kinds: Sequence[str], owner: str, now: int, until: int, limit: int) -> list[Job]:
        """Up to `limit` due jobs of one kind and one institution, those of the longest due, leased to `owner`."""
        with writing(self._engine) as connection:
            pauses = paused(job.c.institution, job.c.kind, now)
            due = and_(_open(job), job.c.due <= now, job.c.kind.in_(kinds), ~_waits_for_lane(), ~pauses)
            head = connection.execute(
                select(job.c.institution, job.c.kind).where(due).order_by(job.c.due, job.c.id).limit(1)
            ).one_or_none()
            if head is None:
                return []
            same = and_(due, job.c.institution == head.institution, job.c.kind == head.kind)
            chosen = connection.execute(select(job).where(same).order_by(job.c.due, job.c.id).limit(limit)).all()
            if take_probe(connection, head.institution, head.kind, until):
                chosen = chosen[:1]
            connection.execute(
                update(job)
                .where(job.c.id.in_([row.id for row in chosen]))
                .values(state="leased", owner=owner, due=until, attempts=job.c.attempts + 1, changed=now)
            )
            return [
                Job(row.id, row.institution, row.kind, row.key, row.payload, row.attempts + 1, owner, row.lane)
                for row in chosen
            ]

    def renew(self, leased: Sequence[Job], until: int) -> None:
        """Lets the leases of `leased` end later, where they have not gone to another worker."""
        with writing(self._engine) as connection:
            for one in leased:
                connection.execute(update(job).where(_held(one)).values(due=until))

    def delay(self, institution: str, kind: str, until: int) -> None:
        """Makes what waits of a kind wait until `until` at least, so that nobody looks through it before."""
        waiting = (job.c.institution == institution, job.c.kind == kind, job.c.state == "waiting")
        with writing(self._engine) as connection:
            connection.execute(update(job).where(*waiting, job.c.due < until).values(due=until))

    def settle(self, changes: Iterable[tuple[Job, Mapping[str, object]]]) -> list[bool]:
        """Writes the new values of leased jobs in one transaction; False for a job whose lease went to another."""
        with writing(self._engine) as connection:
            return [
                connection.execute(update(job).where(_held(leased)).values(owner=None, **values)).rowcount == 1
                for leased, values in changes
            ]

    def status(self, institution: str) -> dict[str, dict[str, int]]:
        """The number of jobs of `institution` by kind and state, with zeros."""
        counted = (
            select(job.c.kind, job.c.state, func.count())
            .where(job.c.institution == institution)
            .group_by(job.c.kind, job.c.state)
        )
        with reading(self._engine) as connection:
            found: dict[str, dict[str, int]] = {}
            for kind, state, number in connection.execute(counted):
                found.setdefault(kind, dict.fromkeys(STATES, 0))[state] = number
            return found

    def backlog(self, institution: str) -> dict[str, Backlog]:
        """By kind what is not done. It reads the open jobs alone, however many receipts are kept beside them."""
        mine = job.c.institution == institution
        by_state = select(job.c.kind, job.c.state, func.count(), func.min(job.c.due)).where(mine, _open(job))
        aside = select(func.count()).where(mine, job.c.state == "quarantined")
        found: dict[str, Backlog] = {}
        with reading(self._engine) as connection:
            for kind in _kinds(connection, institution):
                jobs = {"waiting": 0, "leased": 0}
                jobs["quarantined"] = connection.execute(aside.where(job.c.kind == kind)).scalar_one()
                due = None
                for _kind, state, number, first in connection.execute(
                    by_state.where(job.c.kind == kind).group_by(job.c.kind, job.c.state)
                ):
                    jobs[state] = number
                    due = from_milliseconds(first) if state == "waiting" else due
                found[kind] = Backlog(jobs, due)
        return found

    def stuck(self, institution: str, state: str, kind: str | None, limit: int) -> list[Stuck]:
        """Jobs of `institution` in `state` that have a reason, the latest change first."""
        wanted = [job.c.institution == institution, job.c.state == state, job.c.reason != ""]
        if kind is not None:
            wanted.append(job.c.kind == kind)
        with reading(self._engine) as connection:
            rows = connection.execute(select(job).where(*wanted).order_by(job.c.changed.desc(), job.c.id).limit(limit))
            return [
                Stuck(row.id, row.kind, row.key, row.reason, row.attempts, from_milliseconds(row.changed))
                for row in rows
            ]

    def stuck_list(self, institution: str) -> SqlList:
        """Jobs set aside, and those that wait after a failure, for a page: as `stuck`, with their `state`."""
        columns = (job.c.id, job.c.kind, job.c.state, job.c.reason, job.c.attempts, job.c.changed)
        mine = (job.c.institution == institution, job.c.state.in_(("quarantined", "waiting")), job.c.reason != "")
        query = select(*columns).where(*mine)
        return SqlList(self._engine, query, searched=("reason",), newest=("changed", "id"), read=_listed)

    def wake(
        self, institution: str, state: str, kind: str | None, now: int, *, number: int | None = None,
        key: str | None = None,
    ) -> int:  # fmt: skip
        """Makes jobs of `institution` in `state` due now: all, those of a kind, or one; returns how many.

        Of waiting jobs only those that wait longer are touched, and none in a pause that the other side asked for;
        quarantined ones start counting attempts again.
        """
        wanted = [job.c.institution == institution, job.c.state == state]
        wanted += [job.c.kind == kind] if kind is not None else []
        wanted += [job.c.id == number] if number is not None else []
        wanted += [job.c.key == key] if key is not None else []
        values: dict[str, object] = {"state": "waiting", "due": now, "changed": now}
        if state == "quarantined":
            values["attempts"] = 0
        else:
            wanted += [job.c.due > now, ~asked_for(job.c.institution, job.c.kind, now)]
        with writing(self._engine) as connection:
            return connection.execute(update(job).where(*wanted).values(values)).rowcount

    def forget(self, institution: str, kind: str, before: int, most: int) -> int:
        """Deletes up to `most` jobs of `institution` and `kind` done before `before`; returns how many."""
        done = and_(job.c.institution == institution, job.c.kind == kind, job.c.state == "done")
        old = select(job.c.id).where(done, job.c.changed < before).limit(most)
        with writing(self._engine) as connection:
            return connection.execute(delete(job).where(job.c.id.in_(old))).rowcount


def _held(leased: Job) -> ColumnElement[bool]:
    """Still leased to whom `leased` was given, and not again since."""
    return and_(
        job.c.id == leased.id,
        job.c.institution == leased.institution,
        job.c.state == "leased",
        job.c.owner == leased.owner,
        job.c.attempts == leased.attempts,
    )


def _kinds(connection: Connection, institution: str) -> Iterator[str]:
    """The kinds of the institution's jobs, each found by one step in the index."""
    kind: str | None = ""
    following = select(func.min(job.c.kind)).where(job.c.institution == institution, job.c.kind > bindparam("last"))
    while (kind := connection.execute(following, {"last": kind}).scalar()) is not None:
        yield kind


def _open(table: FromClause) -> ColumnElement[bool]:
    """Not settled yet; written as literals, because SQLite uses a partial index only when it can read its condition."""
    states: BindParameter[str] = bindparam("open_states", ("waiting", "leased"), expanding=True, literal_execute=True)
    return table.c.state.in_(states)


def _waits_for_lane() -> ColumnElement[bool]:
    """Whether an earlier job of the same lane is still open."""
    earlier = job.alias("earlier")
    return and_(
        job.c.lane.is_not(None),
        exists().where(
            _open(earlier),
            earlier.c.lane.is_not(None),
            earlier.c.institution == job.c.institution,
            earlier.c.kind == job.c.kind,
            earlier.c.lane == job.c.lane,
            earlier.c.id < job.c.id,
        ),
    )


def _listed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "changed": from_milliseconds(row["changed"])}
