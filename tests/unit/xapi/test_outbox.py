"""The outbox: batches that fit, the guilty one found fast, a stop that is seen, receipts that say who, when and how."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from xapi.database import migrate, open_database, reading
from xapi.errors import RecorderError, StatementError
from xapi.queue import Queue, Worker
from xapi.recorder import (
    KIND,
    CredentialRefused,
    Delivery,
    Recorder,
    StatementRefused,
    UnavailableError,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HERE = "a" * 32
OTHER = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"


def statement(**more: object) -> dict[str, object]:
    return {
        "actor": {"account": {"homePage": "https://w3id.org/jampel/instansi/" + HERE, "name": "b" * 32}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://example.go.id/modul/a"},
        **more,
    }


class Lrs:
    """An LRS that a test tells what to refuse, how to name it and what to answer; it counts what it is asked."""

    who = "https://lrs.example.go.id/xapi/"

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.posts: list[list[str]] = []
        self.guilty: set[str] = set()
        self.names = lambda ids, guilty: ""
        self.failure: Exception | None = None
        self.answers = lambda ids: ids

    def post(self, statements):
        ids = [json.loads(body)["id"] for body in statements]
        self.posts.append(ids)
        if self.failure is not None:
            raise self.failure
        if guilty := [number for number in ids if number in self.guilty]:
            answer = self.names(ids, guilty)
            raise StatementRefused("recorder.statement_refused", f"HTTP 400 {answer}", status=400, answer=answer)
        answer = self.answers(ids)
        self.taken.update(zip(ids, statements, strict=True))
        return answer

    def get(self, statement_id):
        return self.taken.get(statement_id)


class House:
    """A recorder, its queue and workers that deliver to `lrs`."""

    def __init__(self, place) -> None:
        self.now = NOON
        self.engine = open_database(place)
        migrate(self.engine, "xapi.queue")
        self.queue = Queue(self.engine, lambda: self.now)
        numbers = count(1)
        self.recorder = Recorder(self.queue, HERE, lambda: self.now, lambda: uuid.UUID(int=next(numbers), version=4))
        self.lrs = Lrs()

    def worker(self, name: str = "w1", **settings) -> Worker:
        delivery = Delivery(lambda _institution, _source: self.lrs, **settings)
        return Worker(self.queue, {KIND: delivery}, lambda: self.now, name)

    def record(self, number: int, **more: object) -> list[str]:
        return [done.id for done in self.recorder.record_all([statement(**more) for _ in range(number)])]


@pytest.fixture
def house(place):
    made = House(place)
    yield made
    made.engine.dispose()


def test_a_batch_is_bounded_by_bytes_and_a_larger_statement_goes_alone(house):
    small = house.record(4)
    large = house.record(1, result={"response": "x" * 5000})
    house.worker(most_bytes=1000).run_once()
    assert [len(batch) for batch in house.lrs.posts] == [2, 2, 1]
    assert set(house.lrs.taken) == {*small, *large}


def test_a_batch_is_bounded_by_number(house):
    house.record(7)
    worker = house.worker()
    while worker.run_once(limit=3):
        pass
    assert [len(batch) for batch in house.lrs.posts] == [3, 3, 1]


@pytest.mark.parametrize(
    "names",
    [
        lambda ids, guilty: f'{{"path":"$[{ids.index(guilty[0])}].verb.id"}}',
        lambda ids, guilty: f'{{"detail":[{{"type":"missing","loc":["body",{ids.index(guilty[0])},"verb"]}}]}}',
        lambda ids, guilty: f"Differing statements already exist with the same ID: {guilty[0].upper()}",
    ],
    ids=["our path", "fastapi", "id"],
)
def test_an_lrs_that_names_the_bad_statement_is_asked_only_twice_more(house, names):
    ids = house.record(64)
    house.lrs.guilty, house.lrs.names = {ids[41]}, names
    house.worker().run_once()
    assert [len(batch) for batch in house.lrs.posts] == [64, 1, 63]
    assert set(house.lrs.taken) == set(ids) - {ids[41]}
    assert [stuck.key for stuck in house.queue.quarantined(HERE)] == [ids[41]]


def test_an_lrs_that_names_the_wrong_statement_is_no_longer_believed(house):
    ids = house.record(64)
    house.lrs.guilty, house.lrs.names = {ids[41]}, lambda ids, guilty: "$[0] is bad"
    house.worker().run_once()
    assert set(house.lrs.taken) == set(ids) - {ids[41]}
    assert [stuck.key for stuck in house.queue.quarantined(HERE)] == [ids[41]]
    assert len(house.lrs.posts) < 20


def test_a_place_outside_the_batch_is_ignored(house):
    ids = house.record(4)
    house.lrs.guilty, house.lrs.names = {ids[3]}, lambda ids, guilty: "$[4711] and $[999999]"
    house.worker().run_once()
    assert [stuck.key for stuck in house.queue.quarantined(HERE)] == [ids[3]]


def test_a_batch_that_is_too_large_for_the_server_is_split(house):
    ids = house.record(8)
    take = house.lrs.post

    def at_most_two(statements):
        if len(statements) > 2:
            raise StatementRefused("recorder.statement_refused", "HTTP 413", status=413, answer="")
        return take(statements)

    house.lrs.post = at_most_two
    house.worker().run_once()
    assert set(house.lrs.taken) == set(ids)


def test_an_outage_pauses_the_whole_kind_and_not_job_by_job(house):
    house.record(5)
    house.lrs.failure = UnavailableError("recorder.unreachable", "ConnectTimeout")
    worker = house.worker()
    assert worker.run_once(limit=2) == 2
    house.record(1)
    assert worker.run_once(limit=2) == 0
    (pause,) = house.queue.pauses(HERE)
    assert (pause.reason, pause.refused, pause.asked) == ("recorder.unreachable: ConnectTimeout", False, False)


def test_the_pause_grows_while_the_outage_lasts_and_ends_with_it(house):
    house.record(1)
    house.lrs.failure = UnavailableError("recorder.unreachable", "ConnectTimeout")
    waits = []
    for _ in range(5):
        house.worker().run_once()
        (pause,) = house.queue.pauses(HERE)
        waits.append((pause.until - house.now).total_seconds())
        house.now = pause.until
    assert waits[4] > 2 * waits[0]
    assert pause.attempts == 5
    house.lrs.failure = None
    house.worker().run_once()
    assert house.queue.pauses(HERE) == []
    assert house.recorder.status()["done"] == 1


def test_a_wait_that_the_lrs_asked_for_holds_for_everything_even_when_someone_is_in_a_hurry(house):
    house.record(3)
    house.lrs.failure = UnavailableError("recorder.busy", "HTTP 429", retry_after=300.0, status=429)
    house.worker().run_once()
    house.lrs.failure = None
    house.record(1)
    assert house.queue.hurry(HERE) == 0
    house.now += timedelta(seconds=299)
    assert house.worker().run_once() == 0
    house.now += timedelta(seconds=40)
    assert house.worker().run_once() == 4


def test_a_refused_credential_stops_everything_and_says_so(house):
    house.record(250)
    house.lrs.failure = CredentialRefused("recorder.not_allowed", "HTTP 401 unauthorized", status=401)
    worker = house.worker()
    while worker.run_once():
        pass
    assert len(house.lrs.posts) == 1
    stopped = house.recorder.stopped()
    assert stopped.refused
    assert "HTTP 401" in stopped.reason
    assert stopped.until - house.now >= timedelta(hours=1)
    assert house.recorder.status() == {"waiting": 250, "leased": 0, "done": 0, "quarantined": 0}


def test_a_refused_credential_is_tried_again_with_one_statement_after_a_long_wait(house):
    house.record(250)
    house.lrs.failure = CredentialRefused("recorder.not_allowed", "HTTP 403", status=403)
    house.worker().run_once()
    for _ in range(3):
        house.now = house.recorder.stopped().until
        assert house.worker().run_once() == 1
        assert house.worker("w2").run_once() == 0
    assert [len(batch) for batch in house.lrs.posts] == [100, 1, 1, 1]


def test_only_one_worker_tries_a_refused_credential(house):
    house.record(3)
    house.lrs.failure = CredentialRefused("recorder.not_allowed", "HTTP 403", status=403)
    house.worker().run_once()
    house.now = house.recorder.stopped().until
    assert len(house.queue.lease([KIND], "w1", house.now, 120.0, 100)) == 1
    assert house.queue.lease([KIND], "w2", house.now, 120.0, 100) == []


def test_after_the_settings_are_corrected_a_hurry_delivers_all(house):
    ids = house.record(250)
    house.lrs.failure = CredentialRefused("recorder.not_allowed", "HTTP 401", status=401)
    house.worker().run_once()
    house.lrs.failure = None
    house.queue.hurry(HERE)
    worker = house.worker()
    while worker.run_once():
        pass
    assert [len(batch) for batch in house.lrs.posts] == [100, 1, 100, 100, 49]
    assert set(house.lrs.taken) == set(ids)
    assert house.recorder.stopped() is None


def test_a_pause_of_one_kind_or_institution_stops_no_other(house):
    house.record(1)
    house.lrs.failure = CredentialRefused("recorder.not_allowed", "HTTP 401", status=401)
    house.worker().run_once()
    house.queue.put(HERE, "score", b"7")
    house.queue.put("b" * 32, KIND, b"sheet\n{}")
    leased = [house.queue.lease([KIND, "score"], "w2", house.now, 60.0, 10) for _ in range(2)]
    assert sorted((job.institution, job.kind) for jobs in leased for job in jobs) == [
        (HERE, "score"),
        ("b" * 32, KIND),
    ]


def test_a_receipt_says_who_acknowledged_what_when_and_how(house):
    (given,) = house.record(1)
    house.now += timedelta(minutes=5)
    house.worker().run_once()
    (receipt,) = house.recorder.receipts(given.upper())
    assert json.loads(receipt.receipt) == {"by": "https://lrs.example.go.id/xapi/", "how": "posted", "id": given}
    assert receipt.when == house.now


def test_what_is_not_delivered_has_no_receipt(house):
    (given,) = house.record(1)
    assert house.recorder.receipts(given) == []


def test_an_lrs_that_names_only_what_was_new_to_it_is_asked_for_the_rest(house):
    ids = house.record(4)
    house.lrs.taken = {ids[0]: b"{}", ids[1]: b"{}"}
    house.lrs.answers = lambda sent: [number for number in sent if number not in house.lrs.taken]
    house.worker().run_once()
    assert house.recorder.status()["done"] == 4
    assert [json.loads(house.recorder.receipts(number)[0].receipt)["how"] for number in ids] == [
        "found",
        "found",
        "posted",
        "posted",
    ]


@pytest.mark.parametrize(
    ("answers", "done"),
    [
        (lambda ids: [OTHER, *ids], 0),
        (lambda ids: [*ids[:-1], OTHER], 0),
        (lambda ids: ids[::-1], 4),
        (lambda ids: [number.upper() for number in ids], 4),
        (lambda ids: [*ids, *ids], 4),
        (lambda ids: ids[:2], 2),
        (lambda ids: [], 0),
    ],
    ids=["one more", "another", "other order", "upper case", "twice", "half", "none"],
)
def test_only_what_is_named_is_acknowledged_and_the_rest_is_sent_again_under_its_id(house, answers, done):
    ids = house.record(4)
    house.lrs.answers = answers
    house.lrs.get = lambda statement_id: None
    house.worker().run_once()
    assert house.recorder.status() == {"waiting": 4 - done, "leased": 0, "done": done, "quarantined": 0}
    house.lrs.answers = lambda sent: sent
    house.now += timedelta(hours=1)
    house.worker().run_once()
    assert house.recorder.status()["done"] == 4
    assert set(house.lrs.taken) == set(ids)


def test_a_retried_record_without_a_timestamp_is_the_same_statement(house):
    own = statement(id=OTHER)
    first = house.recorder.record_all([own])
    house.now += timedelta(minutes=3)
    second = house.recorder.record_all([own])
    assert [first[0].new, second[0].new] == [True, False]
    house.worker().run_once()
    assert json.loads(house.lrs.taken[OTHER])["timestamp"] == "2026-06-01T12:00:00.000Z"


def test_a_quarantined_statement_is_put_back_by_its_id(house):
    ids = house.record(3)
    house.lrs.guilty = {ids[0], ids[2]}
    house.worker().run_once()
    assert house.queue.requeue(HERE, key=ids[2]) == 1
    assert [stuck.key for stuck in house.queue.quarantined(HERE)] == [ids[0]]


def test_a_renewed_lease_is_not_given_to_another(house):
    house.record(1)
    jobs = house.queue.lease([KIND], "w1", house.now, 60.0, 10)
    house.queue.renew(jobs, house.now + timedelta(seconds=300))
    house.now += timedelta(seconds=200)
    assert house.queue.lease([KIND], "w2", house.now, 60.0, 10) == []
    house.now += timedelta(seconds=200)
    taken = house.queue.lease([KIND], "w2", house.now, 60.0, 10)
    house.queue.renew(jobs, house.now + timedelta(hours=9))
    assert house.queue.settle([], {}) == []
    assert house.queue.done(taken[0])


def test_the_outbox_of_a_recorder_waits_for_the_disk_at_each_commit(tmp_path):
    with Recorder.open(tmp_path / "outbox.db") as recorder:
        with reading(recorder._queue._store._engine) as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


NEWER = {"contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b.id"}}]}


def test_a_recorder_of_the_older_version_refuses_what_only_the_newer_has(tmp_path):
    with Recorder.open(tmp_path / "outbox.db", "https://lrs.example.go.id/xapi/") as recorder:
        with pytest.raises(StatementError) as caught:
            recorder.record(statement(context=NEWER))
    assert caught.value.code == "statement.newer"


def test_a_recorder_of_the_newer_version_takes_it(tmp_path):
    with Recorder.open(tmp_path / "outbox.db", "https://lrs.example.go.id/xapi/", version="2.0.0") as recorder:
        recorder.record(statement(context=NEWER))
        assert recorder.status()["waiting"] == 1


def test_a_version_that_nobody_speaks_is_refused(tmp_path):
    with pytest.raises(RecorderError) as caught:
        Recorder.open(tmp_path / "outbox.db", "https://lrs.example.go.id/xapi/", version="0.95")
    assert caught.value.code == "recorder.unknown_version"
