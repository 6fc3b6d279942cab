"""The worker's pulse: what it is at, written now and then where every process of the installation can see it."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from lti_tool.watch.store import Beat, Heartbeats

EVERY = timedelta(seconds=10)
_log = logging.getLogger(__name__)


class Pulse:
    """The pulse of `worker` (its name); `clock` gives aware UTC. Safe to use from several threads."""

    def __init__(self, heartbeats: Heartbeats, clock: Callable[[], datetime], worker: str) -> None:
        self._heartbeats = heartbeats
        self._clock = clock
        self._worker = worker[:80]
        self._part, self._since = "", clock()
        self._projected: datetime | None = None
        self._last: datetime | None = None

    def enter(self, part: str) -> None:
        """Says that the worker begins with `part`; empty between two rounds."""
        self._since, self._part = self._clock(), part[:40]

    def projected(self) -> None:
        """Says that the ledger is up to date now."""
        self._projected = self._clock()

    def beat(self) -> None:
        """Writes a sign of life if the last one is `EVERY` ago; a store that fails is logged and stops nothing."""
        now = self._clock()
        if self._last is not None and timedelta() <= now - self._last < EVERY:
            return
        self._last = now
        try:
            self._heartbeats.write(Beat(self._worker, self._part, self._since, now, self._projected))
        except Exception as error:  # noqa: BLE001 - a full disk or a server that is away passes; the work goes on
            _log.error("no sign of life could be written: %s", type(error).__name__)

    def keep_beating(self, stop: threading.Event) -> threading.Thread:
        """Beats in a thread too, until `stop` is set: one piece of work may take longer than a beat."""

        def run() -> None:
            while not stop.wait(EVERY.total_seconds()):
                self.beat()

        thread = threading.Thread(target=run, name="pulse", daemon=True)
        thread.start()
        return thread
