"""The worker: leases due jobs, gives them to their handler, and settles what it says, with back-off and jitter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from logging import getLogger
from random import Random
from threading import Event

from xapi.clock import Clock
from xapi.errors import JampelError, QueueError
from xapi.queue.heartbeat import beating
from xapi.queue.job import Done, Halt, Job, Outcome, Quarantine, Retry
from xapi.queue.queue import Queue

Handler = Callable[[list[Job]], Sequence[Outcome]]
#: How long what a killed worker had taken stays undone; a living one prolongs it, three times within each lease.
LEASE_SECONDS = 30.0
BATCH = 100
REFUSED_SECONDS = 3600.0  # between two tries of a credential that was refused
log = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a failed job waits: `first` seconds doubled with each attempt up to `most`, halved at random at most.

    The random half keeps a thousand schools from knocking at the same second after a power cut. A wait that the other
    side asks for is kept, up to `longest_asked` seconds.
    """

    rng: Random = field(default_factory=Random)
    first: float = 2.0
    most: float = 900.0
    longest_asked: float = 6 * 3600.0

    def seconds(self, attempts: int, asked: float | None = None) -> float:
        """The wait after the failed attempt number `attempts` (from 1), in seconds."""
        full = min(self.most, self.first * 2.0 ** min(attempts - 1, 30))
        wait = full * (0.5 + 0.5 * self.rng.random())
        if asked is not None and asked > 0:
            wait = max(wait, min(asked, self.longest_asked) * (1.0 + 0.1 * self.rng.random()))
        return wait


class Worker:
    """Handles the jobs of `queue` whose kind is in `handlers`.

    `owner` names this worker; two workers must never share a name. A handler gets jobs of one kind and one institution
    and answers one outcome for each, in order; what it raises is a retry. A lease lasts `lease_seconds` and is
    prolonged while the handler runs, so nobody else does its jobs meanwhile; when a worker dies, they come back.
    """

    def __init__(
        self, queue: Queue, handlers: Mapping[str, Handler], clock: Clock, owner: str,
        *, backoff: Backoff | None = None, lease_seconds: float = LEASE_SECONDS,
    ) -> None:  # fmt: skip
        self._queue = queue
        self._handlers = dict(handlers)
        self._clock = clock
        self._owner = owner
        self._backoff = backoff or Backoff()
        self._lease_seconds = lease_seconds

    def run_once(self, limit: int = BATCH) -> int:
        """Handles one batch of up to `limit` jobs; returns how many it leased, 0 when none was due."""
        jobs = self._queue.lease(self._handlers, self._owner, self._clock(), self._lease_seconds, limit)
        if not jobs:
            return 0
        with beating(lambda: self._queue.renew(jobs, self._lease_end()), self._lease_seconds / 3):
            outcomes = self._handle(jobs)
        now = self._clock()
        until = self._pause(jobs[0], outcomes, now)
        due = {job.id: until or now if isinstance(outcome, Halt) else self._due(job, outcome, now)
               for job, outcome in zip(jobs, outcomes, strict=True) if isinstance(outcome, Retry | Halt)}  # fmt: skip
        self._queue.settle(list(zip(jobs, outcomes, strict=True)), due)
        return len(jobs)

    def run(self, stop: Event, idle_seconds: float = 1.0, limit: int = BATCH) -> None:
        """Works until `stop` is set, looking for due jobs every `idle_seconds` when there were none."""
        while not stop.is_set():
            try:
                handled = self.run_once(limit)
            except Exception as error:  # noqa: BLE001 - a full disk or a locked database must not end the worker
                log.error("the queue cannot be worked on: %s", type(error).__name__)
                handled = 0
            if not handled:
                stop.wait(idle_seconds)

    def _handle(self, jobs: list[Job]) -> Sequence[Outcome]:
        """The handler's outcomes; a retry of all jobs when it fails."""
        try:
            outcomes = self._handlers[jobs[0].kind](jobs)
            if len(outcomes) != len(jobs):
                detail = f"{len(outcomes)} outcomes for {len(jobs)} jobs"
                raise QueueError("queue.outcome_count", detail, kind=jobs[0].kind)
        except Exception as error:  # noqa: BLE001 - nothing a handler does may lose a job
            reason = str(error) if isinstance(error, JampelError) else type(error).__name__
            log.warning("%d jobs of kind %s failed: %s", len(jobs), jobs[0].kind, type(error).__name__)
            return [Retry(reason)] * len(jobs)
        return outcomes

    def _pause(self, job: Job, outcomes: Sequence[Outcome], now: datetime) -> datetime | None:
        """Pauses the kind of `job` when the other side takes nothing, and says until when; ends a pause when it does.

        Done before the jobs are settled: whoever comes between finds them leased, never due.
        """
        halt = next((outcome for outcome in outcomes if isinstance(outcome, Halt)), None)
        pauses = self._queue.pauses(job.institution, job.kind)
        if pauses and any(isinstance(outcome, Done | Quarantine) for outcome in outcomes):
            self._queue.resume(job.institution, job.kind)
            pauses = []
        if halt is None:
            return None
        seconds = REFUSED_SECONDS if halt.refused else 0.0
        failures = pauses[0].attempts + 1 if pauses else 1
        seconds = max(seconds, self._backoff.seconds(failures, halt.after_seconds))
        until = now + timedelta(seconds=seconds)
        self._queue.pause(job.institution, job.kind, halt, until)
        return until

    def _lease_end(self) -> datetime:
        return self._clock() + timedelta(seconds=self._lease_seconds)

    def _due(self, job: Job, outcome: Retry | Halt, now: datetime) -> datetime:
        return now + timedelta(seconds=self._backoff.seconds(job.attempts, outcome.after_seconds))
