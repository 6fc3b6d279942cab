"""The recorder: durable before it answers, checked before it is durable, and never anything dropped."""

import json
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from xapi.database import migrate, open_database
from xapi.errors import RecorderError, StatementError
from xapi.queue import Backoff, Queue, Worker
from xapi.recorder import (
    KIND,
    Delivery,
    NotAllowedError,
    Recorder,
    StatementRefused,
    UnavailableError,
)
from xapi.statement import decode

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HERE = "a" * 32


def statement(**more: object) -> dict[str, object]:
    return {
        "actor": {"account": {"homePage": "https://w3id.org/jampel/instansi/" + HERE, "name": "b" * 32}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": "https://example.go.id/modul/a"},
        **more,
    }


class FakeLrs:
    """An LRS that refuses what a test tells it to, and remembers what it took."""

    who = "https://lrs.example.go.id/xapi/"

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.guilty: set[str] = set()
        self.failure: Exception | None = None
        self.calls = 0

    def post(self, statements):
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        ids = [json.loads(body)["id"] for body in statements]
        if self.guilty & set(ids):
            raise StatementRefused("recorder.statement_refused", "HTTP 400 bad verb", status=400, answer="bad verb")
        self.taken.update(zip(ids, statements, strict=True))
        return ids

    def get(self, statement_id):
        return self.taken.get(statement_id)


class House:
    """A recorder, its queue and a worker that delivers to a fake LRS."""

    def __init__(self, path, lrs: FakeLrs) -> None:
        self.now = NOON
        self.engine = open_database(path)
        migrate(self.engine, "xapi.queue")
        self.queue = Queue(self.engine, self.clock)
        numbers = count(1)
        self.recorder = Recorder(self.queue, HERE, self.clock, lambda: uuid.UUID(int=next(numbers), version=4))
        self.sources: list[tuple[str, str]] = []
        self.worker = Worker(self.queue, {KIND: Delivery(self.client_for)}, self.clock, "w1", backoff=Backoff())
        self.lrs = lrs

    def clock(self) -> datetime:
        return self.now

    def client_for(self, institution: str, source: str) -> FakeLrs:
        self.sources.append((institution, source))
        return self.lrs


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path / "queue.db", FakeLrs())
    yield made
    made.engine.dispose()


def test_a_statement_gets_an_id_and_a_timestamp_when_it_has_none(house):
    given = house.recorder.record(statement())
    house.worker.run_once()
    sent = json.loads(house.lrs.taken[given])
    assert sent["timestamp"] == "2026-06-01T12:00:00.000Z"
    assert uuid.UUID(sent["id"]).version == 4


def test_an_id_and_a_timestamp_of_the_statement_are_kept(house):
    own = {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee", "timestamp": "2026-01-02T03:04:05+07:00"}
    assert house.recorder.record(statement(**own)) == own["id"]
    house.worker.run_once()
    assert json.loads(house.lrs.taken[own["id"]])["timestamp"] == own["timestamp"]


def test_a_typed_statement_is_recorded_too(house):
    typed = decode(json.dumps(statement()).encode())
    given = house.recorder.record(typed)
    house.worker.run_once()
    assert json.loads(house.lrs.taken[given])["verb"] == statement()["verb"]


@pytest.mark.parametrize(
    "broken",
    [{"verb": {"id": "no-iri"}}, {"actor": {"name": "A"}}, {"id": "no-uuid"}, {"timestamp": "yesterday"}, {"x": 1}],
)
def test_a_statement_that_breaks_the_standard_is_refused_and_nothing_is_kept(house, broken):
    with pytest.raises(StatementError):
        house.recorder.record(statement(**broken))
    assert house.recorder.status()["waiting"] == 0


def test_an_unknown_source_is_refused(house):
    with pytest.raises(RecorderError) as caught:
        house.recorder.record(statement(), source="sheet\nforeign")
    assert caught.value.code == "recorder.unknown_source"


def test_what_is_no_json_is_refused(house):
    with pytest.raises(RecorderError) as caught:
        house.recorder.record(statement(result={"response": object()}))
    assert caught.value.code == "recorder.not_json"


def test_the_same_statement_twice_is_recorded_once(house):
    own = statement(id="6690e6c9-3ef0-4ed3-8b37-7f3964730bee", timestamp="2026-01-02T03:04:05Z")
    assert [house.recorder.record_all([own])[0].new for _ in range(2)] == [True, False]
    assert house.recorder.status()["waiting"] == 1


def test_an_id_never_stands_for_two_statements(house):
    own = {"id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}
    house.recorder.record(statement(**own))
    with pytest.raises(RecorderError) as caught:
        house.recorder.record_all([statement(), statement(**own, result={"success": True})])
    assert caught.value.code == "recorder.id_taken"
    assert house.recorder.status()["waiting"] == 1


def test_the_source_chooses_the_credential(house):
    house.recorder.record(statement(), source="sheet")
    house.recorder.record(statement(), source="lms_record")
    house.worker.run_once()
    assert house.sources == [(HERE, "sheet"), (HERE, "lms_record")]
    assert house.recorder.status()["done"] == 2


@pytest.mark.parametrize("guilty", [(0,), (6,), (3, 4), (0, 1, 2, 3, 4, 5, 6)])
def test_only_the_guilty_statements_of_a_batch_are_set_aside(house, guilty):
    ids = [house.recorder.record(statement()) for _ in range(7)]
    house.lrs.guilty = {ids[number] for number in guilty}
    house.worker.run_once()
    assert set(house.lrs.taken) == set(ids) - house.lrs.guilty
    assert {stuck.key for stuck in house.queue.quarantined(HERE)} == house.lrs.guilty
    assert all("bad verb" in stuck.reason for stuck in house.queue.quarantined(HERE))


@pytest.mark.parametrize(
    "failure",
    [NotAllowedError("recorder.not_allowed", "HTTP 401"), UnavailableError("recorder.unreachable", "Timeout"),
     RuntimeError("bug")],
)  # fmt: skip
def test_whatever_the_lrs_does_nothing_is_dropped_and_the_reason_is_kept(house, failure):
    given = house.recorder.record(statement())
    house.lrs.failure = failure
    house.worker.run_once()
    assert house.recorder.status()["waiting"] == 1
    assert house.queue.delayed(HERE)[0].reason
    house.lrs.failure = None
    house.now += timedelta(minutes=20)
    house.worker.run_once()
    assert list(house.lrs.taken) == [given]


def test_the_lrs_that_asks_for_a_pause_gets_it(house):
    house.recorder.record(statement())
    house.lrs.failure = UnavailableError("recorder.busy", "HTTP 429", retry_after=600)
    house.worker.run_once()
    house.now += timedelta(seconds=599)
    assert house.worker.run_once() == 0
    house.now += timedelta(seconds=62)
    assert house.worker.run_once() == 1


def test_an_lrs_that_breaks_in_the_middle_is_left_alone(house):
    ids = [house.recorder.record(statement()) for _ in range(8)]
    house.lrs.guilty = {ids[7]}
    take = house.lrs.post

    def break_after_two(statements):
        if house.lrs.calls >= 2:
            house.lrs.failure = UnavailableError("recorder.busy", "HTTP 500")
        return take(statements)

    house.lrs.post = break_after_two
    house.worker.run_once()
    assert house.lrs.calls == 3
    assert house.recorder.status() == {"waiting": 4, "leased": 0, "done": 4, "quarantined": 0}


def test_an_answer_with_other_ids_is_no_acknowledgement(house):
    house.recorder.record(statement())
    house.lrs.post = lambda statements: ["6690e6c9-3ef0-4ed3-8b37-7f3964730bee"]
    house.worker.run_once()
    assert "recorder.not_an_lrs" in house.queue.delayed(HERE)[0].reason


def test_a_lost_answer_sends_the_same_id_again(house):
    given = house.recorder.record(statement())
    take = house.lrs.post

    def lose_answer(statements):
        take(statements)
        raise UnavailableError("recorder.unreachable", "ReadTimeout")

    house.lrs.post = lose_answer
    house.worker.run_once()
    first = house.lrs.taken[given]
    house.lrs.post = take
    house.now += timedelta(minutes=1)
    house.worker.run_once()
    assert house.lrs.taken == {given: first}
    assert house.recorder.status()["done"] == 1


def test_a_recorder_alone_keeps_statements_without_a_link(tmp_path):
    with Recorder.open(tmp_path / "outbox.db") as recorder:
        recorder.record(statement())
        with pytest.raises(RecorderError) as caught:
            recorder.flush()
    assert caught.value.code == "recorder.no_endpoint"
    with Recorder.open(tmp_path / "outbox.db") as recorder:
        assert recorder.status()["waiting"] == 1


def test_flush_without_a_link_ends_and_keeps_everything(tmp_path):
    with Recorder.open(tmp_path / "outbox.db", "http://127.0.0.1:9/xapi/", "key", "secret") as recorder:
        recorder.record(statement())
        assert recorder.flush() == {"waiting": 1, "leased": 0, "done": 0, "quarantined": 0}


def test_importing_xapi_loads_nothing_and_recorder_is_found(tmp_path):
    program = (
        "import sys, xapi; assert 'sqlalchemy' not in sys.modules; from xapi import Recorder; "
        "assert 'requests' not in sys.modules; assert 'flask' not in sys.modules; print(Recorder.__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Recorder"
