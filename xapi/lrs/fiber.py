"""Fibers: plain code that an event loop runs, and that steps aside while it waits for the disk.

Threads that answer requests side by side gain nothing, because the interpreter runs one of them at a time; they take it
from each other at every query, and each time costs as much as finding a statement. One thread that answers them in turn
has none of that, as long as it never waits. So a request runs as a fiber: where it must wait for a commit, the loop
goes on with others, and where it would look for too long, it is given up and begun again in a thread.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")
MOST_SECONDS = 0.002  # that a read may keep the loop from others: several times what a page of statements takes


class TookTooLong(BaseException):
    """A read took longer than a fiber may; not an Exception, because no handler of errors may answer for it."""


class Fiber(greenlet):
    """Plain code under way in `loop`; it should not read longer than until `last` (of `time.monotonic`)."""

    def __init__(self, work: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(work)
        self.loop = loop
        self.last = time.monotonic() + MOST_SECONDS

    def wait_for(self, future: "asyncio.Future[Any]") -> None:
        """Returns when `future` is done; meanwhile the loop does other things."""
        if self.parent is None:
            raise RuntimeError("a fiber runs within a loop")
        self.parent.switch(future)
        self.last = time.monotonic() + MOST_SECONDS


_here = threading.local()


def begin_long_reads() -> None:
    """Says that this thread is one of the few for reads that take long, so that it gets a larger cache."""
    _here.reads_long = True


def reads_long() -> bool:
    """Whether much is read here: in a fiber, because a loop has most requests, or in a thread for long reads."""
    return this_fiber() is not None or getattr(_here, "reads_long", False)


def this_fiber() -> Fiber | None:
    """The fiber that runs here, or None in a plain thread."""
    here = getcurrent()
    return here if isinstance(here, Fiber) else None


async def run(work: Callable[[], T]) -> T:
    """What `work` returns or raises, run as a fiber of the current loop; TookTooLong when it should run in a thread."""
    fiber = Fiber(work, asyncio.get_running_loop())
    found: Any = fiber.switch()
    while not fiber.dead:
        await found
        found = fiber.switch()
    result: T = found
    return result
