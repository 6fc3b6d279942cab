"""Whether this installation can work: databases, versions, worker, disk and time zone, each asked with a time limit."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from lti_tool.watch.disk import disk_fault
from lti_tool.watch.store import fault_of
from lti_tool.watch.zone import zone_fault, zone_warning

if TYPE_CHECKING:
    from lti_tool.services import Services

OK = "ok"
#: How long an answer is good for: strangers may ask, and a check costs something.
FRESH = timedelta(seconds=2)
PATIENCE = 3.0  # seconds, for all parts together


class State(msgspec.Struct, frozen=True):
    """What each part says: `ok`, or in one word what is wrong with it; and what to look at although it works."""

    parts: dict[str, str]
    warnings: dict[str, str] = {}

    @property
    def ready(self) -> bool:
        """Whether every part is well."""
        return all(said == OK for said in self.parts.values())


class Readiness:
    """Checks the parts of `services`. An answer is kept for a moment; a part that hangs is not asked a second time."""

    def __init__(self, services: "Services", patience: float = PATIENCE) -> None:
        self._services = services
        self._patience = patience
        self._checks = self._all_checks()
        self._pool = ThreadPoolExecutor(max_workers=len(self._checks), thread_name_prefix="readiness")
        self._open: dict[str, Future[str]] = {}
        self._lock = threading.Lock()
        self._known: State | None = None
        self._at = services.clock()

    def state(self) -> State:
        """The state of every part, at most FRESH old."""
        with self._lock:
            now = self._services.clock()
            if self._known is None or not timedelta() <= now - self._at < FRESH:
                self._known, self._at = self._look(), now
            return self._known

    def close(self) -> None:
        """Lets the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _look(self) -> State:
        for name, check in self._checks.items():
            if name not in self._open:
                self._open[name] = self._pool.submit(check)
        wait_for(list(self._open.values()), timeout=self._patience)
        parts = {name: _answer(future) for name, future in self._open.items()}
        self._open = {name: future for name, future in self._open.items() if not future.done()}
        warning = zone_warning(self._services.institution.time_zone)
        return State(parts, {"zone": warning} if warning and parts["zone"] == OK else {})

    def _all_checks(self) -> dict[str, Callable[[], str]]:
        checks: dict[str, Callable[[], str]] = {}
        for database in self._services.databases:
            checks[database.name] = partial(fault_of, database)
        return {**checks, "worker": self._worker, "disk": self._disk, "zone": self._zone}

    def _worker(self) -> str:
        health, now = self._services.settings.health, self._services.clock()
        latest = self._services.heartbeats.latest()
        if latest is None:
            return "never_seen"
        if now - latest.at > timedelta(seconds=health.worker_seconds):
            return "late"
        stuck = latest.part and now - latest.since > timedelta(seconds=health.part_seconds)
        return "stuck" if stuck else OK

    def _disk(self) -> str:
        settings = self._services.settings
        return disk_fault(settings.data, settings.health.disk_floor) or OK

    def _zone(self) -> str:
        return zone_fault(self._services.institution.time_zone) or OK


def _answer(future: Future[str]) -> str:
    if not future.done():
        return "slow"
    return "broken" if future.exception() is not None else future.result() or OK
