"""The queue as the rest of Jampel sees it: put, lease, settle, look, put back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from xapi.clock import Clock, system_clock, to_milliseconds
from xapi.database import Engine
from xapi.errors import QueueError
from xapi.identity import mask_nips_in
from xapi.list_database import SqlList
from xapi.queue.history_store import HistoryStore
from xapi.queue.job import (
    KEPT_REASON,
    Backlog,
    Done,
    Entry,
    Halt,
    Job,
    Outcome,
    Pause,
    Quarantine,
    Receipt,
    Retry,
    Stuck,
)
from xapi.queue.pause_store import PauseStore
from xapi.queue.store import STATES, JobStore

__all__ = ["STATES", "Queue"]

KEPT_RECEIPT = 4_000  # characters
MOST_FORGOTTEN = 5_000  # jobs at once: other writers wait meanwhile


class Queue:
    """Durable jobs in the database of `engine` (migrated as "xapi.queue", opened with durability FULL).

    `clock` stamps what is put and settled.
    """

    def __init__(self, engine: Engine, clock: Clock = system_clock) -> None:
        self._store = JobStore(engine)
        self._pauses = PauseStore(engine)
        self._history = HistoryStore(engine)
        self._clock = clock

    def put(
        self, institution: str, kind: str, payload: bytes, key: str | None = None, due: datetime | None = None,
        *, lane: str | None = None,
    ) -> int:  # fmt: skip
        """Puts one job and returns its id once it is durable; a repeat with the same `key` returns the first one's id.

        Parameters: as in `Entry`. Raises QueueError `queue.key_taken` when the key stands for another payload.
        """
        ((number, _new),) = self.put_all(institution, kind, [Entry(payload, key, lane, due)])
        return number

    def put_all(self, institution: str, kind: str, entries: Iterable[Entry]) -> list[tuple[int, bool]]:
        """Puts all entries in one transaction, or none: (job id, whether it is new) for each, in order."""
        if not institution or not kind:
            raise QueueError("queue.no_institution", "a job belongs to an institution and has a kind", kind=kind)
        now = to_milliseconds(self._clock())
        dated = [(entry, now if entry.due is None else to_milliseconds(entry.due)) for entry in entries]
        return self._store.add(institution, kind, dated, now)

    def lease(self, kinds: Iterable[str], owner: str, now: datetime, seconds: float, limit: int) -> list[Job]:
        """Up to `limit` due jobs of one kind and one institution, leased to `owner` for `seconds`; [] when none is due.

        Which of `kinds` comes is decided by the job that has been due for the longest time. Of a lane only the first
        open job is given. A lease that ends unsettled makes the job due again. A kind in a pause is left alone, and
        one whose credential was refused is tried with one job.
        """
        until = to_milliseconds(now + timedelta(seconds=seconds))
        return self._store.lease(tuple(kinds), owner, to_milliseconds(now), until, limit)

    def renew(self, jobs: Sequence[Job], until: datetime) -> None:
        """Prolongs the leases of `jobs` until `until`, where they are still held."""
        self._store.renew(jobs, to_milliseconds(until))

    def settle(self, outcomes: Sequence[tuple[Job, Outcome]], due: Mapping[int, datetime]) -> list[bool]:
        """Writes what became of leased jobs in one transaction; `due` has the next moment of each retried job's id.

        Returns False for a job whose lease ended and went to another worker, which then settles it.
        """
        now = to_milliseconds(self._clock())
        return self._store.settle([(job, _values(outcome, due.get(job.id), now)) for job, outcome in outcomes])

    def done(self, job: Job, receipt: str = "") -> bool:
        """Marks a leased job as finished, with the other side's receipt; False when the lease was lost."""
        return self.settle([(job, Done(receipt))], {})[0]

    def retry(self, job: Job, due: datetime, reason: str) -> bool:
        """Gives a leased job back until `due`, with the reason; False when the lease was lost."""
        return self.settle([(job, Retry(reason))], {job.id: due})[0]

    def quarantine(self, job: Job, reason: str) -> bool:
        """Sets a leased job aside, with the reason, until a person puts it back; False when the lease was lost."""
        return self.settle([(job, Quarantine(reason))], {})[0]

    def status(self, institution: str) -> dict[str, dict[str, int]]:
        """By kind: how many jobs are `waiting`, `leased`, `done` and `quarantined`."""
        return self._store.status(institution)

    def backlog(self, institution: str) -> dict[str, Backlog]:
        """By kind: what is not done, and since when the first job has been due. Quick with any number of receipts."""
        return self._store.backlog(institution)

    def quarantined(self, institution: str, kind: str | None = None, limit: int = 100) -> list[Stuck]:
        """The jobs set aside, with their reasons, the latest first."""
        return self._store.stuck(institution, "quarantined", kind, limit)

    def delayed(self, institution: str, kind: str | None = None, limit: int = 100) -> list[Stuck]:
        """The jobs that wait after a failure, with the reason of the last one, the latest first."""
        return self._store.stuck(institution, "waiting", kind, limit)

    def stuck_list(self, institution: str) -> SqlList:
        """All of `quarantined` and `delayed` for a page: `id`, `kind`, `state`, `reason`, `attempts`, `changed`."""
        return self._store.stuck_list(institution)

    def requeue(
        self, institution: str, kind: str | None = None, job_id: int | None = None, *, key: str | None = None
    ) -> int:
        """Puts quarantined jobs back (all, of a kind, or one by its id or key) and returns how many."""
        now = to_milliseconds(self._clock())
        return self._store.wake(institution, "quarantined", kind, now, number=job_id, key=key)

    def hurry(self, institution: str, kind: str | None = None, *, key: str | None = None) -> int:
        """Makes jobs that wait for a later attempt due now (all, of a kind, or one by its key) and returns how many.

        Pauses end, too, except those that the other side asked for, and not for the sake of one job.
        """
        now = to_milliseconds(self._clock())
        if key is None:
            self._pauses.shorten(institution, kind, now)
        return self._store.wake(institution, "waiting", kind, now, key=key)

    def pause(self, institution: str, kind: str, halt: Halt, until: datetime) -> None:
        """Leaves the jobs of `kind` alone until `until`; `pauses` shows it."""
        moment = to_milliseconds(until)
        values = {
            "reason": _kept(halt.reason), "refused": halt.refused, "asked": bool(halt.after_seconds), "until": moment,
        }  # fmt: skip
        self._pauses.begin(institution, kind, to_milliseconds(self._clock()), values)
        self._store.delay(institution, kind, moment)

    def resume(self, institution: str, kind: str) -> int:
        """Ends the pause of `kind`: the other side works again. Returns how many jobs became due."""
        self._pauses.end(institution, kind)
        return self._store.wake(institution, "waiting", kind, to_milliseconds(self._clock()))

    def pauses(self, institution: str, kind: str | None = None) -> list[Pause]:
        """The kinds whose other side takes nothing for now, with the reason."""
        return self._pauses.all(institution, kind)

    def receipts(
        self, institution: str, kind: str | None = None, key: str | None = None, *, limit: int = 100
    ) -> list[Receipt]:
        """What was delivered, with the receipts, the latest first; with `key` the one."""
        return self._history.receipts(institution, kind, key, limit)

    def payload(self, institution: str, kind: str, key: str) -> bytes | None:
        """The payload of the job with this key, whatever became of it, or None."""
        return self._history.payload(institution, kind, key)

    def undelivered(self, institution: str, kind: str) -> Iterator[tuple[str, bytes]]:
        """Key and payload of each job that waits or is being handled, in the order they were put."""
        return self._history.open(institution, kind, ("waiting", "leased"))

    def acknowledge(self, institution: str, kind: str, keys: Sequence[str], receipt: str) -> int:
        """Marks the jobs with `keys` that are not done as done, by a receipt that came another way; how many."""
        now = to_milliseconds(self._clock())
        return self._history.acknowledge(institution, kind, keys, receipt[:KEPT_RECEIPT], now)

    def forget(self, institution: str, kind: str, before: datetime, most: int = MOST_FORGOTTEN) -> int:
        """Deletes up to `most` jobs of `kind` that were done before `before`, with their receipts; returns how many.

        A job that is forgotten no longer stands in the way of a second one with its key.
        """
        return self._store.forget(institution, kind, to_milliseconds(before), most)


def _values(outcome: Outcome, due: datetime | None, now: int) -> dict[str, object]:
    """The columns that `outcome` sets; reasons come from elsewhere, so they are masked and cut."""
    match outcome:
        case Done(receipt):
            return {"state": "done", "reason": "", "receipt": receipt[:KEPT_RECEIPT], "changed": now}
        case Retry(reason) | Halt(reason):
            later = now if due is None else to_milliseconds(due)
            return {"state": "waiting", "due": later, "reason": _kept(reason), "changed": now}
        case Quarantine(reason):
            return {"state": "quarantined", "reason": _kept(reason), "changed": now}


def _kept(reason: str) -> str:
    return mask_nips_in(reason)[:KEPT_REASON] or "-"
