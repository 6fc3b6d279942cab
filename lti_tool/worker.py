"""The one worker: reads new statements into scores and credits, and delivers what waits in the queue."""

import logging
import os
from collections.abc import Callable
from random import Random

from lti_tool.grades import KIND as SCORE_KIND
from lti_tool.grades import project_scores
from lti_tool.services import Services
from xapi.audit.projector import project
from xapi.errors import JampelError
from xapi.queue.worker import Backoff, Handler, Worker
from xapi.recorder.client import LocalLrsClient
from xapi.recorder.deliver import Delivery
from xapi.recorder.record import KIND as STATEMENT_KIND

LOG = logging.getLogger(__name__)


class Work:
    """What a worker does, one round at a time. `rng` spreads retries, so that workers do not all knock at once."""

    def __init__(self, services: Services, rng: Random | None = None) -> None:
        self._services = services
        delivery = Delivery(lambda _institution, source: LocalLrsClient(services.lrs, services.principal(source)))
        handlers: dict[str, Handler] = {STATEMENT_KIND: delivery, SCORE_KIND: services.lti_parts.score_sender}
        owner = f"worker-{os.getpid()}-{services.ids().hex[:8]}"
        self._queue_worker = Worker(services.queue, handlers, services.clock, owner, backoff=Backoff(rng or Random()))  # noqa: S311

    def run_once(self) -> int:
        """One round; returns how many things were done, 0 when there is nothing to do now.

        A part that fails is logged by its error's name and tried again in the next round; it never stops the others.
        """
        return sum(self._safely(part) for part in (self._deliver, self._scores, self._credits))

    def _deliver(self) -> int:
        return self._queue_worker.run_once()

    def _scores(self) -> int:
        return project_scores(self._services.lti, self._services.statements.after, self._services.queue)

    def _credits(self) -> int:
        services = self._services
        return project(services.ledger, services.statements, services.people, services.rules).read

    @staticmethod
    def _safely(part: Callable[[], int]) -> int:
        try:
            return part()
        except JampelError as error:
            LOG.error("worker: %s failed: %s", _name(part), error.code)
        except Exception as error:  # noqa: BLE001 - a full disk or a locked file passes; the worker must live on
            LOG.error("worker: %s failed: %s", _name(part), type(error).__name__)
        return 0


def _name(part: Callable[[], int]) -> str:
    return getattr(part, "__name__", "part").lstrip("_")
