"""How many findings of each kind there are, counted in a thread once for each state of the ledger, and kept."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from xapi.audit.anomalies import count_anomalies
from xapi.audit.anomaly_kinds import KINDS
from xapi.audit.store.ledger import Ledger
from xapi.clock import Clock

log = logging.getLogger(__name__)
#: The state of a ledger tells nearly every change; what it does not tell is counted this much later.
GOOD_FOR = timedelta(hours=1)
Start = Callable[[Callable[[], None]], object]


class Counted(msgspec.Struct, frozen=True):
    """What is known of a year: the counts by kind, of all kinds or of some, and when the last of them was made.

    `is_new` says that the ledger has not changed since; otherwise counting is under way.
    """

    counts: dict[str, int]
    at: datetime | None
    is_new: bool

    @property
    def is_whole(self) -> bool:
        """Whether every kind has been counted."""
        return len(self.counts) == len(KINDS)


class _Kept(msgspec.Struct):
    state: tuple[object, ...]
    counts: dict[str, int]
    at: datetime


class AnomalyCounts:
    """The counts of `ledger`. A page asks and never waits: what is missing is counted by a thread (`start`).

    One year is counted at a time, so that many pages cost no more than one.
    """

    def __init__(self, ledger: Ledger, clock: Clock, start: Start | None = None) -> None:
        self._ledger, self._clock, self._start = ledger, clock, start or in_thread
        self._lock = threading.Lock()
        self._kept: dict[int, _Kept] = {}
        self._partial: dict[int, dict[str, int]] = {}
        self._counting = False

    def of(self, year: int) -> Counted:
        """What is known of `year` now. Raises AuditError when the ledger was never projected."""
        state, now = self._ledger.state(year), self._clock()
        with self._lock:
            kept = self._kept.get(year)
            if kept is not None and kept.state == state and now - kept.at < GOOD_FOR:
                return Counted(dict(kept.counts), kept.at, is_new=True)
            begin = not self._counting
            self._counting = True
        if begin:
            self._start(lambda: self._count(year, state))
        with self._lock:
            kept = self._kept.get(year)
            if kept is None:
                return Counted(dict(self._partial.get(year, {})), None, is_new=False)
            return Counted(dict(kept.counts), kept.at, is_new=kept.state == state and now - kept.at < GOOD_FOR)

    def _count(self, year: int, state: tuple[object, ...]) -> None:
        """Kind by kind, so that a page shows how far it is."""
        found: dict[str, int] = {}
        try:
            for kind in KINDS:
                found |= count_anomalies(self._ledger, year, kinds=[kind])
                with self._lock:
                    self._partial[year] = dict(found)
            with self._lock:
                self._kept[year] = _Kept(state, found, self._clock())
        except Exception:  # whoever asks next tries again; the page stays as it is
            log.exception("the findings of a year could not be counted")
        finally:
            with self._lock:
                self._partial.pop(year, None)
                self._counting = False


def in_thread(work: Callable[[], None]) -> None:
    """Does `work` in a thread that ends with the process."""
    threading.Thread(target=work, name="findings", daemon=True).start()
