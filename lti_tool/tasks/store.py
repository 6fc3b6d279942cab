"""Keeps long work and how far it is, where every process of the installation sees it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Engine, MetaData, Select, String, Table, Text, delete, insert, select, update

from lti_tool.tasks.model import ENDED, Problem, Task
from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import reading, writing

_TASK = Table(
    "task",
    MetaData(),
    Column("institution", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    *(
        Column(name, Text)
        for name in ("account", "kind", "about", "language", "state", "step", "problem", "file", "result")
    ),
    *(
        Column(name, BigInteger)
        for name in ("done", "whole", "size", "attempts", "cancel", "created", "changed")
    ),
)  # fmt: skip


class TaskStore:
    """The long work of `institution`, in the database of `engine` (migrated as "lti_tool.tasks")."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self.institution = institution

    def add(self, task: Task) -> Task:
        """Keeps new work, unless the same is under way for the same person: then that."""
        values = _values(task)
        same = [_TASK.c[name] == values[name] for name in ("account", "kind", "about", "language")]
        with writing(self._engine) as connection:
            query = self._all().where(*same, _TASK.c.state.not_in(ENDED), _TASK.c.cancel == 0).limit(1)
            if (row := connection.execute(query).first()) is not None:
                return _task(row._asdict())
            connection.execute(insert(_TASK).values(institution=self.institution, **values))
        return task

    def begin(self, task_id: str, now: datetime) -> Task | None:
        """Says that a worker has begun, once more if it did before; None for what has ended or is not there."""
        return self._change(task_id, now, state="running", step="", done=0, whole=0, attempts=_TASK.c.attempts + 1)

    def step(self, task_id: str, now: datetime, step: str, done: int, whole: int) -> bool:
        """Says how far it is; False when it shall go on no more."""
        found = self._change(task_id, now, step=step, done=done, whole=whole)
        return found is not None and not found.cancel

    def end(self, task_id: str, now: datetime, task: Task) -> None:
        """Says what came of it: `state`, `problem`, `file`, `size` and `result` of `task`."""
        values = _values(task)
        self._change(task_id, now, **{name: values[name] for name in ("state", "problem", "file", "size", "result")})

    def again(self, task_id: str, now: datetime) -> None:
        """Says that it waits for another try."""
        self._change(task_id, now, state="waiting", step="", done=0, whole=0)

    def cancel(self, task_id: str, now: datetime) -> Task | None:
        """Ends what nobody has begun, and asks a worker to end what it has; None for what has ended or is not there."""
        with writing(self._engine) as connection:
            mine = (_TASK.c.institution == self.institution, _TASK.c.id == task_id)
            waiting = update(_TASK).where(*mine, _TASK.c.state == "waiting")
            connection.execute(waiting.values(state="cancelled", cancel=1, changed=to_milliseconds(now)))
            connection.execute(update(_TASK).where(*mine, _TASK.c.state == "running").values(cancel=1))
        return self.get(task_id)

    def get(self, task_id: str) -> Task | None:
        """The work with this id."""
        found = self._list(self._all().where(_TASK.c.id == task_id))
        return found[0] if found else None

    def of(self, account: str, limit: int = 200) -> list[Task]:
        """The last work that an account asked for, the newest first."""
        query = self._all().where(_TASK.c.account == account)
        return self._list(query.order_by(_TASK.c.created.desc(), _TASK.c.id).limit(limit))

    def done(self, kind: str, limit: int = 200) -> list[Task]:
        """The last work of a `kind` that anybody asked for and that is done, the newest first."""
        query = self._all().where(_TASK.c.kind == kind, _TASK.c.state == "done")
        return self._list(query.order_by(_TASK.c.changed.desc(), _TASK.c.id).limit(limit))

    def ahead(self, task: Task) -> int:
        """How much other work was asked for earlier and has not ended."""
        query = self._all().where(_TASK.c.state.not_in(ENDED), _TASK.c.created < to_milliseconds(task.created))
        return len(self._list(query))

    def under_way(self) -> list[Task]:
        """What has not ended, the oldest first."""
        return self._list(self._all().where(_TASK.c.state.not_in(ENDED)).order_by(_TASK.c.created, _TASK.c.id))

    def forget(self, before: datetime) -> int:
        """Deletes what ended before `before`; returns how many."""
        old = _TASK.c.state.in_(ENDED) & (_TASK.c.changed < to_milliseconds(before))
        with writing(self._engine) as connection:
            return connection.execute(delete(_TASK).where(_TASK.c.institution == self.institution, old)).rowcount

    def _change(self, task_id: str, now: datetime, **values: object) -> Task | None:
        mine = (_TASK.c.institution == self.institution, _TASK.c.id == task_id, _TASK.c.state.not_in(ENDED))
        with writing(self._engine) as connection:
            changed = connection.execute(update(_TASK).where(*mine).values(**values, changed=to_milliseconds(now)))
            if not changed.rowcount:
                return None
            row = connection.execute(self._all().where(_TASK.c.id == task_id)).one()
        return _task(row._asdict())

    def _all(self) -> Select[Any]:
        return select(_TASK).where(_TASK.c.institution == self.institution)

    def _list(self, query: Select[Any]) -> list[Task]:
        with reading(self._engine) as connection:
            return [_task(row._asdict()) for row in connection.execute(query)]


def _values(task: Task) -> dict[str, Any]:
    values = msgspec.structs.asdict(task)
    values["about"] = msgspec.json.encode(task.about, order="sorted").decode()
    values["problem"] = msgspec.json.encode(task.problem).decode() if task.problem else ""
    values |= {"cancel": int(task.cancel)}
    return values | {name: to_milliseconds(values[name]) for name in ("created", "changed")}


def _task(row: Mapping[str, Any]) -> Task:
    values = {name: value for name, value in row.items() if name != "institution"}
    values["about"] = msgspec.json.decode(values["about"], type=dict[str, str])
    values["problem"] = msgspec.json.decode(values["problem"], type=Problem) if values["problem"] else None
    values["cancel"] = bool(values["cancel"])
    return Task(**(values | {name: from_milliseconds(values[name]) for name in ("created", "changed")}))
