"""Delivers recorded statements in batches, and finds the guilty one when an LRS refuses a batch."""

from collections.abc import Callable, Sequence

from xapi.queue.job import Done, Job, Outcome, Quarantine, Retry
from xapi.recorder.port import DeliveryError, LrsClient, StatementRefused, UnavailableError

ClientFor = Callable[[str, str], LrsClient]


def pack(source: str, body: bytes) -> bytes:
    """The payload of a job: where the statement comes from, and its JSON."""
    return source.encode() + b"\n" + body


def unpack(payload: bytes) -> tuple[str, bytes]:
    """The source and the statement of a payload made by `pack`."""
    source, _, body = payload.partition(b"\n")
    return source.decode(), body


class Delivery:
    """The queue's handler for statements.

    `client_for(institution, source)` gives the client whose credential stands for that source of evidence.
    """

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for

    def __call__(self, jobs: list[Job]) -> Sequence[Outcome]:
        """One outcome for each of `jobs`, in order."""
        by_source: dict[str, list[Job]] = {}
        for job in jobs:
            by_source.setdefault(unpack(job.payload)[0], []).append(job)
        outcomes: dict[int, Outcome] = {}
        for source, group in by_source.items():
            outcomes |= send(self._client_for(group[0].institution, source), group)
        return [outcomes[job.id] for job in jobs]


def send(client: LrsClient, jobs: list[Job]) -> dict[int, Outcome]:
    """Sends all jobs at once; a refused batch is halved until the refused statement stands alone and is set aside.

    When the LRS stops answering, what is left is tried later, not now.
    """
    outcomes: dict[int, Outcome] = {}
    batches = [jobs]
    while batches:
        batch = batches.pop()
        try:
            outcomes |= _post(client, batch)
        except StatementRefused as error:
            if len(batch) == 1:
                outcomes[batch[0].id] = Quarantine(str(error))
            else:
                middle = len(batch) // 2
                batches += [batch[middle:], batch[:middle]]
        except DeliveryError as error:
            left = [job for waiting in [batch, *batches] for job in waiting]
            return outcomes | {job.id: Retry(str(error), error.retry_after) for job in left}
    return outcomes


def _post(client: LrsClient, batch: list[Job]) -> dict[int, Outcome]:
    """Sends one batch; anything but our own ids in the answer (a login page of a hotspot …) is no acknowledgement."""
    received = [number.lower() for number in client.post([unpack(job.payload)[1] for job in batch])]
    if received != [job.key for job in batch]:
        raise UnavailableError("recorder.not_an_lrs", "the answer does not name the statements that were sent")
    return {job.id: Done(number) for job, number in zip(batch, received, strict=True)}
