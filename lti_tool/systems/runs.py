"""One run with another system: alone on its connection, alive while it beats, with a receipt whatever becomes of it."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.store.adapter_runs import DONE, LEASE, RUNNING, STOPPED, AdapterRunStore, Refusal, Run
from lti_tool.systems.problems import problem_of
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
    services: Services, system: str, action: str, *, connection: str = "", subject: str = "", from_start: bool = False
) -> Iterator[LiveRun]:
    """A run of `action` with `system`, whose receipt is closed at the end of the block, whatever happened in it.

    Raises ToolError `adapter.run_under_way` when another run of the same connection is alive.
    """
    store = services.lti.adapter_runs
    cursor = "" if from_start or action != "pull" else store.cursor(system, connection)
    now = services.clock()
    run = Run(
        id=services.ids().hex,
        system=system,
        connection=connection,
        action=action,
        subject=subject,
        state=RUNNING,
        started=now.astimezone(UTC),
        ended=None,
        counts={},
        problem=None,
        began_at=cursor,
        cursor=cursor,
    )
    store.begin(run)
    try:
        with _beating(store, run.id, services.clock):
            yield LiveRun(store, run, services.clock)
    except JampelError as error:
        store.end(run.id, services.clock(), STOPPED, problem_of(error))
        raise
    except BaseException as cause:
        broken = ToolError("adapter.run_broken", type(cause).__name__, reason=type(cause).__name__)
        store.end(run.id, services.clock(), STOPPED, problem_of(broken))
        raise
    store.end(run.id, services.clock(), DONE)


@contextmanager
def _beating(store: AdapterRunStore, run: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """Gives signs of life beside the block: an answer of the system may take longer than the lease."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS) and store.beat(run, clock()):
            pass

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
