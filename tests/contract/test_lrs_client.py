"""What the recorder may expect of a way to an LRS: in process, over HTTP, and with an LRS of others (Ralph).

Ralph has no attachments, documents, agents, activities and no voiding: only statements are asked of it.
"""

import json
import threading
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from flask import Flask, Response
from werkzeug.serving import make_server

from tools.ralph_server import RalphServer
from xapi.database import migrate, open_database
from xapi.lrs.web import blueprint
from xapi.queue import Done, Job, Queue, Worker
from xapi.recorder import KIND, Delivery, NotAllowedError, Recorder, StatementRefused, UnavailableError
from xapi.recorder.client import HttpLrsClient, LocalLrsClient
from xapi.recorder.deliver import pack, send
from xapi.testing import embedded_lrs, encoded, make_principal, make_statement

HERE = "a" * 32


@pytest.fixture
def serve():
    """Serves WSGI apps on free ports until the test ends; returns the address."""
    servers = []

    def start(app) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/xapi/"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def lrs(tmp_path):
    return embedded_lrs(tmp_path)


def local(lrs, serve, scopes):
    return LocalLrsClient(lrs.lrs, make_principal(HERE, scopes=frozenset(scopes), source="package"))


def over_http(lrs, serve, scopes):
    app = Flask("lrs")
    app.register_blueprint(blueprint(lrs.lrs, lrs.credentials, lrs.clock))
    credential = lrs.credentials.add(HERE, "perekam", scopes, "package")
    return HttpLrsClient(serve(app), credential.key, credential.secret)


@pytest.fixture(params=[local, over_http])
def open_client(request, lrs, serve):
    """Opens a client of each kind with the scopes that the test wants."""
    return lambda *scopes: request.param(lrs, serve, scopes)


@pytest.fixture
def own_client(open_client):
    """A client of our LRS, in process and over HTTP."""
    return open_client("statements/write", "all/read")


@pytest.fixture(scope="module")
def ralph(require, tmp_path_factory):
    require("ralph")
    with RalphServer(tmp_path_factory.mktemp("ralph")) as server:
        yield server


@pytest.fixture(params=["in process", "over HTTP", "Ralph"])
def client(request, lrs, serve):
    """A client that may write and read, of each LRS."""
    if request.param == "Ralph":
        server = request.getfixturevalue("ralph")
        return HttpLrsClient(server.endpoint, server.key, server.secret)
    return (local if request.param == "in process" else over_http)(lrs, serve, ("statements/write", "all/read"))


def statement(**more: object) -> tuple[str, bytes]:
    number = str(uuid.uuid4())
    return number, encoded(make_statement(id=number, timestamp="2026-03-01T00:00:00Z", **more))


def test_what_was_posted_is_there_under_its_ids(client):
    (first, one), (second, two) = statement(), statement()
    assert client.post([one, two]) == [first, second]
    assert json.loads(client.get(first))["id"] == first
    assert json.loads(client.get(second))["verb"] == make_statement()["verb"]


def test_a_repeat_is_acknowledged_again_and_stored_once(own_client, lrs):
    number, body = statement()
    assert own_client.post([body]) == own_client.post([body]) == [number]
    assert [kept.id for kept in lrs.statements.after(HERE, 0, 10)] == [number]


def test_what_is_not_there_is_none(client):
    assert client.get(str(uuid.uuid4())) is None


def test_one_bad_statement_and_the_batch_is_refused_whole(client):
    number, good = statement()
    _, bad = statement(actor={"name": "no identifier"})
    with pytest.raises(StatementRefused):
        client.post([good, bad])
    assert client.get(number) is None


def test_another_statement_under_a_known_id_is_refused(client):
    number, body = statement()
    client.post([body])
    other = json.loads(body) | {"result": {"success": False}}
    with pytest.raises(StatementRefused) as caught:
        client.post([encoded(other)])
    assert caught.value.params["status"] == 409
    assert "result" not in json.loads(client.get(number))


def test_a_credential_that_may_not_write_is_a_matter_of_settings(open_client):
    with pytest.raises(NotAllowedError):
        open_client("statements/read").post([statement()[1]])


def test_a_recorder_delivers_through_it_and_sets_the_bad_one_aside(client, tmp_path):
    moment = datetime(2026, 3, 2, 1, tzinfo=UTC)
    engine = open_database(tmp_path / "outbox.db")
    migrate(engine, "xapi.queue")
    queue = Queue(engine, lambda: moment)
    bodies = dict(statement() for _ in range(9))
    bad, broken = statement(actor={"name": "no identifier"})
    known = next(iter(bodies))
    client.post([bodies[known]])
    for number, body in [*bodies.items(), (bad, broken)]:
        queue.put(HERE, KIND, pack("package", body), key=number)
    worker = Worker(queue, {KIND: Delivery(lambda _institution, _source: client)}, lambda: moment, "w")
    while worker.run_once():
        pass
    assert queue.status(HERE)[KIND] == {"waiting": 0, "leased": 0, "done": 9, "quarantined": 1}
    assert [stuck.key for stuck in queue.quarantined(HERE)] == [bad]
    assert all(json.loads(client.get(number))["id"] == number for number in bodies)
    assert json.loads(queue.receipts(HERE)[0].receipt)["by"] == client.who
    engine.dispose()


def test_what_an_lrs_has_already_is_acknowledged_after_a_lost_answer(client, tmp_path):
    number, body = statement()
    client.post([body])
    job = Job(1, HERE, KIND, number, pack("package", body), 1)
    assert isinstance(send(client, [job])[1], Done)


def test_our_own_lrs_keeps_the_source_and_refuses_a_nip(own_client, lrs, tmp_path):
    client = own_client
    moment = datetime(2026, 3, 2, 1, tzinfo=UTC)
    with Recorder.open(tmp_path / "outbox.db", institution=HERE, clock=lambda: moment) as recorder:
        ids = [recorder.record(make_statement()) for _ in range(3)]
        refused = recorder.record(make_statement(actor={"account": {"homePage": "https://a.id", "name": "1" * 18}}))
        worker = Worker(recorder._queue, {KIND: Delivery(lambda _institution, _source: client)}, lambda: moment, "w")
        worker.run_once()
        assert recorder.status()["done"] == 3
        stored = lrs.statements.after(HERE, 0, 10)
        assert sorted(kept.id for kept in stored) == sorted(ids)
        assert {kept.source for kept in stored} == {"package"}
        assert refused not in ids


class Answer:
    """A server that answers everything alike, as proxies, hotspots and broken servers do."""

    def __init__(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.status, self.body, self.headers = status, body, {k.replace("_", "-"): v for k, v in headers.items()}
        self.asked: list[str] = []

    def __call__(self, environ, start_response):
        self.asked.append(environ["PATH_INFO"])
        response = Response(self.body, self.status, self.headers)
        if "Retry-In" in response.headers:
            moment = datetime.now(UTC) + timedelta(seconds=float(response.headers["Retry-In"]))
            response.headers["Retry-After"] = format_datetime(moment, usegmt=True)
        return response(environ, start_response)


LRS = {"X_Experience_API_Version": "1.0.3"}


@pytest.mark.parametrize(
    ("answer", "kind", "retry_after"),
    [
        (Answer(400, b'{"message":"verb"}', **LRS), StatementRefused, None),
        (Answer(409, **LRS), StatementRefused, None),
        (Answer(413), StatementRefused, None),
        (Answer(400, b"Bad Request"), NotAllowedError, None),
        (Answer(409, b"proxy"), NotAllowedError, None),
        (Answer(401, **LRS), NotAllowedError, None),
        (Answer(403, **LRS), NotAllowedError, None),
        (Answer(404, b"<h1>nginx</h1>"), NotAllowedError, None),
        (Answer(405), NotAllowedError, None),
        (Answer(302, Location="http://127.0.0.1:9/login"), NotAllowedError, None),
        (Answer(429, Retry_After="120"), UnavailableError, 120.0),
        (Answer(503, Retry_In="300"), UnavailableError, pytest.approx(300.0, abs=2)),
        (Answer(503, Retry_In="-300"), UnavailableError, 0.0),
        (Answer(503, Retry_After="soon"), UnavailableError, None),
        (Answer(500), UnavailableError, None),
        (Answer(200, b"<html>Silakan masuk ke hotspot</html>"), UnavailableError, None),
        (Answer(200, b'{"ok": true}'), UnavailableError, None),
        (Answer(200, b"[1]"), UnavailableError, None),
        (Answer(200, b"\xff"), UnavailableError, None),
    ],
    ids=lambda value: f"{value.status}-{value.body[:12]}" if isinstance(value, Answer) else None,
)
def test_an_http_answer_is_understood_for_what_it_is(serve, answer, kind, retry_after):
    with pytest.raises(kind) as caught:
        HttpLrsClient(serve(answer), "key", "rahasia").post([statement()[1]])
    assert caught.value.retry_after == retry_after
    assert "rahasia" not in f"{caught.value}{caught.value.params}"


def test_a_question_to_a_busy_lrs_hears_how_long_it_should_wait(serve):
    with pytest.raises(UnavailableError) as caught:
        HttpLrsClient(serve(Answer(503, Retry_After="120")), "key", "rahasia").get(str(uuid.uuid4()))
    assert (caught.value.code, caught.value.retry_after) == ("recorder.busy", 120.0)


def test_an_lrs_that_cannot_be_reached_is_unavailable():
    with pytest.raises(UnavailableError) as caught:
        HttpLrsClient("http://127.0.0.1:9/xapi", "key", "rahasia", attempts=1).get(str(uuid.uuid4()))
    assert caught.value.code == "recorder.unreachable"


def test_an_lrs_that_does_not_answer_is_given_up(serve):
    waiting = threading.Event()

    def silent(environ, start_response):
        waiting.wait(5)
        return Response("late")(environ, start_response)

    client = HttpLrsClient(serve(silent), "key", "rahasia", timeout=(1.0, 0.05))
    try:
        with pytest.raises(UnavailableError):
            client.post([statement()[1]])
    finally:
        waiting.set()


def test_an_endless_answer_is_cut(serve, monkeypatch):
    monkeypatch.setattr("xapi.recorder.client.MOST_BYTES", 1000)
    with pytest.raises(UnavailableError) as caught:
        HttpLrsClient(serve(Answer(200, b"x" * 2000)), "key", "rahasia").post([statement()[1]])
    assert caught.value.code == "recorder.not_an_lrs"


def test_the_endpoint_is_used_with_and_without_its_slash(serve):
    answer = Answer(500)
    endpoint = serve(answer)
    for written in (endpoint, endpoint.rstrip("/")):
        with pytest.raises(UnavailableError):
            HttpLrsClient(written, "key", "secret").post([statement()[1]])
    assert answer.asked == ["/xapi/statements"] * 2
