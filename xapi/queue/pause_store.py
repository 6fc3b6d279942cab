"""The table of pauses: a kind of jobs whose other side takes nothing is left alone as a whole, job by job it would be
knocked at once for each."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    exists,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from xapi.clock import from_milliseconds
from xapi.database import insert_into, reading, writing
from xapi.queue.job import Pause

metadata = MetaData()
pause = Table(
    "pause",
    metadata,
    Column("institution", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)


class PauseStore:
    """The table `pause` of the queue's database; all moments are milliseconds since 1970."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, institution: str, kind: str, now: int, values: dict[str, object]) -> None:
        """Begins the pause of a kind, or prolongs it: `since` stays, `attempts` counts on."""
        with writing(self._engine) as connection:
            row = {"institution": institution, "kind": kind, "attempts": 1, "since": now, **values}
            again = {**values, "attempts": pause.c.attempts + 1}
            keys = [pause.c.institution, pause.c.kind]
            statement = insert_into(connection, pause).values(row)
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=again))

    def end(self, institution: str, kind: str) -> None:
        """The other side works again."""
        with writing(self._engine) as connection:
            connection.execute(delete(pause).where(*_of(institution, kind)))

    def shorten(self, institution: str, kind: str | None, now: int) -> None:
        """Lets pauses end now, to try again; those that the other side asked for stay."""
        with writing(self._engine) as connection:
            ours = (*_of(institution, kind), pause.c.asked.is_(False), pause.c.until > now)
            connection.execute(update(pause).where(*ours).values(until=now))

    def all(self, institution: str, kind: str | None = None) -> list[Pause]:
        """The pauses of `institution`, of all kinds or of one."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(pause).where(*_of(institution, kind)).order_by(pause.c.kind))
            return [_pause(row) for row in rows]


def paused(
    institution: ColumnElement[str], kind: ColumnElement[str], now: int, *more: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether a job of `institution` and `kind` is in a pause at `now`."""
    return exists().where(pause.c.institution == institution, pause.c.kind == kind, pause.c.until > now, *more)


def asked_for(institution: ColumnElement[str], kind: ColumnElement[str], now: int) -> ColumnElement[bool]:
    """Whether a job is in a pause at `now` that the other side asked for."""
    return paused(institution, kind, now, pause.c.asked.is_(True))


def take_probe(connection: Connection, institution: str, kind: str, until: int) -> bool:
    """Whether only one job may be leased now, to see if a refused credential is taken again.

    The pause then lasts until the end of that lease, so that nobody else tries meanwhile.
    """
    refused = (*_of(institution, kind), pause.c.refused.is_(True))
    return connection.execute(update(pause).where(*refused).values(until=until)).rowcount > 0


def _of(institution: str, kind: str | None) -> tuple[ColumnElement[bool], ...]:
    mine = (pause.c.institution == institution,)
    return mine if kind is None else (*mine, pause.c.kind == kind)


def _pause(row: Row[Any]) -> Pause:
    return Pause(
        kind=row.kind,
        reason=row.reason,
        refused=row.refused,
        asked=row.asked,
        attempts=row.attempts,
        since=from_milliseconds(row.since),
        until=from_milliseconds(row.until),
    )
