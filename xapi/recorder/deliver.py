"""Delivers recorded statements in batches, and finds the guilty one when an LRS refuses a batch."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from xapi.queue.job import Done, Halt, Job, Outcome, Quarantine
from xapi.recorder.port import CredentialRefused, DeliveryError, LrsClient, StatementRefused, UnavailableError

ClientFor = Callable[[str, str], LrsClient]
MOST_BYTES = 1024 * 1024  # of one batch: servers and proxies limit bodies, and a slow link should not begin again
_PLACE = re.compile(r"\$\[(\d{1,6})\]|\"loc\" ?: ?\[ ?\"body\" ?, ?(\d{1,6})\b")  # ours and others; FastAPI's, as Ralph
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def pack(source: str, body: bytes, sealed: str = "") -> bytes:
    """The payload of a job: where the statement comes from, who its actor is in sealed form (base64), and its JSON."""
    return f"{source} {sealed}".rstrip().encode() + b"\n" + body


def unpack(payload: bytes) -> tuple[str, bytes]:
    """The source and the statement of a payload made by `pack`."""
    first, _, body = payload.partition(b"\n")
    return first.decode().partition(" ")[0], body


def sealed_in(payload: bytes) -> str:
    """Who the actor is, sealed, of a payload made by `pack`; empty when that was not given."""
    return payload.partition(b"\n")[0].decode().partition(" ")[2]


class Delivery:
    """The queue's handler for statements.

    `client_for(institution, source)` gives the client whose credential stands for that source of evidence. A batch has
    at most `most_bytes` of statements, unless one alone is larger.
    """

    def __init__(self, client_for: ClientFor, *, most_bytes: int = MOST_BYTES) -> None:
        self._client_for = client_for
        self._most_bytes = most_bytes

    def __call__(self, jobs: list[Job]) -> Sequence[Outcome]:
        """One outcome for each of `jobs`, in order."""
        by_source: dict[str, list[Job]] = {}
        for job in jobs:
            by_source.setdefault(unpack(job.payload)[0], []).append(job)
        outcomes: dict[int, Outcome] = {}
        for source, group in by_source.items():
            outcomes |= send(self._client_for(group[0].institution, source), group, most_bytes=self._most_bytes)
        return [outcomes[job.id] for job in jobs]


def send(client: LrsClient, jobs: list[Job], *, most_bytes: int = MOST_BYTES) -> dict[int, Outcome]:
    """Sends all jobs; of a refused batch the refused statement is found and set aside alone, the rest is sent.

    An LRS that names the place or the id of the statement it refuses is believed as long as it proves right; else the
    batch is halved. When the LRS stops answering or refuses the credential, what is left is tried later, not now.
    """
    outcomes: dict[int, Outcome] = {}
    batches = [*_bounded(jobs, most_bytes)][::-1]
    accused: set[int] = set()
    believed = True
    while batches:
        batch = batches.pop()
        try:
            outcomes |= _post(client, batch)
        except StatementRefused as error:
            if len(batch) == 1:
                outcomes[batch[0].id] = Quarantine(str(error))
                continue
            named = _named(batch, error) if believed else []
            accused.update(job.id for job in named)
            batches += _split(batch, named)
        except DeliveryError as error:
            halt = Halt(str(error), error.retry_after, refused=isinstance(error, CredentialRefused))
            return outcomes | {job.id: halt for waiting in [batch, *batches] for job in waiting}
        else:
            believed = believed and not accused.intersection(job.id for job in batch)
    return outcomes


def _bounded(jobs: Iterable[Job], most_bytes: int) -> Iterator[list[Job]]:
    """The jobs in batches of at most `most_bytes`; a larger one goes alone, and the LRS decides."""
    batch: list[Job] = []
    size = 0
    for job in jobs:
        if batch and size + len(job.payload) > most_bytes:
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += len(job.payload)
    if batch:
        yield batch


def _named(batch: list[Job], error: StatementRefused) -> list[Job]:
    """The statements of `batch` that the refusal names, by their place in the array or by their id."""
    answer = str(error.params.get("answer", ""))
    places = {int(one or other) for one, other in _PLACE.findall(answer)}
    ids = {found.lower() for found in _UUID.findall(answer)}
    return [job for place, job in enumerate(batch) if place in places or job.key in ids]


def _split(batch: list[Job], named: list[Job]) -> list[list[Job]]:
    """Two smaller batches; the named statements first (the last in the list is sent first), else two halves."""
    if named and len(named) < len(batch):
        accused = {job.id for job in named}
        return [[job for job in batch if job.id not in accused], named]
    middle = len(batch) // 2
    return [batch[middle:], batch[:middle]]


def _post(client: LrsClient, batch: list[Job]) -> dict[int, Outcome]:
    """Sends one batch and takes the answer for what it says, statement by statement.

    Each id in the answer is acknowledged. One that it leaves out (some LRSs name only what was new to them) is looked
    for in the LRS, and waits when it is not there. An answer with other ids is no acknowledgement of anything.
    """
    received = {number.lower() for number in client.post([unpack(job.payload)[1] for job in batch])}
    if not received <= {job.key for job in batch}:
        raise UnavailableError("recorder.not_an_lrs", "the answer names statements that were not sent")
    left_out = [job for job in batch if job.key not in received]
    outcomes: dict[int, Outcome] = {job.id: Done(_receipt(client, job, "posted")) for job in batch}
    return outcomes | _look_for(client, left_out)


def _look_for(client: LrsClient, jobs: list[Job]) -> dict[int, Outcome]:
    """Done for the statements that the LRS has; the first that it has not, or does not show, ends the search."""
    outcomes: dict[int, Outcome] = {}
    reason = "recorder.not_an_lrs: the answer does not name the statements that were sent"
    try:
        for job in jobs:
            if client.get(str(job.key)) is None:
                break
            outcomes[job.id] = Done(_receipt(client, job, "found"))
    except DeliveryError as error:
        reason = f"{reason}; looked up: {error}"
    return {job.id: Halt(reason) for job in jobs} | outcomes


def _receipt(client: LrsClient, job: Job, how: str) -> str:
    """Who acknowledged, what and how, as JSON; the queue keeps when."""
    return msgspec.json.encode({"by": client.who, "how": how, "id": job.key}).decode()
