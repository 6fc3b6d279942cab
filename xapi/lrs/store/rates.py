"""How fast the credential of a module may send: a token bucket that all processes share and a restart does not refill.

The bucket is one number, the moment when it is full again. Only what is let through writes it, so a flood costs nobody
a turn at the database: once a bucket is known to be empty, the process itself refuses until there is room.
"""

from sqlalchemy import Engine, select

from xapi.database import insert_into, writing
from xapi.lrs.store.credential_tables import module_rate

PERIOD = 60_000_000  # microseconds in which an empty bucket becomes full
_MOST_REMEMBERED = 4_096


class ModuleRates:
    """The buckets of all module credentials; all moments are microseconds since 1970."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, int] = {}  # as this process saw it last; others can only have moved it further

    def take(self, institution: str, key: str, count: int, *, per_minute: int, now: int) -> int:
        """Takes `count` of the `per_minute` that the bucket of `key` holds; 0, or how long to wait when it is too low.

        Waits are microseconds. More than the bucket holds can never be taken: the caller refuses that first.
        """
        cost, known = count * PERIOD // per_minute, self._known.get(key, now)
        if now + PERIOD - cost < known <= now + PERIOD:
            return known + cost - now - PERIOD
        with writing(self._engine) as connection:
            stored = connection.execute(select(module_rate.c.full_at).where(module_rate.c.key == key)).scalar()
            full_at = _filled(stored, now)
            passes = full_at + cost <= now + PERIOD
            if passes:
                full_at += cost
            if full_at != stored:
                new = insert_into(connection, module_rate).values(key=key, institution=institution, full_at=full_at)
                connection.execute(new.on_conflict_do_update(index_elements=["key"], set_={"full_at": full_at}))
        self._remember(key, full_at)
        return 0 if passes else full_at + cost - now - PERIOD

    def _remember(self, key: str, full_at: int) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = full_at


def _filled(stored: int | None, now: int) -> int:
    """When a bucket is full: from now until a period from now; later says a clock that has gone back since."""
    return now if stored is None else min(max(stored, now), now + PERIOD)
