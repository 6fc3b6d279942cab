"""Work in threads that is done a few pieces at a time, so that the threads do not take the interpreter from each other.

Threads of one interpreter gain nothing from computing side by side. They take it from each other at every query, and on
a virtual machine each such change costs as much as a few queries: two hundred launches at once took a third longer.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

T = TypeVar("T")
#: Seconds after which the turn of a piece of work is over although the work is not.
LONGEST_TURN = 0.25
_here = threading.local()


class Turns:
    """A queue in an event loop, from which `most` pieces of work are under way at once, whatever threads there are."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)

    async def run(self, threads: Executor, work: Callable[[], T]) -> T:
        """What `work` returns or raises, done by one of `threads` when its turn has come."""
        loop = asyncio.get_running_loop()
        await self._free.acquire()
        turn = _Turn(loop, self._free)
        limit = loop.call_later(LONGEST_TURN, turn.end)
        try:
            return await loop.run_in_executor(threads, turn.do, work)
        finally:
            limit.cancel()
            turn.end()


class _Turn:
    """The turn of one piece of work; it ends once."""

    def __init__(self, loop: asyncio.AbstractEventLoop, free: asyncio.Semaphore) -> None:
        self.loop = loop
        self._free = free
        self._over = False

    def do(self, work: Callable[[], T]) -> T:
        _here.turn = self
        try:
            return work()
        finally:
            _here.turn = None

    def end(self) -> None:
        if not self._over:
            self._over = True
            self._free.release()


def step_aside() -> None:
    """Ends the turn of this thread, if it has one: what it does next is to wait for a network, and others need not."""
    turn: _Turn | None = getattr(_here, "turn", None)
    if turn is not None:
        _here.turn = None
        turn.loop.call_soon_threadsafe(turn.end)
