"""One run with another system: alone on its connection, alive while it beats, with a receipt whatever becomes of it."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from adapters.remote import Connection
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.store.adapter_runs import DONE, LEASE, RUNNING, STOPPED, AdapterRunStore, Refusal, Run
from lti_tool.systems.problems import problem_of
from xapi.database import DRIVER_ERRORS
from xapi.errors import JampelError

BEAT_SECONDS = LEASE.total_seconds() / 4


class LiveRun:
    """A run under way; `counts` is what it has done so far."""

    def __init__(self, store: AdapterRunStore, run: Run, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._run = run
        self._clock = clock
        self.counts: dict[str, int] = {}

    @property
    def id(self) -> str:
        """The id of its receipt."""
        return self._run.id

    @property
    def began_at(self) -> str:
        """The cursor it begins with."""
        return self._run.began_at

    def advance(self, counts: Mapping[str, int], *, refused: Sequence[Refusal] = (), cursor: str | None = None) -> None:
        """Adds `counts`, and keeps them with what was `refused` and the `cursor`. Raises ToolError `adapter.run_lost`
        when this run was taken for dead and another one took its place."""
        self.counts = {name: self.counts.get(name, 0) + counts.get(name, 0) for name in {**self.counts, **counts}}
        self._store.advance(self._run, self._clock(), counts=self.counts, refused=refused, cursor=cursor)


@contextmanager
def run_of(
    services: Services, system: str, action: str, *, connection: str = "", subject: str = "", place: str = "",
    from_start: bool = False,
) -> Iterator[LiveRun]:  # fmt: skip
    """A run of `action` with `system`, whose receipt is closed at the end of the block, whatever happened in it.

    `place` is what `place_of` gives for the connection: a pull goes on only where the last one at this place ended.

    Raises ToolError `adapter.run_under_way` when another run of the same connection is alive.
    """
    store = services.lti.adapter_runs
    cursor = "" if from_start or action != "pull" else store.cursor(system, connection, place)
    now = services.clock()
    run = Run(
        id=services.ids().hex,
        system=system,
        connection=connection,
        action=action,
        subject=subject,
        state=RUNNING,
        started=now.astimezone(services.zone),
        ended=None,
        counts={},
        problem=None,
        began_at=cursor,
        cursor=cursor,
        place=place,
    )
    store.begin(run)
    try:
        with beating(store, run.id, services.clock):
            yield LiveRun(store, run, services.clock)
    except JampelError as error:
        store.end(run.id, services.clock(), STOPPED, problem_of(error))
        raise
    except BaseException as cause:
        broken = ToolError("adapter.run_broken", type(cause).__name__, reason=type(cause).__name__)
        store.end(run.id, services.clock(), STOPPED, problem_of(broken))
        raise
    store.end(run.id, services.clock(), DONE)


def place_of(connection: Connection) -> str:
    """What stands for the address of a connection; empty where it has none."""
    url = connection.options.get("url", "").strip().rstrip("/").casefold()
    return hashlib.sha256(url.encode()).hexdigest()[:16] if url else ""


@contextmanager
def beating(store: AdapterRunStore, run: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """Gives signs of life beside the block: an answer of the system may take longer than the lease."""
    over = threading.Event()

    def beat() -> None:
        alive = True
        while alive and not over.wait(BEAT_SECONDS):
            with suppress(*DRIVER_ERRORS):  # a locked database: the next beat may come in time
                alive = store.beat(run, clock())

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
