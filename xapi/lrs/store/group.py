"""Group commit: threads that want to write at the same moment share one transaction, and with it one wait for the disk.

Whoever comes first does the work of all that wait; when it is done, the first of those that came meanwhile goes on. So
a lone writer meets no other thread at all, and many writers pay for one commit together.
"""

import time
from asyncio import AbstractEventLoop, Future
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from xapi.lrs.fiber import this_fiber

W = TypeVar("W")
CarryOut = Callable[[Sequence[W], bool], Sequence[Exception | None]]
MOST_SECONDS = 0.005  # that a commit may keep a loop from others
_LARGE = 100  # statements
_QUICK = 20  # statements that take about as long as a commit
_REMEMBERED = 16  # commits over which the usual time is taken


class Busy(Exception):
    """Somebody else writes."""


class _Ticket(Generic[W]):
    """A piece of work and what became of it; who waits for it is a thread, or a fiber of an event loop."""

    __slots__ = ("done", "error", "fiber", "future", "woken", "work")

    def __init__(self, work: W) -> None:
        self.work = work
        self.error: BaseException | None = None
        self.done = False
        self.fiber = this_fiber()
        self.future = None if self.fiber is None else self.fiber.loop.create_future()
        self.woken = Lock()
        self.woken.acquire()

    def wait(self) -> None:
        """Returns when somebody has woken it."""
        if self.fiber is None or self.future is None:
            self.woken.acquire()
        else:
            self.fiber.wait_for(self.future)


class GroupCommit(Generic[W]):
    """Carries out the works of all threads, one group at a time.

    `carry_out(works, wait)` does a group in one transaction and says of each work what went wrong with it alone; it
    raises Busy when it should not `wait` for another writer. When it raises anything else, the works of the group are
    tried again one by one. `size` is how large a work is, `most` how large a group may become.

    Works of fibers are done in their loop: those that came in one turn of it form a group, and a quick commit costs
    less than asking a thread. When somebody else writes, or the disk has been slow, a thread of its own does them.
    """

    def __init__(self, carry_out: CarryOut[W], size: Callable[[W], int], most: int) -> None:
        self._carry_out = carry_out
        self._size = size
        self._most = most
        self._waiting: deque[_Ticket[W]] = deque()
        self._busy = False
        self._seconds = 0.0  # a usual commit of one small work
        self._lock = Lock()
        self._asked = SimpleQueue[None]()
        self._helper: Thread | None = None

    def do(self, work: W) -> None:
        """Returns when `work` is committed; raises what went wrong with it."""
        ticket = _Ticket(work)
        with self._lock:
            self._waiting.append(ticket)
            leads = not self._busy
            self._busy = True
        if leads and ticket.fiber is not None:
            ticket.fiber.loop.call_soon(self._lead_in_loop)
        if ticket.fiber is not None or not leads:
            ticket.wait()  # until another thread has done it, or it is this thread's turn to lead
        if not ticket.done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error

    def _ask_helper(self) -> None:
        """Lets the thread of its own lead."""
        if self._helper is None:
            self._helper = Thread(target=self._help, name="lrs-writer", daemon=True)
            self._helper.start()
        self._asked.put(None)

    def _help(self) -> None:
        while True:
            self._asked.get()
            with suppress(BaseException):  # whoever waits has been told
                self._lead()

    def _lead_in_loop(self) -> None:
        """Leads if it takes no waiting, else asks the thread."""
        if self._seconds > MOST_SECONDS or self._is_large():
            self._ask_helper()
            return
        group = self._take()
        try:
            self._settle(group, wait=False)
        except Busy:
            with self._lock:
                self._waiting.extendleft(reversed(group))
            self._ask_helper()
            return
        self._wake(group)

    def _is_large(self) -> bool:
        """Whether what waits takes so long that the loop should go on with others meanwhile."""
        with self._lock:
            return sum(self._size(ticket.work) for ticket in self._waiting) > _LARGE

    def _lead(self) -> None:
        group = self._take()
        try:
            self._settle(group, wait=True)
        except BaseException as error:
            for ticket in group:
                ticket.error = error
            raise
        finally:
            self._wake(group)

    def _take(self) -> list[_Ticket[W]]:
        """The works that come next, the first of all at least."""
        with self._lock:
            group = [self._waiting.popleft()]
            room = self._most - self._size(group[0].work)
            while self._waiting and (room := room - self._size(self._waiting[0].work)) >= 0:
                group.append(self._waiting.popleft())
            return group

    def _settle(self, group: list[_Ticket[W]], *, wait: bool) -> None:
        begun = time.monotonic()
        try:
            errors = self._carry_out([ticket.work for ticket in group], wait)
        except Busy:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the work came from
            if len(group) == 1:
                group[0].error = error
                return
            for ticket in group:
                self._settle([ticket], wait=True)
            return
        taken = (time.monotonic() - begun) / sum(1 + self._size(ticket.work) / _QUICK for ticket in group)
        self._seconds += (taken - self._seconds) / _REMEMBERED
        for ticket, found in zip(group, errors, strict=True):
            ticket.error = found

    def _wake(self, group: list[_Ticket[W]]) -> None:
        """Tells those who wait for `group`, and lets the first of the others lead."""
        futures: dict[AbstractEventLoop, list[Future[None]]] = {}
        for ticket in group:
            ticket.done = True
            ticket.woken.release()
            if ticket.fiber is not None and ticket.future is not None:
                futures.setdefault(ticket.fiber.loop, []).append(ticket.future)
        for loop, some in futures.items():
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(_resolve, some)
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._busy = following is not None
        if following is None:
            return
        if following.fiber is not None:
            following.fiber.loop.call_soon_threadsafe(self._lead_in_loop)
        else:
            following.woken.release()


def _resolve(futures: "list[Future[None]]") -> None:
    for future in futures:
        if not future.done():  # a request that was given up meanwhile
            future.set_result(None)
