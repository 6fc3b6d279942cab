"""Records statements: checked, given an id and a timestamp, and durable before the id is returned."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from xapi.clock import Clock, Ids, random_ids, system_clock
from xapi.database import migrate, open_database
from xapi.errors import QueueError, RecorderError
from xapi.lrs.principal import SOURCES
from xapi.model import Statement
from xapi.queue import Entry, Queue, Worker
from xapi.queue.queue import STATES
from xapi.queue.worker import LEASE_SECONDS
from xapi.recorder.deliver import Delivery, pack
from xapi.validation import validate_statement

KIND = "statement"
LOCAL_INSTITUTION = "0" * 32  # the institution of a recorder that stands alone
DEFAULT_SOURCE = "package"


class Recorded(NamedTuple):
    """What became of one statement: its id, and whether it was new (False: it had been recorded before, the same)."""

    id: str
    new: bool


class Recorder:
    """Puts statements of `institution` into `queue`; a worker with `Delivery` sends them.

    `clock` gives missing timestamps, `ids` missing ids. With a `worker` of its own (as made by `open`) it can `flush`.

    >>> with Recorder.open("catatan.db", "https://lrs.example.go.id/xapi/", key, secret) as recorder:  # doctest: +SKIP
    ...     recorder.record({"actor": …, "verb": …, "object": …})
    ...     recorder.flush()
    """

    def __init__(
        self, queue: Queue, institution: str, clock: Clock = system_clock, ids: Ids = random_ids,
        *, worker: Worker | None = None,
    ) -> None:  # fmt: skip
        self._queue = queue
        self._institution = institution
        self._clock = clock
        self._ids = ids
        self._worker = worker
        self._close = lambda: None

    @classmethod
    def open(
        cls, path: Path | str, endpoint: str | None = None, key: str = "", secret: str = "",
        *, institution: str = LOCAL_INSTITUTION, clock: Clock = system_clock, ids: Ids = random_ids,
        lease_seconds: float = LEASE_SECONDS,
    ) -> Self:  # fmt: skip
        """A recorder that stands alone, with its outbox in the SQLite file `path`.

        With `endpoint`, `key` and `secret` of an LRS it sends what it recorded at each `flush`. After a crash, what was
        being sent is sent again by the first flush `lease_seconds` later.
        """
        engine = open_database(path)
        migrate(engine, "xapi.queue")
        queue = Queue(engine, clock)
        worker, client = None, None
        if endpoint is not None:
            from xapi.recorder.client import (
                HttpLrsClient,  # loads requests, which a recorder without a link never needs
            )

            client = HttpLrsClient(endpoint, key, secret)
            delivery = Delivery(lambda _institution, _source: client)
            owner = f"recorder-{ids().hex}"
            worker = Worker(queue, {KIND: delivery}, clock, owner, lease_seconds=lease_seconds)
        recorder = cls(queue, institution, clock, ids, worker=worker)

        def close() -> None:
            if client is not None:
                client.close()
            engine.dispose()

        recorder._close = close
        return recorder

    def record(self, statement: Mapping[str, object] | Statement, source: str = DEFAULT_SOURCE) -> str:
        """Records one statement and returns its id, once it would survive a power cut.

        `source` says where it comes from, as in `xapi.lrs.principal.SOURCES`. Raises StatementError when the statement
        breaks xAPI 1.0.3, RecorderError `recorder.id_taken` when its id stands for another statement, and
        `recorder.unknown_source`.
        """
        return self.record_all([statement], source)[0].id

    def record_all(
        self, statements: Iterable[Mapping[str, object] | Statement], source: str = DEFAULT_SOURCE
    ) -> list[Recorded]:
        """Records all statements in one transaction, or none; raises as `record`."""
        if source not in SOURCES:
            raise RecorderError("recorder.unknown_source", source, known=", ".join(sorted(SOURCES)))
        prepared = [self._prepare(statement) for statement in statements]
        entries = [Entry(pack(source, body), key=statement_id) for statement_id, body in prepared]
        try:
            put = self._queue.put_all(self._institution, KIND, entries)
        except QueueError as cause:
            if cause.code != "queue.key_taken":
                raise
            taken = cause.params["key"]
            raise RecorderError("recorder.id_taken", "the id stands for another statement", id=taken) from cause
        return [Recorded(entry.key or "", new) for entry, (_job, new) in zip(entries, put, strict=True)]

    def flush(self) -> dict[str, int]:
        """Sends everything that waits, now, and returns the status; raises RecorderError without an endpoint.

        Returns when the outbox is empty or the LRS stops taking statements.
        """
        if self._worker is None:
            raise RecorderError("recorder.no_endpoint", "this recorder has no LRS to send to")
        self._queue.hurry(self._institution, KIND)
        while self._worker.run_once():
            pass
        return self.status()

    def status(self) -> dict[str, int]:
        """How many statements are `waiting`, `leased` (being sent), `done` (acknowledged), `quarantined` (refused)."""
        return self._queue.status(self._institution).get(KIND, dict.fromkeys(STATES, 0))

    def close(self) -> None:
        """Closes what `open` opened."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self, statement: Mapping[str, object] | Statement) -> tuple[str, bytes]:
        """The id in lower case and the JSON of a statement that keeps the standard."""
        properties = dict(msgspec.to_builtins(statement) if isinstance(statement, Statement) else statement)
        statement_id = properties.setdefault("id", str(self._ids()))
        moment = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        properties.setdefault("timestamp", moment)
        try:
            body = msgspec.json.encode(properties)
        except (TypeError, ValueError, RecursionError) as cause:
            raise RecorderError("recorder.not_json", type(cause).__name__) from cause
        validate_statement(body)
        return str(statement_id).lower(), body
