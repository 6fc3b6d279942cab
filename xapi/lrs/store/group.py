"""Group commit: threads that want to write at the same moment share one transaction, and with it one wait for the disk.

Whoever comes first does the work of all that wait; when it is done, the first of those that came meanwhile goes on. So
a lone writer meets no other thread at all, and many writers pay for one commit together.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

W = TypeVar("W")
CarryOut = Callable[[Sequence[W]], Sequence[Exception | None]]


class _Ticket(Generic[W]):
    """A piece of work and what became of it."""

    __slots__ = ("done", "error", "woken", "work")

    def __init__(self, work: W) -> None:
        self.work = work
        self.error: BaseException | None = None
        self.done = False
        self.woken = Lock()
        self.woken.acquire()


class GroupCommit(Generic[W]):
    """Carries out the works of all threads, one group at a time.

    `carry_out` does a group in one transaction and says of each work what went wrong with it alone; when it raises, the
    works of the group are tried again one by one. `size` is how large a work is, `most` how large a group may become.
    """

    def __init__(self, carry_out: CarryOut[W], size: Callable[[W], int], most: int) -> None:
        self._carry_out = carry_out
        self._size = size
        self._most = most
        self._waiting: deque[_Ticket[W]] = deque()
        self._busy = False
        self._lock = Lock()

    def do(self, work: W) -> None:
        """Returns when `work` is committed; raises what went wrong with it."""
        ticket = _Ticket(work)
        with self._lock:
            self._waiting.append(ticket)
            leads = not self._busy
            self._busy = True
        if not leads:
            ticket.woken.acquire()  # until another thread has done it, or it is this thread's turn to lead
        if not ticket.done:
            self._lead()
        if ticket.error is not None:
            raise ticket.error

    def _lead(self) -> None:
        group = self._take()
        try:
            self._settle(group)
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

    def _settle(self, group: list[_Ticket[W]]) -> None:
        try:
            errors = self._carry_out([ticket.work for ticket in group])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the work came from
            if len(group) == 1:
                group[0].error = error
                return
            for ticket in group:
                self._settle([ticket])
            return
        for ticket, found in zip(group, errors, strict=True):
            ticket.error = found

    def _wake(self, group: list[_Ticket[W]]) -> None:
        """Tells the threads of `group`, and the first of those that wait that it is its turn."""
        for ticket in group:
            ticket.done = True
            ticket.woken.release()
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._busy = following is not None
        if following is not None:
            following.woken.release()
