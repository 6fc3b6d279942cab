"""Sends a run of statements to a target in order: in batches that fit, and the refused ones found one by one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from xapi.lrs.attachments import Content, described
from xapi.lrs.compare import same_bodies
from xapi.lrs.forwarding.client import TargetClient
from xapi.lrs.forwarding.route import Route
from xapi.lrs.store.rows import StoredStatement
from xapi.recorder.port import DeliveryError, NotAllowedError, StatementRefused, UnavailableError

BATCH = 200  # statements in one request
BATCH_BYTES = 4 * 1024 * 1024  # of statements and contents in one request; a single statement may be larger
CONFLICT = 409


class Contents(Protocol):
    """The part of `StatementStore` that holds the contents of attachments."""

    def content_sizes(self, institution: str, sha2s: Collection[str]) -> Mapping[str, int]:
        """The bytes of those that are kept."""
        ...

    def contents(self, institution: str, sha2s: Collection[str]) -> Mapping[str, bytes]:
        """Those that are kept."""
        ...


@dataclass
class Progress:
    """What became of a run: the first `settled` statements are taken or refused.

    `taken` counts those taken, `refused` has the others with the reason, `failure` is what ended the run too early.
    """

    settled: int = 0
    taken: int = 0
    refused: list[tuple[StoredStatement, str]] = field(default_factory=list)
    failure: DeliveryError | None = None


class Courier:
    """Carries statements of `institution` by `route` through `client`; `contents` has those of their attachments."""

    def __init__(self, client: TargetClient, route: Route, contents: Contents | None, institution: str) -> None:
        self._client = client
        self._route = route
        self._contents = contents
        self._institution = institution

    def carry(self, statements: Sequence[StoredStatement], go_on: Callable[[], bool]) -> Progress:
        """Sends `statements` in order until the target fails or `go_on` says that the time is over.

        A batch that the target refuses is halved until the refused statement stands alone, so it keeps nothing else
        back.
        """
        progress = Progress()
        batches = self._batches(statements)[::-1]
        while batches and go_on():
            batch = batches.pop()
            try:
                self._deliver(batch)
                progress.taken += len(batch)
            except StatementRefused as refusal:
                if len(batch) > 1:
                    middle = len(batch) // 2
                    batches += [batch[middle:], batch[:middle]]
                    continue
                progress.refused.append((batch[0], refusal.detail))
            except DeliveryError as failure:
                progress.failure = failure
                break
            progress.settled += len(batch)
        return progress

    def _batches(self, statements: Sequence[StoredStatement]) -> list[list[StoredStatement]]:
        attached = list(described(one.body for one in statements))
        names = {sha2 for one in attached for sha2 in one}
        sizes = self._contents.content_sizes(self._institution, names) if self._contents and names else {}
        batches: list[list[StoredStatement]] = []
        room = 0
        for statement, sha2s in zip(statements, attached, strict=True):
            size = len(statement.body) + sum(sizes.get(sha2, 0) for sha2 in sha2s)
            if not batches or len(batches[-1]) == BATCH or size > room:
                batches.append([])
                room = BATCH_BYTES
            batches[-1].append(statement)
            room -= size
        return batches

    def _deliver(self, batch: list[StoredStatement]) -> None:
        """Sends one batch; raises DeliveryError. What the target has already, the same, counts as taken."""
        bodies = [self._route.outgoing(one.body) for one in batch]
        try:
            received = self._client.send(bodies, self._attached(bodies))
        except StatementRefused as refusal:
            if len(batch) == 1 and refusal.params.get("status") == CONFLICT and self._is_there(batch[0]):
                return
            raise
        if [number.lower() for number in received] != [one.id for one in batch]:
            raise UnavailableError("recorder.not_an_lrs", "the answer does not name the statements that were sent")

    def _is_there(self, statement: StoredStatement) -> bool:
        """Whether the target has this statement; False when our credential may not read there."""
        try:
            found = self._client.find(statement.id)
        except (NotAllowedError, StatementRefused):
            return False
        return found is not None and same_bodies(statement.body, found)

    def _attached(self, bodies: Sequence[bytes]) -> list[Content]:
        if self._contents is None:
            return []
        types: dict[str, str] = {}
        for one in described(bodies):
            types |= one
        found = self._contents.contents(self._institution, types) if types else {}
        return [Content(sha2, types[sha2], found[sha2]) for sha2 in types if sha2 in found]
