"""What a person does with targets: add, look, pause, resume, remove, try again, skip."""

from collections.abc import Sequence

import msgspec

from xapi.clock import Clock, Ids
from xapi.list_database import SqlList
from xapi.lrs.forwarding.seal import Sealer
from xapi.lrs.forwarding.store import ForwardStore
from xapi.lrs.forwarding.target import Held, NewTarget, Target, require_credential, require_sound
from xapi.lrs.log import Log, end_of

COUNTED = 1000


class Waiting(msgspec.Struct, frozen=True):
    """How many stored statements a target has not seen yet, before its selection; not `exact` above COUNTED."""

    count: int
    exact: bool


class ForwardDesk:
    """The door to the targets of the institution of `store`; `log` are its statements."""

    def __init__(self, store: ForwardStore, log: Log, sealer: Sealer, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._log = log
        self._sealer = sealer
        self._clock = clock
        self._ids = ids

    def add(self, new: NewTarget) -> Target:
        """A new target, on; raises ForwardError when it is unsound or its name is taken."""
        require_sound(new)
        number = self._ids().hex
        sealed = self._sealer.seal(new.secret, self._store.institution, number)
        return self._store.add(number, new, sealed, self._clock())

    def end(self) -> int:
        """The position after all that is stored: forwarding from now on."""
        return end_of(self._log, self._store.institution)

    def all(self) -> list[Target]:
        """All targets by name."""
        return self._store.all()

    def named(self, name: str) -> Target:
        """The target with this name or id; ForwardError when there is none."""
        return self._store.named(name)

    def waiting(self, target: Target) -> Waiting:
        """What waits: counted while it is little, else reckoned from the positions."""
        found = len(self._log.after(self._store.institution, target.position, COUNTED + 1))
        if found <= COUNTED:
            return Waiting(found, exact=True)
        return Waiting(self.end() - target.position, exact=False)

    def held(self, target: Target, limit: int = 100) -> Sequence[Held]:
        """What a target refused, the latest first."""
        return self._store.held(target.id, limit)

    def held_list(self, target: Target) -> SqlList:
        """The same for a page, as the store has it."""
        return self._store.held_list(target.id)

    def held_count(self, target: Target) -> int:
        """How many statements a target refused that nobody has skipped."""
        return self._store.held_count(target.id)

    def pause(self, target: Target) -> None:
        """Stops forwarding to a target until `resume`."""
        self._store.pause(target.id)

    def resume(self, target: Target, key: str = "", secret: str = "") -> None:
        """Forwards again, at once; with another secret, and key, when given. Raises ForwardError when they are none."""
        if not secret and not key:
            self._store.resume(target.id, self._clock())
            return
        require_credential(key or target.key, secret)
        sealed = self._sealer.seal(secret, self._store.institution, target.id)
        self._store.resume(target.id, self._clock(), (key or target.key, sealed))

    def remove(self, target: Target) -> None:
        """Forgets a target; the statements stay here and there."""
        self._store.remove(target.id)

    def retry(self, target: Target, seq: int | None = None) -> int:
        """Has refused statements tried again, one or all; returns how many."""
        return self._store.retry(target.id, self._clock(), seq)

    def skip(self, target: Target, seq: int) -> int:
        """Gives up a refused statement for this target; returns 0 when there was none."""
        return self._store.skip(target.id, self._clock(), seq)
