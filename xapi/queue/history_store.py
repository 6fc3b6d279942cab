"""What was delivered and what is still to be delivered, read from the queue's table, and receipts that come by hand."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Engine, and_, select, update
from sqlalchemy.sql import ColumnElement

from xapi.clock import from_milliseconds
from xapi.database import reading, writing
from xapi.queue.job import Receipt
from xapi.queue.store import job

PAGE = 500


class HistoryStore:
    """Pages through the jobs of one institution and kind; all moments are milliseconds since 1970."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def receipts(self, institution: str, kind: str | None, key: str | None, limit: int) -> list[Receipt]:
        """What was delivered, the latest first."""
        wanted = [job.c.institution == institution, job.c.state == "done"]
        wanted += [job.c.kind == kind] if kind is not None else []
        wanted += [job.c.key == key] if key is not None else []
        with reading(self._engine) as connection:
            rows = connection.execute(select(job).where(*wanted).order_by(job.c.changed.desc(), job.c.id).limit(limit))
            return [Receipt(row.id, row.kind, row.key, row.receipt, from_milliseconds(row.changed)) for row in rows]

    def payload(self, institution: str, kind: str, key: str) -> bytes | None:
        """The payload of the job with this key, whatever became of it."""
        with reading(self._engine) as connection:
            return connection.scalar(select(job.c.payload).where(*_of(institution, kind), job.c.key == key))

    def open(self, institution: str, kind: str, states: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Key and payload of the jobs in `states`, in the order they were put, a page at a time."""
        last = 0
        while True:
            page = and_(*_of(institution, kind), job.c.state.in_(states), job.c.key.is_not(None), job.c.id > last)
            chosen = select(job.c.id, job.c.key, job.c.payload).where(page).order_by(job.c.id).limit(PAGE)
            with reading(self._engine) as connection:
                rows = connection.execute(chosen).all()
            yield from ((row.key, row.payload) for row in rows)
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    def acknowledge(self, institution: str, kind: str, keys: Sequence[str], receipt: str, now: int) -> int:
        """Marks the open jobs with `keys` as delivered in one transaction; returns how many were open."""
        done = {"state": "done", "owner": None, "reason": "", "receipt": receipt, "changed": now}
        number = 0
        with writing(self._engine) as connection:
            for start in range(0, len(keys), PAGE):
                some = and_(*_of(institution, kind), job.c.state != "done", job.c.key.in_(keys[start : start + PAGE]))
                number += connection.execute(update(job).where(some).values(done)).rowcount
        return number


def _of(institution: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    return (job.c.institution == institution, job.c.kind == kind)
