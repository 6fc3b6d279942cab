"""The map of competencies of a whole institution in sums: counted in a thread where there are many people, and kept."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from lti_tool.anomaly_counts import Start, in_thread
from xapi.audit.competencies import PersonMap, Sum, sums
from xapi.clock import Clock

log = logging.getLogger(__name__)
#: What changes without a trace in the state (an import of employees, a day that passes) shows this much later.
GOOD_FOR = timedelta(minutes=10)
Maps = Callable[[], Iterable[PersonMap]]


class Office(msgspec.Struct):
    """How many people an OPD has, how many competencies they need together, and how many of these they hold."""

    people: int = 0
    needs: int = 0
    met: int = 0


class Summed(msgspec.Struct, frozen=True):
    """The sums of everyone: by competency, by OPD, how many have no standard, and when that was counted."""

    competencies: Sequence[Sum]
    offices: Mapping[str, Office]
    without: int
    at: datetime


class CompetencySums:
    """Sums that a page asks for and never waits for: what is not known, or not any more, is counted by `start`."""

    def __init__(self, clock: Clock, start: Start = in_thread) -> None:
        self._clock, self._start = clock, start
        self._lock = threading.Lock()
        self._kept: tuple[object, Summed] | None = None
        self._counting = False

    def of(self, state: object, maps: Maps) -> tuple[Summed | None, bool]:
        """What is known, None for nothing yet, and whether it is of `state`; if not, `maps` are being counted."""
        with self._lock:
            kept, begin = self._kept, False
            is_new = kept is not None and kept[0] == state and self._clock() - kept[1].at < GOOD_FOR
            if not is_new and not self._counting:
                self._counting = begin = True
        if begin:
            self._start(lambda: self._count(state, maps))
            with self._lock:
                kept = self._kept
                is_new = kept is not None and kept[0] == state and self._clock() - kept[1].at < GOOD_FOR
        return (kept[1] if kept else None), is_new

    def _count(self, state: object, maps: Maps) -> None:
        try:
            summed = sum_up(maps(), self._clock())
            with self._lock:
                self._kept = (state, summed)
        except Exception:  # whoever asks next tries again; the page stays as it is
            log.exception("the map of competencies could not be counted")
        finally:
            with self._lock:
                self._counting = False


def sum_up(maps: Iterable[PersonMap], now: datetime) -> Summed:
    """The sums of `maps`, of which only one is held at a time."""
    offices: dict[str, Office] = {}
    without = 0

    def counted() -> Iterator[PersonMap]:
        nonlocal without
        for one in maps:
            office = offices.setdefault(one.opd, Office())
            office.people, office.needs, office.met = (
                office.people + 1, office.needs + len(one.items), office.met + one.met
            )  # fmt: skip
            without += not one.items
            yield one

    competencies = sums(counted())
    return Summed(competencies, offices, without, now)
