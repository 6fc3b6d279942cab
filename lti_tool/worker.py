"""The one worker: reads new statements into scores and credits, delivers and forwards what waits, and tidies up."""

import logging
import os
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from threading import Event, Thread

from lti_tool.grades import KIND as SCORE_KIND
from lti_tool.grades import project_scores
from lti_tool.package_desk import KIND as PACKAGE_KIND
from lti_tool.services import Services
from lti_tool.tasks.desk import KIND as TASK_KIND
from lti_tool.tasks.runner import TaskRunner
from lti_tool.uploads import KIND as BUILD_KIND
from lti_tool.watch.figures import FAILURES, READ
from lti_tool.watch.pulse import Pulse
from lti_tool.watch.tally import Tally
from xapi.audit.projector import refresh_roster
from xapi.errors import JampelError
from xapi.lrs.store import StoredStatement
from xapi.queue.worker import Backoff, Handler, Worker
from xapi.recorder.client import LocalLrsClient
from xapi.recorder.deliver import Delivery
from xapi.recorder.record import KIND as STATEMENT_KIND

LOG = logging.getLogger(__name__)
TIDY_EVERY = timedelta(hours=1)
#: How long the audit's pages may show the employees as they were before an import: comparing all takes its time.
ROSTER_EVERY = timedelta(seconds=30)
#: A round that did this much has more to do at once. A smaller one waits for company: while statements come one by one,
#: a transaction of the worker for each would take the disk and the processor from those who send them.
FULL_ROUND = 100
#: The receipt of a score is of use while someone may ask where a grade is. Receipts of statements stay for good: they
#: are how a sheet that is read a second time is found unchanged, and how one that says something else is refused.
SCORES_KEPT = timedelta(days=90)
BUILDS_KEPT = timedelta(days=30)


class Work:
    """What a worker does, one round at a time.

    `rng` spreads retries, so that workers do not all knock at once; `tally` counts what was read and what failed.
    `pulse` tells the other processes that this one lives.
    """

    def __init__(self, services: Services, rng: Random | None = None, tally: Tally | None = None) -> None:
        self._services = services
        self._tally = tally or Tally()
        delivery = Delivery(lambda _institution, source: LocalLrsClient(services.lrs, services.principal(source)))
        handlers: dict[str, Handler] = {STATEMENT_KIND: delivery, SCORE_KIND: services.lti_parts.score_sender}
        owner = f"worker-{os.getpid()}-{services.ids().hex[:8]}"
        self.pulse = Pulse(services.heartbeats, services.clock, owner)
        self._tidied: datetime | None = None
        self._compared: datetime | None = None
        self._turn = 0
        backoff = Backoff(rng or Random())  # noqa: S311
        self._queue_worker = Worker(services.queue, handlers, services.clock, owner, backoff=backoff)
        building: dict[str, Handler] = {
            BUILD_KIND: services.uploads.handle,
            PACKAGE_KIND: services.packages.handle,
        }
        self._built = (*building, TASK_KIND)
        self._builder = Worker(services.queue, building, services.clock, f"{owner}-build", backoff=backoff)
        self._tasks = Worker(
            services.queue, {TASK_KIND: TaskRunner(services).handle}, services.clock, f"{owner}-task", backoff=backoff
        )
        self._forwarder = services.forwarder(owner, backoff)

    def run_once(self) -> int:
        """One round; returns how many things were done, 0 when there is nothing to do now.

        A part that fails is logged by its error's name and tried again in the next round; it never stops the others.
        """
        parts = (self._deliver, self._scores, self._credits, self._employees, self._forward, self._notices, self._tidy)
        done = sum(self._safely(part) for part in parts)
        self.pulse.enter("")
        self.pulse.beat()
        return done

    def build_once(self) -> int:
        """Builds one uploaded module or one package; 0 when none waits. It may take minutes."""
        return self._builder.run_once(1)

    def task_once(self) -> int:
        """Does one piece of long work that a page asked for; 0 when none waits. It may take minutes."""
        return self._tasks.run_once(1)

    def keep_building(self, stop: Event) -> Thread:
        """Builds in a thread until `stop` is set: a large module must not hold up scores and statements."""
        return _kept_running(self._builder, "builder", stop)

    def keep_at_tasks(self, stop: Event) -> Thread:
        """Does long work in a thread of its own until `stop` is set: no module waits for a report, nor the reverse."""
        return _kept_running(self._tasks, "tasks", stop)

    def _deliver(self) -> int:
        return self._queue_worker.run_once()

    def _scores(self) -> int:
        return project_scores(self._services.lti, self._after, self._services.queue, self._services.clock)

    def _after(self, institution: str, seq: int, limit: int) -> Sequence[StoredStatement]:
        """The statements after `seq`, counted by source: every statement passes here once."""
        found = self._services.statements.after(institution, seq, limit)
        for source, number in Counter(one.source for one in found).items():
            self._tally.count(READ, source, number)
        return found

    def _credits(self) -> int:
        read = self._services.bring_ledger_up_to_date().read
        self.pulse.projected()
        return read

    def _employees(self) -> int:
        """Brings employees and their places in the ledger up to date: those of this year, and of one more in turn."""
        services, now = self._services, self._services.clock()
        if self._compared is not None and now - self._compared < ROSTER_EVERY:
            return 0
        self._compared = now
        this = services.today.year
        others = [year for year in services.ledger.years() if year != this]
        self._turn += 1
        for year in (this, *others[self._turn % max(1, len(others)) :][:1]):
            refresh_roster(services.ledger, services.people, year)
        return 0

    def _forward(self) -> int:
        """One round for one target; it ends by itself before the rest has waited for long."""
        return self._forwarder.run_once()

    def _notices(self) -> int:
        """Asks platforms for the notices that their launches offered."""
        return self._services.lti_parts.subscriber.run_once()

    def _tidy(self) -> int:
        """Changes the signing key when it is time; forgets launch tokens that are over, old receipts of scores and
        builds, old refusals of runs with other systems, files of uploads that ended, and what the launch debugger saw.

        It runs once an hour and forgets a bounded number at a time.
        """
        services, now = self._services, self._services.clock()
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return 0
        services.lti_parts.keys.keep_up()
        over = services.credentials.forget_expired(now)
        old = services.queue.forget(services.institution.id, SCORE_KIND, now - SCORES_KEPT)
        old += sum(services.queue.forget(services.institution.id, kind, now - BUILDS_KEPT) for kind in self._built)
        if days := services.settings.retention.refusals:
            old += services.lti.adapter_runs.forget_refused(now - timedelta(days=days))
        services.lti_parts.debugger.forget()
        services.uploads.tidy()
        services.tasks.tidy()
        services.rosters.tidy()
        services.library.tidy()
        if not over and not old:  # else there may be more, and the next round goes on
            self._tidied = now
        return over + old

    def _safely(self, part: Callable[[], int]) -> int:
        name = _name(part)
        self.pulse.enter(name)
        try:
            return part()
        except JampelError as error:
            LOG.error("worker: %s failed: %s", name, error.code, extra={"part": name, "code": error.code})
        except Exception as error:  # noqa: BLE001 - a full disk or a locked file passes; the worker must live on
            LOG.error("worker: %s failed: %s", name, type(error).__name__, extra={"part": name})
        self._tally.count(FAILURES, name)
        return 0


def _kept_running(worker: Worker, name: str, stop: Event) -> Thread:
    thread = Thread(target=worker.run, args=(stop,), kwargs={"limit": 1}, name=name, daemon=True)
    thread.start()
    return thread


def _name(part: Callable[[], int]) -> str:
    return getattr(part, "__name__", "part").lstrip("_")
