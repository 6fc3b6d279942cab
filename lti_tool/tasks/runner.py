"""Does long work in the worker: step by step, so that a page can tell and cancel it, and again when a worker died."""

import logging
import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lti_tool.errors import ToolError
from lti_tool.tasks.desk import Payload
from lti_tool.tasks.kinds import KINDS
from lti_tool.tasks.model import Cancelled, Problem, Task
from lti_tool.tasks.steps import Tell
from xapi.errors import JampelError
from xapi.queue import Done, Job, Outcome, Retry

if TYPE_CHECKING:
    from lti_tool.services import Services

#: Work whose worker was killed so often is no accident: it takes more memory or time than this machine has.
MOST_ATTEMPTS = 3
TELL_EVERY = timedelta(seconds=0.5)
LOG = logging.getLogger(__name__)


class TaskRunner:
    """The worker's handler of jobs of the kind `task`, over `services`."""

    def __init__(self, services: "Services") -> None:
        self._services = services

    def handle(self, jobs: list[Job]) -> Sequence[Outcome]:
        """Does the work of `jobs`, one after the other."""
        return [self._handle(job) for job in jobs]

    def _handle(self, job: Job) -> Outcome:
        here = self._services
        task = here.tasks.store.begin(msgspec.json.decode(job.payload, type=Payload).task, here.clock())
        if task is None:
            return Done()
        try:
            if task.attempts > MOST_ATTEMPTS:
                raise ToolError("task.gave_up", f"attempt {task.attempts}")
            return self._do(task)
        except Cancelled:
            return self._end(task, state="cancelled")
        except JampelError as error:
            return self._fail(task, error)
        except Exception as error:  # noqa: BLE001 - a full disk may have room again, a server that was away be back
            return self._once_more(task, error)

    def _once_more(self, task: Task, error: Exception) -> Outcome:
        LOG.error("work of the kind %s failed: %s", task.kind, type(error).__name__)
        if task.attempts < MOST_ATTEMPTS:
            self._services.tasks.store.again(task.id, self._services.clock())
            return Retry(type(error).__name__)
        return self._fail(task, ToolError("task.disk" if isinstance(error, OSError) else "task.broken"))

    def _do(self, task: Task) -> Outcome:
        if task.cancel and KINDS[task.kind].cancels:
            raise Cancelled
        part = self._services.tasks.place(f"{task.id}.{task.attempts}.part")
        try:
            return self._write(task, part)
        finally:
            part.unlink(missing_ok=True)

    def _write(self, task: Task, part: Path) -> Outcome:
        """Writes the file beside its place, and moves it there when it is whole."""
        kind, place = KINDS[task.kind], self._services.tasks.place(task.id)
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target:
            name = kind.run(self._services, task, target, _teller(self._services, task))
        if kind.shows:
            return self._end(task, state="done", result=part.read_text(encoding="utf-8"))
        if not name:
            return self._end(task, state="done")
        size = part.stat().st_size
        part.replace(place)
        return self._end(task, state="done", file=name, size=size)

    def _fail(self, task: Task, error: JampelError) -> Outcome:
        params = {name: str(value) for name, value in error.params.items()}
        return self._end(task, state="failed", problem=Problem(error.code, error.package, params))

    def _end(self, task: Task, **values: object) -> Outcome:
        ended = msgspec.structs.replace(task, **values)
        self._services.tasks.store.end(task.id, self._services.clock(), ended)
        return Done(ended.state)


def _teller(services: "Services", task: Task) -> Tell:
    """Keeps how far the work is, now and then, and raises Cancelled when it shall end."""
    told: tuple[str, datetime] | None = None
    tell_store: Callable[..., bool] = services.tasks.store.step

    def tell(step: str, done: int = 0, whole: int = 0) -> None:
        nonlocal told
        now = services.clock()
        if told is not None and told[0] == step and now - told[1] < TELL_EVERY:
            return
        told = step, now
        if not tell_store(task.id, now, step, done, whole) and KINDS[task.kind].cancels:
            raise Cancelled

    return tell
