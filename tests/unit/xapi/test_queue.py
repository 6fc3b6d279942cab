"""The durable queue: nothing put is lost, done twice under one lease, or seen by another institution."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xapi.database import migrate, open_database
from xapi.errors import QueueError
from xapi.queue import Done, Entry, Job, Quarantine, Queue, Retry

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HERE, THERE = "a" * 32, "b" * 32


class Hand:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def queue(place, clock):
    engine = open_database(place)
    migrate(engine, "xapi.queue")
    yield Queue(engine, clock)
    engine.dispose()


def lease(queue, clock, owner="w1", kinds=("a",), seconds=60.0, limit=10) -> list[Job]:
    return queue.lease(kinds, owner, clock(), seconds, limit)


def test_a_job_that_was_put_is_there_after_the_process_is_gone(queue, clock, place):
    queue.put(HERE, "a", b"one")
    again = Queue(open_database(place), clock)
    assert [job.payload for job in lease(again, clock)] == [b"one"]


def test_the_same_key_twice_is_one_job(queue, clock):
    assert queue.put(HERE, "a", b"one", key="k") == queue.put(HERE, "a", b"one", key="k")
    assert len(lease(queue, clock)) == 1


def test_a_key_never_stands_for_two_payloads(queue):
    queue.put(HERE, "a", b"one", key="k")
    with pytest.raises(QueueError) as caught:
        queue.put(HERE, "a", b"two", key="k")
    assert caught.value.code == "queue.key_taken"


def test_a_batch_is_put_whole_or_not_at_all(queue):
    queue.put(HERE, "a", b"one", key="k")
    with pytest.raises(QueueError):
        queue.put_all(HERE, "a", [Entry(b"new", "n"), Entry(b"two", "k")])
    assert queue.status(HERE)["a"]["waiting"] == 1


def test_a_leased_job_is_given_to_nobody_else_until_the_lease_ends(queue, clock):
    queue.put(HERE, "a", b"one")
    (job,) = lease(queue, clock, "w1", seconds=60)
    clock.forward(59)
    assert lease(queue, clock, "w2") == []
    clock.forward(1)
    (again,) = lease(queue, clock, "w2")
    assert (again.id, again.attempts) == (job.id, 2)


def test_a_worker_that_comes_back_late_cannot_settle_what_another_has(queue, clock):
    queue.put(HERE, "a", b"one")
    (late,) = lease(queue, clock, "w1", seconds=1)
    clock.forward(2)
    (mine,) = lease(queue, clock, "w2")
    assert not queue.quarantine(late, "late")
    assert queue.done(mine, "r")
    assert queue.status(HERE)["a"] == {"waiting": 0, "leased": 0, "done": 1, "quarantined": 0}


def test_a_worker_of_the_same_name_cannot_settle_its_former_lease(queue, clock):
    queue.put(HERE, "a", b"one")
    (late,) = lease(queue, clock, "w1", seconds=1)
    clock.forward(2)
    lease(queue, clock, "w1")
    assert not queue.done(late)


def test_a_retried_job_waits_until_it_is_due_and_keeps_its_reason(queue, clock):
    queue.put(HERE, "a", b"one")
    (job,) = lease(queue, clock)
    queue.retry(job, NOON + timedelta(minutes=5), "no link")
    assert lease(queue, clock) == []
    (stuck,) = queue.delayed(HERE)
    assert (stuck.reason, stuck.attempts) == ("no link", 1)
    clock.forward(300)
    assert len(lease(queue, clock)) == 1


def test_a_quarantined_job_waits_for_a_person(queue, clock):
    queue.put(HERE, "a", b"one", key="k")
    (job,) = lease(queue, clock)
    queue.quarantine(job, "wrong")
    clock.forward(10**7)
    assert lease(queue, clock) == []
    (stuck,) = queue.quarantined(HERE)
    assert (stuck.id, stuck.key, stuck.reason) == (job.id, "k", "wrong")
    assert queue.requeue(HERE, job_id=job.id) == 1
    assert [again.attempts for again in lease(queue, clock)] == [1]


def test_a_reason_from_elsewhere_is_masked_and_cut(queue, clock):
    queue.put(HERE, "a", b"one")
    (job,) = lease(queue, clock)
    queue.quarantine(job, "unknown user 198501012099031001 " + "x" * 5000)
    (stuck,) = queue.quarantined(HERE)
    assert "198501012099031001" not in stuck.reason
    assert len(stuck.reason) == 1000


def test_jobs_of_one_lane_are_handled_one_after_the_other(queue, clock):
    for number in range(3):
        queue.put(HERE, "a", b"%d" % number, lane="ani")
    queue.put(HERE, "a", b"other", lane="budi")
    first = lease(queue, clock)
    assert [job.payload for job in first] == [b"0", b"other"]
    assert lease(queue, clock, "w2") == []
    queue.retry(first[0], NOON + timedelta(seconds=9), "later")
    assert lease(queue, clock, "w2") == []
    clock.forward(10)
    (again,) = lease(queue, clock, "w2")
    assert again.payload == b"0"
    queue.quarantine(again, "never")
    assert [job.payload for job in lease(queue, clock)] == [b"1"]


def test_a_lane_of_one_institution_does_not_hold_back_another(queue, clock):
    queue.put(HERE, "a", b"here", lane="ani")
    lease(queue, clock)
    queue.put(THERE, "a", b"there", lane="ani")
    assert [job.payload for job in lease(queue, clock)] == [b"there"]


def test_a_batch_is_of_one_kind_and_one_institution(queue, clock):
    for institution, kind in ((HERE, "a"), (THERE, "a"), (HERE, "b"), (HERE, "a")):
        queue.put(institution, kind, b"")
        clock.forward(1)
    batches = [lease(queue, clock, kinds=("a", "b")) for _ in range(4)]
    seen = [[(job.institution, job.kind) for job in batch] for batch in batches]
    assert seen == [[(HERE, "a"), (HERE, "a")], [(THERE, "a")], [(HERE, "b")], []]


def test_kinds_without_a_handler_stay(queue, clock):
    queue.put(HERE, "b", b"")
    assert lease(queue, clock, kinds=("a",)) == []


def test_a_deadly_job_goes_behind_the_others(queue, clock):
    queue.put(HERE, "a", b"deadly")
    clock.forward(1)
    queue.put(HERE, "a", b"good")
    lease(queue, clock, limit=1, seconds=10)
    clock.forward(20)
    assert [job.payload for job in lease(queue, clock, limit=1)] == [b"good"]


def test_an_institution_sees_and_touches_only_its_own(queue, clock):
    queue.put(THERE, "a", b"theirs")
    (job,) = lease(queue, clock)
    queue.quarantine(job, "wrong")
    assert queue.status(HERE) == {}
    assert queue.quarantined(HERE) == []
    assert queue.requeue(HERE, job_id=job.id) == 0
    assert queue.forget(HERE, "a", NOON + timedelta(days=1)) == 0
    foreign = Job(job.id, HERE, "a", None, b"", job.attempts, "w1")
    assert not queue.done(foreign)


def test_a_job_without_an_institution_is_refused(queue):
    with pytest.raises(QueueError):
        queue.put("", "a", b"")


def test_hurry_makes_waiting_jobs_due_and_forget_drops_only_old_done_ones(queue, clock):
    queue.put(HERE, "a", b"", due=NOON + timedelta(hours=1))
    assert queue.hurry(HERE) == 1
    assert queue.hurry(HERE) == 0
    (job,) = lease(queue, clock)
    queue.done(job, "receipt")
    assert queue.forget(HERE, "a", NOON) == 0
    assert queue.forget(HERE, "b", NOON + timedelta(seconds=1)) == 0
    assert queue.forget(HERE, "a", NOON + timedelta(seconds=1)) == 1


def test_forgetting_is_bounded_and_spares_what_is_not_done(queue, clock):
    queue.put_all(HERE, "a", [Entry(b"%d" % number) for number in range(5)])
    first, *_, last = lease(queue, clock, limit=5)
    queue.quarantine(last, "wrong")
    queue.settle([(first, Done())], {})
    for job in (first.id + 1, first.id + 2):
        queue.done(Job(job, HERE, "a", None, b"", 1, first.owner))
    later = NOON + timedelta(days=1)
    assert [queue.forget(HERE, "a", later, most=2) for _ in range(3)] == [2, 1, 0]
    assert queue.status(HERE)["a"] == {"waiting": 0, "leased": 1, "done": 0, "quarantined": 1}


def test_many_workers_never_hold_one_job_at_once(queue, clock):
    queue.put_all(HERE, "a", [Entry(b"%d" % number) for number in range(60)])
    held: list[int] = []
    guard = threading.Lock()

    def work(name: str) -> None:
        while batch := lease(queue, clock, name, limit=4):
            with guard:
                held.extend(job.id for job in batch)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == sorted(set(held))
    assert len(held) == 60


STEPS = st.sampled_from(["put", "lease", "done", "retry", "quarantine", "requeue", "crash"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=30))
def test_no_job_is_ever_lost_whatever_happens_to_it(tmp_path_factory, steps):
    clock = Hand()
    engine = open_database(tmp_path_factory.mktemp("q") / "queue.db", durability="NORMAL")
    migrate(engine, "xapi.queue")
    queue, put, held = Queue(engine, clock), 0, []
    for step in steps:
        if step == "put":
            queue.put(HERE, "a", b"")
            put += 1
        elif step == "lease":
            held += lease(queue, clock, seconds=5, limit=2)
        elif step == "crash":
            held = []
            clock.forward(6)
        elif step == "requeue":
            queue.requeue(HERE)
        elif held:
            outcome = {"done": Done("r"), "retry": Retry("x"), "quarantine": Quarantine("y")}[step]
            queue.settle([(held.pop(), outcome)], {})
    states = queue.status(HERE).get("a", {})
    assert sum(states.values()) == put
    clock.forward(6)
    queue.requeue(HERE)
    open_jobs = put - states.get("done", 0)
    assert len(lease(queue, clock, limit=1000)) == open_jobs
    engine.dispose()
