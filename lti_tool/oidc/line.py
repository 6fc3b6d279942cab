"""The line to a provider: one that has just failed is not tried by everybody in turn."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from lti_tool.errors import ToolError
from lti_tool.turns import step_aside

T = TypeVar("T")
#: After a failure nobody waits for the provider again for this long.
PAUSE = timedelta(seconds=30)
#: So many of a process's threads may wait for the provider; others get in line for so many seconds, and no longer.
MOST_AT_ONCE, LONGEST_LINE = 8, 2.0
#: What tells that nobody answers there, and not that something is wrong with the answer.
AWAY = ("http.unreachable", "http.too_slow", "http.unresolved")


class Line:
    """Calls to one provider. Threads that wait for a dead one are missing to everybody else, so few may."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failed: datetime | None = None
        self._free = threading.Semaphore(MOST_AT_ONCE)

    def call(self, ask: Callable[[], T]) -> T:
        """What `ask` returns or raises.

        Raises ToolError `oidc.unreachable` when nobody answers, or nobody did a moment ago.
        """
        self._check()
        step_aside()
        if not self._free.acquire(timeout=LONGEST_LINE):
            raise _away("too many wait")
        try:
            found = ask()
        except ToolError as error:
            if error.code not in AWAY:
                raise
            self._failed = self._clock()
            raise _away(error.code) from error
        finally:
            self._free.release()
        self._failed = None
        return found

    def _check(self) -> None:
        failed = self._failed
        if failed is not None and timedelta(0) <= self._clock() - failed < PAUSE:
            raise _away("failed a moment ago")


def _away(detail: str) -> ToolError:
    return ToolError("oidc.unreachable", detail, seconds=int(PAUSE.total_seconds()))
