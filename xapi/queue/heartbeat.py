"""Prolongs a lease while its handler runs, so that a slow link is no reason for another worker to send the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import getLogger
from threading import Event, Thread

log = getLogger(__name__)


@contextmanager
def beating(beat: Callable[[], None], every_seconds: float) -> Iterator[None]:
    """Calls `beat` every `every_seconds` in a thread until the block ends; a beat that fails is missed, no more."""
    stop = Event()

    def run() -> None:
        while not stop.wait(every_seconds):
            try:
                beat()
            except Exception as error:  # noqa: BLE001 - a locked database: the next beat may come in time
                log.warning("a lease could not be prolonged: %s", type(error).__name__)

    thread = Thread(target=run, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
