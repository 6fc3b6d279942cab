"""The worker: whatever a handler does, its jobs are settled or come back, later each time."""

import threading
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.database import migrate, open_database
from xapi.queue import Backoff, Done, Quarantine, Queue, Retry, Worker

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HERE = "a" * 32


@pytest.fixture
def queue(place):
    engine = open_database(place)
    migrate(engine, "xapi.queue")
    yield Queue(engine, lambda: NOON)
    engine.dispose()


def worker(queue: Queue, handler, now: datetime = NOON) -> Worker:
    return Worker(queue, {"a": handler}, lambda: now, "w1", backoff=Backoff(Random(7)))


def test_each_outcome_is_written(queue):
    for payload in (b"done", b"retry", b"quarantine"):
        queue.put(HERE, "a", payload)
    said = {b"done": Done("receipt"), b"retry": Retry("no link"), b"quarantine": Quarantine("wrong")}
    assert worker(queue, lambda jobs: [said[job.payload] for job in jobs]).run_once() == 3
    assert queue.status(HERE)["a"] == {"waiting": 1, "leased": 0, "done": 1, "quarantined": 1}
    assert queue.delayed(HERE)[0].reason == "no link"
    assert queue.quarantined(HERE)[0].reason == "wrong"


def test_a_handler_that_fails_loses_nothing(queue):
    queue.put(HERE, "a", b"")
    worker(queue, lambda jobs: 1 / 0).run_once()
    assert queue.delayed(HERE)[0].reason == "ZeroDivisionError"


def test_what_a_killed_worker_had_taken_is_done_within_half_a_minute(queue):
    """A learner who finished at that moment looks for the grade now, not in some minutes."""

    def killed(_jobs):
        raise SystemExit  # it leaves as a kill does: nothing is settled

    queue.put(HERE, "a", b"grade")
    with pytest.raises(SystemExit):
        worker(queue, killed).run_once()
    done: list[bytes] = []

    def other(at: float) -> Worker:
        now = NOON + timedelta(seconds=at)
        handlers = {"a": lambda jobs: [done.append(job.payload) or Done("") for job in jobs]}
        return Worker(queue, handlers, lambda: now, "w2", backoff=Backoff(Random(7)))

    assert other(29).run_once() == 0
    assert other(30).run_once() == 1
    assert done == [b"grade"]


def test_a_handler_that_forgets_a_job_loses_nothing(queue):
    queue.put(HERE, "a", b"")
    worker(queue, lambda jobs: []).run_once()
    assert "queue.outcome_count" in queue.delayed(HERE)[0].reason


def test_the_wait_that_the_other_side_asked_for_is_kept(queue):
    queue.put(HERE, "a", b"")
    worker(queue, lambda jobs: [Retry("busy", after_seconds=120)]).run_once()
    assert worker(queue, lambda jobs: [Done()], NOON + timedelta(seconds=119)).run_once() == 0
    assert worker(queue, lambda jobs: [Done()], NOON + timedelta(seconds=133)).run_once() == 1


def test_nothing_due_is_nothing_done(queue):
    assert worker(queue, lambda jobs: [Done()]).run_once() == 0


def test_a_running_worker_stops_when_told_and_survives_a_broken_database():
    stop = threading.Event()

    class Broken:
        def lease(self, *_arguments):
            stop.set()
            raise OSError("disk full")

    Worker(Broken(), {}, lambda: NOON, "w1").run(stop, idle_seconds=0)  # type: ignore[arg-type]
    assert stop.is_set()


@given(attempts=st.integers(1, 10_000), asked=st.none() | st.floats(-10, 1e9), seed=st.integers(0, 100))
def test_the_wait_grows_but_never_beyond_its_bounds(attempts, asked, seed):
    backoff = Backoff(Random(seed))
    wait = backoff.seconds(attempts, asked)
    assert 1.0 <= wait <= backoff.longest_asked * 1.1
    if asked is not None:
        assert wait >= min(asked, backoff.longest_asked)
    if asked is None:
        full = min(900.0, 2.0 ** min(attempts, 20))
        assert full / 2 <= wait <= full
