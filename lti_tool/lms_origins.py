"""Whose pages may use the LRS from a browser: those of registered LMSs, our own, and those that the settings add."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock

from lti_tool.store.platforms import Platform, origin

_FRESH = timedelta(seconds=10)
ANY = "*"


class LmsOrigins:
    """Says whether pages of an origin (`https://lms.example`) may use the LRS.

    `platforms` gives the registered ones, asked again after ten seconds; only active ones count. `more` are further
    origins, or `*` for all. `base_url` is our own address. Safe to use from several threads.
    """

    def __init__(
        self,
        platforms: Callable[[], Iterable[Platform]],
        more: Iterable[str],
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._platforms = platforms
        self._always = frozenset({origin(base_url), *(one if one in (ANY, "null") else origin(one) for one in more)})
        self._clock = clock
        self._lock = Lock()
        self._asked: datetime | None = None
        self._registered: frozenset[str] = frozenset()

    def __call__(self, asking: str) -> bool:
        """Whether pages of the origin `asking` may."""
        return bool(asking) and (ANY in self._always or asking in self._always or asking in self._current())

    def _current(self) -> frozenset[str]:
        now = self._clock()
        with self._lock:
            if self._asked is not None and timedelta() <= now - self._asked < _FRESH:
                return self._registered
        found = frozenset(one for platform in self._platforms() if platform.active for one in platform.origins)
        with self._lock:
            self._asked, self._registered = now, found
        return found
