"""The pace of module credentials: so many statements a minute each, because anyone can take one from a package.

A request counts as many statements as it has, and no fewer than its bytes are worth: no flood fills the disk.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from xapi.errors import LrsError
from xapi.lrs.principal import Principal
from xapi.lrs.store.rates import ModuleRates
from xapi.lrs.store.times import micros

MODULE_PER_MINUTE: Final = 600
BYTES_OF_ONE: Final = 4 * 1024
_A_SECOND = 1_000_000


class Pace:
    """Counts what module credentials send; all others pass, unseen.

    `clock` gives aware UTC, `per_minute` is how many statements of up to BYTES_OF_ONE bytes one credential may send in
    a minute, all at once too.
    """

    def __init__(self, rates: ModuleRates, clock: Callable[[], datetime], per_minute: int) -> None:
        self._rates = rates
        self._clock = clock
        self._per_minute = per_minute

    def require(self, principal: Principal, count: int, size: int) -> None:
        """Counts `count` statements of `size` bytes together; LrsError 429 when it is too soon, 413 when too many."""
        module = principal.module
        if module is None:
            return
        if count > self._per_minute:
            raise LrsError("lrs.too_many", f"{count} statements", status=413, most=self._per_minute)
        weight = min(max(1, count, -(-size // BYTES_OF_ONE)), self._per_minute)
        now = micros(self._clock())
        wait = self._rates.take(principal.institution, module.key, weight, per_minute=self._per_minute, now=now)
        if wait:
            seconds = -(-wait // _A_SECOND)
            raise LrsError("lrs.too_fast", f"wait {seconds} s", status=429, retry_after=seconds, most=self._per_minute)
