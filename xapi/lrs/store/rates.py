"""How fast the credential of a module may send: a token bucket that all processes share and a restart does not refill.

The bucket is one number, the moment when it is full again. Only what is let through writes it, so a flood costs nobody
a turn at the database: once a bucket is known to be empty, the process itself refuses until there is room.
"""

from collections.abc import Callable

from xapi.lrs.store.session import Session

Alone = Callable[[Callable[[Session], None]], None]
PERIOD = 60_000_000  # microseconds in which an empty bucket becomes full
_MOST_REMEMBERED = 4_096
_GET = "SELECT full_at FROM module_rate WHERE key = ?"
_PUT = (
    "INSERT INTO module_rate (key, institution, full_at) VALUES (?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET full_at = excluded.full_at"
)


class ModuleRates:
    """The buckets of all module credentials; all moments are microseconds since 1970.

    `alone` runs a function in the write transaction of the store, with those of others, and returns when it is
    committed.
    """

    def __init__(self, alone: Alone) -> None:
        self._alone = alone
        self._known: dict[str, int] = {}  # as this process saw it last; others can only have moved it further

    def take(self, institution: str, key: str, count: int, *, per_minute: int, now: int) -> int:
        """Takes `count` of the `per_minute` that the bucket of `key` holds; 0, or how long to wait when it is too low.

        Waits are microseconds. More than the bucket holds can never be taken: the caller refuses that first.
        """
        cost, known = count * PERIOD // per_minute, self._known.get(key, now)
        if now + PERIOD - cost < known <= now + PERIOD:
            return known + cost - now - PERIOD
        full_at, passes = now, False

        def work(session: Session) -> None:
            nonlocal full_at, passes
            row = session.one(_GET, (key,))
            full_at = _filled(row[0] if row else None, now)
            passes = full_at + cost <= now + PERIOD
            if passes:
                full_at += cost
            if row is None or full_at != row[0]:
                session.run(_PUT, (key, institution, full_at))

        self._alone(work)
        self._remember(key, full_at)
        return 0 if passes else full_at + cost - now - PERIOD

    def _remember(self, key: str, full_at: int) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = full_at


def _filled(stored: int | None, now: int) -> int:
    """When a bucket is full: from now until a period from now; later says a clock that has gone back since."""
    return now if stored is None else min(max(stored, now), now + PERIOD)
