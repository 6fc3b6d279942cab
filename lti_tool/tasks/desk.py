"""Where long work is asked for, looked at, cancelled and fetched; the worker does it (`lti_tool.tasks.runner`)."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from lti_tool.tasks.model import About, Task
from lti_tool.tasks.store import TaskStore
from xapi.clock import Clock
from xapi.queue import Queue

KIND = "task"
FOLDER = "exports"
#: A file may hold names and numbers of many people: it waits for its reader for a day, and what is known of it longer.
FILE_KEPT = timedelta(days=1)
KNOWN_FOR = timedelta(days=30)


class Payload(msgspec.Struct, frozen=True):
    """What stands in the queue."""

    task: str


class TaskDesk:
    """The long work of one institution. Files of it lie in `folder`, for the owner of the installation alone."""

    def __init__(
        self, store: TaskStore, queue: Queue, folder: Path, *, clock: Clock, ids: Callable[[], uuid.UUID]
    ) -> None:
        self.store = store
        self._queue = queue
        self._folder = folder
        self._clock = clock
        self._ids = ids

    def ask(self, kind: str, about: About, account: str, language: str) -> Task:
        """Work for the worker, or the same that this account has under way already."""
        now = self._clock()
        new = Task(
            id=self._ids().hex, account=account, kind=kind, about=about, language=language, created=now, changed=now
        )
        task = self.store.add(new)
        self.ensure(task)
        return task

    def ensure(self, task: Task) -> None:
        """Puts open work into the queue, if it is not there: a crash may have come between."""
        if task.is_open:
            payload = msgspec.json.encode(Payload(task.id))
            self._queue.put(self.store.institution, KIND, payload, f"{KIND}:{task.id}")

    def cancel(self, task: Task) -> None:
        """Ends `task`: at once when nobody has begun, else as soon as its worker looks up."""
        self.store.cancel(task.id, self._clock())

    def place(self, task_id: str) -> Path:
        """Where the file of this work is written to; the folder is there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._folder / task_id

    def file(self, task: Task) -> Path | None:
        """What came of `task`, while it is kept."""
        place = self._folder / task.id
        return place if task.state == "done" and self.kept_until(task) > self._clock() and place.is_file() else None

    def kept_until(self, task: Task) -> datetime:
        """When the file of work that is done goes."""
        return task.changed + FILE_KEPT

    def tidy(self) -> int:
        """Puts lost jobs back into the queue, and deletes files past their time and what ended long ago."""
        under_way = self.store.under_way()
        for task in under_way:
            self.ensure(task)
        now = self._clock()
        self.drop_files(now - FILE_KEPT, keep=frozenset(task.id for task in under_way))
        return self.store.forget(now - KNOWN_FOR)

    def drop_files(self, before: datetime | None = None, keep: frozenset[str] = frozenset()) -> None:
        """Deletes the files, those of before `before` or all: when someone is erased, none may name them on."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            old = before is None or path.stat().st_mtime < before.timestamp()
            if old and path.name.partition(".")[0] not in keep:
                path.unlink(missing_ok=True)
