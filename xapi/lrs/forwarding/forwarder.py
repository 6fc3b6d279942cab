"""Forwards what is new to the targets of an institution, one leased target at a time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from xapi.clock import Clock
from xapi.errors import ForwardError
from xapi.lrs.forwarding.client import TargetClient
from xapi.lrs.forwarding.route import ById, Route
from xapi.lrs.forwarding.seal import Sealer
from xapi.lrs.forwarding.send import Contents, Courier, Progress
from xapi.lrs.forwarding.store import ForwardStore, Result
from xapi.lrs.forwarding.target import MOST_HELD, Target
from xapi.lrs.log import Log
from xapi.lrs.store.rows import StoredStatement
from xapi.queue.worker import Backoff
from xapi.recorder.port import DeliveryError, NotAllowedError, UnavailableError

PAGE = 500  # statements looked at in one round
LEASE_SECONDS = 300.0
ROUND_SECONDS = 20.0
"""After so long a round takes up no further request, so that other work gets its turn and the lease never runs out."""
CREDENTIAL = (401, 403)

Connect = Callable[[Target, str], TargetClient]


class Statements(Log, ById, Contents, Protocol):
    """What forwarding needs of `xapi.lrs.store.StatementStore`."""


class Forwarder:
    """One worker's forwarding for the institution of `store`.

    `connect(target, secret)` gives a client, `owner` names this worker among all, a lease ends by itself after
    `lease_seconds` (of a worker that died). A position moves only after the
    target has taken what comes before it, in one transaction with what it refused: whatever dies in between, the same
    statements go again under the same ids, and a repeat is harmless (xAPI Communication 2.1.1).
    """

    def __init__(
        self, store: ForwardStore, statements: Statements, sealer: Sealer, connect: Connect,
        *, clock: Clock, owner: str, backoff: Backoff, lease_seconds: float = LEASE_SECONDS,
    ) -> None:  # fmt: skip
        self._store = store
        self._statements = statements
        self._sealer = sealer
        self._connect = connect
        self._clock = clock
        self._owner = owner
        self._backoff = backoff
        self._lease_seconds = lease_seconds

    def run_once(self) -> int:
        """One round for the target that has been due longest; returns how many statements it settled, 0 for none.

        A failure of the target counts as one thing done: others may be due.
        """
        for target in self._store.due(self._clock()):
            if not self._has_work(target):
                continue
            leased = self._store.lease(target.id, self._owner, self._clock(), self._lease_seconds)
            if leased is not None:
                return self._round(leased)
        return 0

    def _has_work(self, target: Target) -> bool:
        """Looked at without a lease, because that is a write, and mostly there is nothing to do."""
        if self._statements.after(self._store.institution, target.position, 1):
            return True
        return bool(self._store.asked_again(target.id, 1))

    def _round(self, target: Target) -> int:
        institution = self._store.institution
        try:
            secret = self._sealer.open(target.sealed, institution, target.id)
        except ForwardError as error:
            self._store.settle(target, Result(position=target.position, error=error), self._clock())
            return 1
        route = Route(target, self._statements, institution)
        again = self._again(target)
        page = self._statements.after(institution, target.position, PAGE)
        chosen = [one for one in page if route.takes(one)]
        progress = Progress()
        if again or chosen:
            client = self._connect(target, secret)
            try:
                courier = Courier(client, route, self._statements if target.attachments else None, institution)
                progress = courier.carry([*again, *chosen], self._until(ROUND_SECONDS))
            finally:
                client.close()
        self._store.settle(target, self._result(target, progress, again, chosen, page), self._clock())
        return max(progress.settled, len(page) - len(chosen), 1)

    def _again(self, target: Target) -> list[StoredStatement]:
        """The refused statements that a person wants tried again."""
        institution = self._store.institution
        found = []
        for _seq, number in self._store.asked_again(target.id, PAGE):
            key = UUID(number).bytes
            statement = self._statements.get(institution, key) or self._statements.get(institution, key, voided=True)
            if statement is not None:
                found.append(statement)
        return found

    def _until(self, seconds: float) -> Callable[[], bool]:
        end = self._clock() + timedelta(seconds=seconds)
        return lambda: self._clock() < end

    def _result(
        self, target: Target, progress: Progress, again: Sequence[StoredStatement],
        chosen: Sequence[StoredStatement], page: Sequence[StoredStatement],
    ) -> Result:  # fmt: skip
        new = max(progress.settled - len(again), 0)
        position = target.position
        if new < len(chosen):
            position = max(position, chosen[new].seq - 1)
        elif page:
            position = page[-1].seq
        error = None if progress.failure is None else problem_of(progress.failure)
        due = None if error is None else self._due(target, progress.failure, error)
        held = self._store.held_count(target.id) + len(progress.refused)
        if progress.refused and held > MOST_HELD:
            error, due = ForwardError("forward.too_many_held", "the target refuses too much", most=MOST_HELD), None
        return Result(
            position=position,
            taken=progress.taken,
            refused=[(one.seq, one.id, reason) for one, reason in progress.refused],
            through=[one.seq for one in again[: progress.settled]],
            error=error,
            due=due,
        )

    def _due(self, target: Target, failure: DeliveryError | None, error: ForwardError) -> datetime | None:
        """When to try again; None when only a person can help."""
        if error.code == "forward.credential":
            return None
        asked = None if failure is None else failure.retry_after
        return self._clock() + timedelta(seconds=self._backoff.seconds(target.attempts + 1, asked))


def problem_of(failure: DeliveryError) -> ForwardError:
    """`failure` as the target's state tells it to people."""
    status = failure.params.get("status", 0)
    if isinstance(failure, NotAllowedError) and status in CREDENTIAL:
        return ForwardError("forward.credential", failure.detail, status=status)
    if isinstance(failure, NotAllowedError):
        return ForwardError("forward.address", failure.detail, status=status)
    if isinstance(failure, UnavailableError) and status:
        return ForwardError("forward.busy", failure.detail, status=status)
    if failure.code == "recorder.not_an_lrs":
        return ForwardError("forward.not_an_lrs", failure.detail)
    return ForwardError("forward.unreachable", failure.detail)
