"""Records statements: checked, given an id and a timestamp, and durable before the id is returned."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from xapi.clock import Clock, Ids, random_ids, system_clock
from xapi.database import migrate, open_database
from xapi.errors import QueueError, RecorderError
from xapi.lrs.principal import SOURCES
from xapi.model import Statement
from xapi.queue import Entry, Pause, Queue, Receipt, Worker
from xapi.queue.queue import STATES
from xapi.queue.worker import LEASE_SECONDS
from xapi.recorder.deliver import Delivery, pack, sealed_in, unpack
from xapi.validation import validate_statement
from xapi.validation.parse import validate_text

KIND = "statement"
LOCAL_INSTITUTION = "0" * 32  # the institution of a recorder that stands alone
DEFAULT_SOURCE = "package"
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


class Recorded(NamedTuple):
    """What became of one statement: its id, and whether it was new (False: it had been recorded before, the same)."""

    id: str
    new: bool


class Waiting(NamedTuple):
    """A statement that is not delivered: its id, source and JSON, and its actor's identity when it came `sealed`."""

    id: str
    source: str
    body: bytes
    sealed: str


class Recorder:
    """Puts statements of `institution` into `queue`; a worker with `Delivery` sends them.

    `clock` gives missing timestamps, `ids` missing ids; statements are checked by xAPI `version`. With a `worker` of
    its own (as made by `open`) it can `flush`.

    >>> with Recorder.open("catatan.db", "https://lrs.example.go.id/xapi/", key, secret) as recorder:  # doctest: +SKIP
    ...     recorder.record({"actor": …, "verb": …, "object": …})
    ...     recorder.flush()
    """

    def __init__(
        self, queue: Queue, institution: str, clock: Clock = system_clock, ids: Ids = random_ids,
        *, worker: Worker | None = None, version: str = "1.0.3",
    ) -> None:  # fmt: skip
        self._queue = queue
        self._institution = institution
        self._clock = clock
        self._ids = ids
        self._worker = worker
        self._validate = validate_statement if version.startswith("1.") else validate_text
        self._close: Callable[[], None] = lambda: None

    @classmethod
    def open(
        cls, path: Path | str, endpoint: str | None = None, key: str = "", secret: str = "",
        *, version: str = "1.0.3", institution: str = LOCAL_INSTITUTION, clock: Clock = system_clock,
        ids: Ids = random_ids, lease_seconds: float = LEASE_SECONDS,
    ) -> Self:  # fmt: skip
        """A recorder that stands alone, with its outbox in the SQLite file `path`.

        With `endpoint`, `key` and `secret` of an LRS that speaks xAPI `version` (1.0.3 or 2.0.0) it sends what it
        recorded at each `flush`. After a crash, what was being sent is sent again, under the same ids, by the first
        flush `lease_seconds` later. Raises RecorderError `recorder.unknown_version`.
        """
        client = None
        if endpoint is not None:
            from xapi.recorder.client import HttpLrsClient  # loads requests, which is not needed without a link

            client = HttpLrsClient(endpoint, key, secret, version=version)
        engine = open_database(path)
        migrate(engine, "xapi.queue")
        queue, worker = Queue(engine, clock), None
        if client is not None:
            delivery = Delivery(lambda _institution, _source: client)
            worker = Worker(queue, {KIND: delivery}, clock, f"recorder-{ids().hex}", lease_seconds=lease_seconds)
        recorder = cls(queue, institution, clock, ids, worker=worker, version=version)

        def close() -> None:
            if client is not None:
                client.close()
            engine.dispose()

        recorder._close = close
        return recorder

    def record(
        self, statement: Mapping[str, object] | Statement, source: str = DEFAULT_SOURCE, *, sealed: str = ""
    ) -> str:
        """Records one statement and returns its id, once it would survive a power cut.

        `source` says where it comes from, as in `xapi.lrs.principal.SOURCES`. An id is made once and kept for ever: who
        is not sure that a call came through repeats it with the same id, and it is the same statement. Raises
        StatementError when the statement breaks the standard, RecorderError `recorder.id_taken` when its id stands for
        another statement, and `recorder.unknown_source`.

        `sealed` tells the institution who the actor is, as `xapi.recorder.exchange.seal_identity` writes it. It travels
        in exchange files only; no LRS gets it.
        """
        return self._put([self._prepare(statement)], source, sealed)[0].id

    def record_all(
        self, statements: Iterable[Mapping[str, object] | Statement], source: str = DEFAULT_SOURCE
    ) -> list[Recorded]:
        """Records all statements in one transaction, or none; raises as `record`."""
        return self._put([self._prepare(statement) for statement in statements], source)

    def _put(self, prepared: list[tuple[str, bytes]], source: str, sealed: str = "") -> list[Recorded]:
        if source not in SOURCES:
            raise RecorderError("recorder.unknown_source", source, known=", ".join(sorted(SOURCES)))
        if not _BASE64.fullmatch(sealed):
            raise RecorderError("recorder.bad_seal", "a sealed identity is base64")
        if sealed:  # sealing differs each time: of a repeated record the first one stands
            known = self._queue.payload(self._institution, KIND, prepared[0][0])
            sealed = sealed if known is None else sealed_in(known)
        entries = [Entry(pack(source, body, sealed), key=statement_id) for statement_id, body in prepared]
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

        Returns when the outbox is empty or the LRS stops taking statements; `stopped` then has the reason. A refused
        credential is tried with one statement, and a wait that the LRS asked for is kept.
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

    def stopped(self) -> Pause | None:
        """Why nothing is sent for now and when it is tried again, or None while the LRS takes statements."""
        return next(iter(self._queue.pauses(self._institution, KIND)), None)

    def receipts(self, statement_id: str | None = None, *, limit: int = 100) -> list[Receipt]:
        """Who acknowledged what, when and how, the latest first; with `statement_id` of that one."""
        key = None if statement_id is None else statement_id.lower()
        return self._queue.receipts(self._institution, KIND, key, limit=limit)

    def undelivered(self) -> Iterator[Waiting]:
        """Every statement that nobody has acknowledged yet and that is not set aside, in the order of recording."""
        for key, payload in self._queue.undelivered(self._institution, KIND):
            source, body = unpack(payload)
            yield Waiting(key, source, body, sealed_in(payload))

    def recorded(self, statement_id: str) -> bytes | None:
        """The JSON of the statement as it was recorded, whatever became of it, or None."""
        payload = self._queue.payload(self._institution, KIND, statement_id.lower())
        return None if payload is None else unpack(payload)[1]

    def acknowledge(self, statement_ids: Sequence[str], receipt: Mapping[str, str]) -> int:
        """Counts statements as delivered by a `receipt` that came another way; returns how many were not yet."""
        text = msgspec.json.encode(receipt).decode()
        return self._queue.acknowledge(self._institution, KIND, [one.lower() for one in statement_ids], text)

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
        if "timestamp" not in properties:
            properties["timestamp"] = self._first_timestamp(properties.get("id"))
        statement_id = properties.setdefault("id", str(self._ids()))
        try:
            body = msgspec.json.encode(properties)
        except (TypeError, ValueError, RecursionError) as cause:
            raise RecorderError("recorder.not_json", type(cause).__name__) from cause
        self._validate(body)
        return str(statement_id).lower(), body

    def _first_timestamp(self, statement_id: object) -> str:
        """Now; for a statement that was recorded before, the moment that it got then, so that it is the same again."""
        known = self._queue.payload(self._institution, KIND, str(statement_id).lower()) if statement_id else None
        if known is not None:
            return str(msgspec.json.decode(unpack(known)[1])["timestamp"])
        return self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
