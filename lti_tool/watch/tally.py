"""Counts what happens in this process, and adds up what all processes of one server counted.

Each process counts in its own memory, under one short lock, and now and then puts its counts into a file of the folder
that the server made for its processes. Whoever is asked adds the files of the others to its own counts. So a request
pays no more than a few additions, a full disk stops only the sharing, and what a process counted stays in the sum after
its end. A sum lags behind by the pace of sharing at most.
"""

import os
import threading
from bisect import bisect_left
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import msgspec

#: Upper bounds of the classes of durations, in seconds; a last class takes the rest.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
SHARE_SECONDS = 1.0
MOST_SERIES = 2_000
_OTHER = ("other", "other", "other")
Route = tuple[str, str, str]
Event = tuple[str, str]


class Counted(msgspec.Struct):
    """Requests by (method, route, class of status): the number in each class of durations, then the sum in seconds;
    and events by (name, label)."""

    requests: list[tuple[Route, list[int], float]] = []
    events: list[tuple[Event, int]] = []


class Tally:
    """The counts of this process. `folder` is where the processes share theirs, None when there is only this one."""

    def __init__(self, folder: Path | None = None, process: str = "") -> None:
        self._folder = folder
        self._own = None if folder is None else folder / f"{process or os.getpid()}.json"
        self._lock = threading.Lock()
        self._requests: dict[Route, list[int]] = {}
        self._seconds: dict[Route, float] = {}
        self._events: dict[Event, int] = {}
        self._changed = False

    def observe(self, method: str, route: str, status: str, seconds: float) -> None:
        """Counts a request that took `seconds`; the three labels must come from small fixed sets."""
        key, place = (method, route, status), bisect_left(BOUNDS, seconds)
        with self._lock:
            counts = self._requests.get(key)
            if counts is None:
                if len(self._requests) >= MOST_SERIES:
                    key = _OTHER
                counts = self._requests.setdefault(key, [0] * (len(BOUNDS) + 1))
                self._seconds.setdefault(key, 0.0)
            counts[place] += 1
            self._seconds[key] += seconds
            self._changed = True

    def count(self, name: str, label: str, amount: int = 1) -> None:
        """Counts `amount` more events of `name` with `label`."""
        with self._lock:
            key = (name, label)
            if key not in self._events and len(self._events) >= MOST_SERIES:
                key = (name, "other")
            self._events[key] = self._events.get(key, 0) + amount
            self._changed = True

    def share(self) -> None:
        """Puts the counts into this process's file, if there is a folder and anything is new."""
        with self._lock:
            if self._own is None or not self._changed:
                return
            body = msgspec.json.encode(self._counted())
            self._changed = False
        draft = self._own.with_suffix(".new")
        try:
            draft.write_bytes(body)
            draft.replace(self._own)
        except OSError:  # a full disk, or the server is ending and took its folder away
            self._changed = True

    def keep_sharing(self, stop: threading.Event) -> threading.Thread:
        """Shares once a second in a thread, until `stop` is set."""

        def run() -> None:
            while not stop.wait(SHARE_SECONDS):
                self.share()
            self.share()

        thread = threading.Thread(target=run, name="figures", daemon=True)
        thread.start()
        return thread

    def total(self) -> Counted:
        """What all processes have counted, as far as they have shared it."""
        with self._lock:
            parts = [self._counted()]
        others = [] if self._folder is None else sorted(self._folder.glob("*.json"))
        for path in others:
            if path != self._own:
                with suppress(OSError, msgspec.MsgspecError):
                    parts.append(_COUNTED.decode(path.read_bytes()))
        return _sum(parts)

    def _counted(self) -> Counted:
        requests = [(key, list(counts), self._seconds[key]) for key, counts in self._requests.items()]
        return Counted(requests, list(self._events.items()))


def cumulated(counts: list[int]) -> list[int]:
    """The counts of the classes up to each bound, as a histogram of Prometheus has them."""
    return list(accumulate(counts))


def _sum(parts: list[Counted]) -> Counted:
    requests: dict[Route, tuple[list[int], float]] = {}
    events: dict[Event, int] = {}
    for part in parts:
        for key, counts, seconds in part.requests:
            known, before = requests.get(key, ([0] * len(counts), 0.0))
            requests[key] = [one + two for one, two in zip(known, counts, strict=True)], before + seconds
        for event, amount in part.events:
            events[event] = events.get(event, 0) + amount
    ordered = [(key, counts, seconds) for key, (counts, seconds) in sorted(requests.items())]
    return Counted(ordered, sorted(events.items()))


_COUNTED = msgspec.json.Decoder(Counted)
