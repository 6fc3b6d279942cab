"""Commits that wait for the disk together: of threads that commit at the same time, one asks the disk for all of them.

SQLite with `synchronous=FULL` waits for the disk within each commit, and the next one begins after that: a class that
starts at once waits for as many turns as it has people. Here a commit only writes the log, and then its thread waits
until the log has gone to the disk, which one wait does for everybody who has committed by then. PostgreSQL does the
same by itself. Whoever answers for a whole request may put the waiting off until the answer is ready (`owing`).
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Lock

from sqlalchemy import Connection, Engine

from xapi.database import writing


class Flush:
    """The waits of one process for the log of one SQLite file; `sync` asks the disk, and is given a file's number."""

    def __init__(self, log: str, sync: Callable[[int], object] = os.fsync) -> None:
        self._log = log
        self._sync = sync
        self._changed = Condition()
        self._begun = self._done = 0
        self._busy = False

    def wait(self) -> None:
        """Returns when everything that was committed before the call is on the disk, or, within `owing`, at once.

        Raises OSError when the disk refuses; those who wait as well then try it themselves.
        """
        owed: Owed | None = getattr(_here, "owed", None)
        if owed is None:
            self.wait_for(self.turn())
        else:
            owed[self] = self.turn()

    def turn(self) -> int:
        """The number of the wait that will have everything on the disk that is committed now."""
        with self._changed:
            return self._begun + 1  # what has begun already may have missed our commit

    def wait_for(self, wanted: int) -> None:
        """Returns when the wait with the number `wanted`, from `turn`, is over; raises as `wait`."""
        with self._changed:
            while self._busy and self._done < wanted:
                self._changed.wait()
            if self._done >= wanted:
                return
            self._busy, self._begun = True, self._begun + 1
            number = self._begun
        done = False
        try:
            self._ask()
            done = True
        finally:
            with self._changed:
                self._busy = False
                self._done = number if done else self._done
                self._changed.notify_all()

    def _ask(self) -> None:
        with suppress(FileNotFoundError):  # the log is gone when all of it is in the file, and on the disk with it
            log = os.open(self._log, os.O_RDONLY)
            try:
                self._sync(log)
            finally:
                os.close(log)


Owed = dict[Flush, int]
"""What is still to be waited for: of each file the number of a wait."""
_here = threading.local()


@contextmanager
def owing() -> Iterator[Owed]:
    """Lets no commit of this thread wait for the disk within the block, and gives what there is to `pay` after it.

    Nothing that relies on the block may be told to anybody before that is paid.
    """
    owed: Owed = {}
    _here.owed = owed
    try:
        yield owed
    finally:
        _here.owed = None


def pay(owed: Owed) -> None:
    """Waits until everything `owed` is on the disk. Raises OSError when the disk refuses."""
    for flush, turn in owed.items():
        flush.wait_for(turn)


_flushes: dict[str, Flush] = {}
_making = Lock()


def flush_of(engine: Engine) -> Flush:
    """The waits for the SQLite file of `engine`: the same for all engines of this process over one file."""
    path = os.path.realpath(engine.url.database or "")
    with _making:
        if path not in _flushes:
            _flushes[path] = Flush(f"{path}-wal")
        return _flushes[path]


@contextmanager
def writing_together(engine: Engine) -> Iterator[Connection]:
    """As `xapi.database.writing`: on the disk when the block has ended, whose wait is shared with other threads."""
    if engine.dialect.name != "sqlite":
        with writing(engine) as connection:
            yield connection
        return
    with writing(engine, durable=False) as connection:
        yield connection
    flush_of(engine).wait()
