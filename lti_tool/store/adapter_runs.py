"""Receipts of runs with other systems: one at a time for each connection, by a lease, and how far each has read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Select, and_, delete, exists, func, select, update

from lti_tool.errors import ToolError
from lti_tool.store.adapter_tables import CURSOR, REFUSED, RUN
from xapi.database import insert_into, reading, writing

LEASE = timedelta(seconds=90)
"""How long a run is believed to live without a sign of life."""
RUNNING, DONE, STOPPED, INTERRUPTED = "running", "done", "stopped", "interrupted"
MOST_REFUSED = 10_000
"""The most refusals that a receipt keeps with their reasons; all of them are counted."""
FORGOTTEN = 10
"""Runs whose refusals are forgotten in one transaction."""


class Problem(msgspec.Struct, frozen=True):
    """An error as it is kept: its code, whose words explain it, and their values."""

    code: str
    package: str
    params: Mapping[str, str | int | float | None] = {}


class Refusal(msgspec.Struct, frozen=True):
    """A record that was not taken: where it was found, and why."""

    place: str
    problem: Problem


class Run(msgspec.Struct, frozen=True):
    """One run: `action` is pull, file or push; `subject` the file or the plan; times in UTC.

    `state` is running, done, stopped (it ended itself, see `problem`) or interrupted (its process died). `place` stands
    for the address behind the connection, to which its cursor belongs; a receipt does not keep it.
    """

    id: str
    system: str
    connection: str
    action: str
    subject: str
    state: str
    started: datetime
    ended: datetime | None
    counts: Mapping[str, int]
    problem: Problem | None
    began_at: str
    cursor: str
    place: str = ""


class AdapterRunStore:
    """Runs of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def begin(self, run: Run) -> None:
        """Keeps `run` as the one under way for its connection.

        One whose lease has ended is interrupted from now on. Raises ToolError `adapter.run_under_way` while another
        lives.
        """
        with writing(self._engine) as connection:
            self._end_dead(connection, run.started)
            mine = and_(self._here(RUN), RUN.c.state == RUNNING)
            other = select(RUN.c.id, RUN.c.started).where(
                mine, RUN.c.system == run.system, RUN.c.connection == run.connection
            )
            if found := connection.execute(other).first():
                since = _time(found.started).astimezone(run.started.tzinfo)
                raise ToolError("adapter.run_under_way", found.id, system=run.system, run=found.id[:8], since=since)
            values = {
                "institution": self._institution,
                **{name: getattr(run, name) for name in ("id", "system", "connection", "action", "subject")},
                "state": RUNNING,
                "started": _number(run.started),
                "lease": _number(run.started + LEASE),
                "counts": "{}",
                "problem": "",
                "began_at": run.began_at,
                "cursor": run.began_at,
            }
            connection.execute(insert_into(connection, RUN).values(**values))

    def beat(self, run: str, now: datetime) -> bool:
        """A sign of life of `run`; False when it is no longer the one under way."""
        with writing(self._engine, durable=False) as connection:
            return self._change(connection, run, lease=_number(now + LEASE))

    def advance(
        self, run: Run, now: datetime, *, counts: Mapping[str, int], refused: Sequence[Refusal], cursor: str | None
    ) -> None:
        """Keeps in one transaction how far `run` is: its `counts`, what was `refused` since, and the `cursor` (None:
        it has none). Raises ToolError `adapter.run_lost` when it is no longer the one under way."""
        with writing(self._engine) as connection:
            changed: dict[str, Any] = {
                "counts": msgspec.json.encode(counts).decode(),
                "lease": _number(now + LEASE),
            }
            if not self._change(connection, run.id, **changed, **({} if cursor is None else {"cursor": cursor})):
                raise ToolError("adapter.run_lost", run.id, run=run.id[:8])
            self._add_refused(connection, run.id, refused)
            if cursor is not None:
                self._keep_cursor(connection, run, cursor, now)

    def end(self, run: str, now: datetime, state: str, problem: Problem | None = None) -> None:
        """Closes the receipt of `run`, unless it is closed."""
        kept = msgspec.json.encode(problem).decode() if problem else ""
        with writing(self._engine) as connection:
            self._change(connection, run, state=state, ended=_number(now), problem=kept)

    def cursor(self, system: str, connection_name: str, place: str = "") -> str:
        """Where the next run of the connection begins; empty at the beginning, and where `place` is another than the
        last run's: a cursor of one system means nothing in another."""
        query = select(CURSOR.c.cursor).where(
            self._here(CURSOR),
            CURSOR.c.system == system,
            CURSOR.c.connection == connection_name,
            CURSOR.c.place == place,
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalar() or ""

    def latest(self, now: datetime, *, system: str | None = None, limit: int = 50) -> list[Run]:
        """The newest runs first."""
        query = select(RUN).where(self._here(RUN)).order_by(RUN.c.started.desc(), RUN.c.id).limit(limit)
        return self._runs(query if system is None else query.where(RUN.c.system == system), now)

    def get(self, beginning: str, now: datetime) -> Run:
        """The run whose id has this `beginning`; raises ToolError `adapter.run_unknown` unless it is exactly one."""
        query = select(RUN).where(self._here(RUN), RUN.c.id.startswith(beginning, autoescape=True)).limit(2)
        found = self._runs(query, now) if len(beginning) >= 4 else []
        if len(found) != 1:
            raise ToolError("adapter.run_unknown", beginning[:32], run=beginning[:32])
        return found[0]

    def refused(self, run: str) -> list[Refusal]:
        """What `run` did not take, in the order it was met, at most MOST_REFUSED."""
        query = select(REFUSED.c.place, REFUSED.c.problem).where(self._here(REFUSED), REFUSED.c.run == run)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(REFUSED.c.seq))
            return [Refusal(row.place, msgspec.json.decode(row.problem, type=Problem)) for row in rows]

    def forget_refused(self, before: datetime) -> int:
        """Deletes what single records were refused for, of some runs that began before `before`; how many runs.

        The receipts with their counts stay, and all of the newest run of each connection and action.
        """
        newer = RUN.alias()
        same = (getattr(newer.c, name) == getattr(RUN.c, name) for name in ("system", "connection", "action"))
        is_followed = exists().where(self._here(newer), *same, newer.c.started > RUN.c.started)
        has_any = exists().where(self._here(REFUSED), REFUSED.c.run == RUN.c.id)
        old = select(RUN.c.id).where(self._here(RUN), RUN.c.state != RUNNING, RUN.c.started < _number(before))
        with writing(self._engine) as connection:
            runs = list(connection.execute(old.where(is_followed, has_any).limit(FORGOTTEN)).scalars())
            connection.execute(delete(REFUSED).where(self._here(REFUSED), REFUSED.c.run.in_(runs)))
        return len(runs)

    def _here(self, table: Any) -> Any:
        return table.c.institution == self._institution

    def _change(self, connection: Connection, run: str, **values: Any) -> bool:
        query = update(RUN).where(self._here(RUN), RUN.c.id == run, RUN.c.state == RUNNING)
        return bool(connection.execute(query.values(**values)).rowcount)

    def _end_dead(self, connection: Connection, now: datetime) -> None:
        dead = and_(self._here(RUN), RUN.c.state == RUNNING, RUN.c.lease < _number(now))
        connection.execute(update(RUN).where(dead).values(state=INTERRUPTED, ended=RUN.c.lease))

    def _add_refused(self, connection: Connection, run: str, refused: Sequence[Refusal]) -> None:
        count = select(func.count()).select_from(REFUSED).where(self._here(REFUSED), REFUSED.c.run == run)
        known = int(connection.execute(count).scalar_one()) if refused else 0
        rows = [
            {
                "institution": self._institution,
                "run": run,
                "seq": seq,
                "place": one.place,
                "problem": msgspec.json.encode(one.problem).decode(),
            }
            for seq, one in enumerate(refused[: MOST_REFUSED - known], start=known + 1)
        ]
        if rows:
            connection.execute(insert_into(connection, REFUSED), rows)

    def _keep_cursor(self, connection: Connection, run: Run, cursor: str, now: datetime) -> None:
        values = {"place": run.place, "cursor": cursor, "run": run.id, "at": _number(now)}
        key = {"institution": self._institution, "system": run.system, "connection": run.connection}
        insert = insert_into(connection, CURSOR).values(**key, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))

    def _runs(self, query: Select[Any], now: datetime) -> list[Run]:
        with reading(self._engine) as connection:
            return [_run(row, now) for row in connection.execute(query)]


def _run(row: Any, now: datetime) -> Run:
    dead = row.state == RUNNING and row.lease < _number(now)
    ended = row.lease if dead else row.ended
    return Run(
        id=row.id,
        system=row.system,
        connection=row.connection,
        action=row.action,
        subject=row.subject,
        state=INTERRUPTED if dead else row.state,
        started=_time(row.started),
        ended=None if ended is None else _time(ended),
        counts=msgspec.json.decode(row.counts, type=dict[str, int]),
        problem=msgspec.json.decode(row.problem, type=Problem) if row.problem else None,
        began_at=row.began_at,
        cursor=row.cursor,
    )


def _number(moment: datetime) -> int:
    """Milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def _time(number: int) -> datetime:
    return datetime.fromtimestamp(number / 1000, UTC)
