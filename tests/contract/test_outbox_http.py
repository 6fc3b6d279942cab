"""The outbox before an LRS that answers strangely over a real connection: nothing is lost and nothing is doubled."""

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from xapi import Recorder
from xapi.recorder.client import HttpLrsClient

OTHER = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
STATEMENT = {
    "actor": {"account": {"homePage": "https://w3id.org/jampel/instansi/" + "a" * 32, "name": "b" * 32}},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
    "object": {"id": "https://example.go.id/modul/a"},
}


class CountingLrs:
    """A fake LRS on a free port that counts how often each statement is sent to it, and answers as `answer` says.

    `answer(handler, ids)` writes the response itself; None behaves. `pause` seconds pass before each answer.
    """

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.stored: set[str] = set()
        self.posts = 0
        self.answer = None
        self.pause = 0.0
        self.going = threading.Event()
        lrs = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                lrs.receive(self, [one["id"] for one in json.loads(body)])

            def do_GET(self):
                lrs.reply(self, 404, b"{}", **{"X-Experience-API-Version": "1.0.3"})

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # a client that leaves early is no news

        self.server = Server(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}/xapi/"

    def receive(self, handler, ids) -> None:
        self.posts += 1
        self.sent.update(ids)
        self.going.wait(self.pause)
        if self.answer is None:
            self.stored.update(ids)
            self.reply(handler, 200, json.dumps(ids).encode(), **{"X-Experience-API-Version": "1.0.3"})
        else:
            self.answer(handler, ids)

    @staticmethod
    def reply(handler, status: int, body: bytes = b"", **headers: str) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        self.going.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def lrs():
    made = CountingLrs()
    yield made
    made.close()


def reset(handler, _ids) -> None:
    """Half a response, then the connection is torn."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n["')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def answered(status: int, body: bytes = b"", **headers: str):
    return lambda handler, ids: CountingLrs.reply(handler, status, body, **headers)


STRANGE = {
    "html of a hotspot": answered(200, b"<html>Silakan masuk</html>", Content_Type="text/html"),
    "a redirect to a login": answered(302, Location="http://127.0.0.1:9/login"),
    "other ids": lambda handler, ids: CountingLrs.reply(handler, 200, json.dumps([OTHER] * len(ids)).encode()),
    "no ids": answered(200, b"[]"),
    "nothing": answered(204),
    "a torn connection": reset,
    "a proxy's refusal": answered(400, b"<h1>Bad Request</h1>"),
    "a proxy without an LRS": answered(502, b"<h1>Bad Gateway</h1>"),
    "no permission": answered(403, b"{}", X_Experience_API_Version="1.0.3"),
}


@pytest.mark.parametrize("answer", STRANGE.values(), ids=STRANGE)
def test_a_strange_answer_loses_and_doubles_nothing(lrs, tmp_path, answer):
    moment = [datetime(2026, 3, 2, tzinfo=UTC)]
    with Recorder.open(tmp_path / "outbox.db", lrs.endpoint, "k", "s", clock=lambda: moment[0]) as recorder:
        ids = {recorder.record(STATEMENT) for _ in range(5)}
        lrs.answer = answer
        assert recorder.flush() == {"waiting": 5, "leased": 0, "done": 0, "quarantined": 0}
        assert recorder.stopped().reason
        assert lrs.posts == 1
        lrs.answer = None
        moment[0] += timedelta(hours=2)
        assert recorder.flush() == {"waiting": 0, "leased": 0, "done": 5, "quarantined": 0}
    assert lrs.stored == ids


def test_half_the_ids_are_half_an_acknowledgement(lrs, tmp_path):
    moment = [datetime(2026, 3, 2, tzinfo=UTC)]
    with Recorder.open(tmp_path / "outbox.db", lrs.endpoint, "k", "s", clock=lambda: moment[0]) as recorder:
        ids = {recorder.record(STATEMENT) for _ in range(6)}
        lrs.answer = lambda handler, sent: CountingLrs.reply(handler, 200, json.dumps(sent[:3]).encode())
        assert recorder.flush() == {"waiting": 3, "leased": 0, "done": 3, "quarantined": 0}
        first = [number for number in ids if recorder.receipts(number)]
        lrs.answer = None
        assert recorder.flush()["done"] == 6
    assert sorted(lrs.sent.values()) == [1, 1, 1, 2, 2, 2]
    assert all(lrs.sent[number] == 1 for number in first)


def test_an_lrs_without_tls_where_tls_is_meant_is_an_outage(lrs, tmp_path):
    with Recorder.open(tmp_path / "outbox.db", lrs.endpoint.replace("http:", "https:"), "k", "s") as recorder:
        recorder.record(STATEMENT)
        assert recorder.flush()["waiting"] == 1
        assert "recorder.unreachable" in recorder.stopped().reason


def test_a_certificate_that_nobody_vouches_for_is_an_outage(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make_certificate(key, certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    lrs = CountingLrs()
    lrs.server.socket = context.wrap_socket(lrs.server.socket, server_side=True)
    try:
        with Recorder.open(tmp_path / "outbox.db", lrs.endpoint.replace("http:", "https:"), "k", "s") as recorder:
            recorder.record(STATEMENT)
            assert recorder.flush()["waiting"] == 1
            assert "SSLError" in recorder.stopped().reason
    finally:
        lrs.close()
    assert lrs.posts == 0


def make_certificate(key: Path, certificate: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


SENDER = """
import sys
from xapi import Recorder
with Recorder.open(sys.argv[1], sys.argv[2], "k", "s", lease_seconds=float(sys.argv[3])) as recorder:
    print("ready", flush=True)
    sys.stdin.readline()
    recorder.flush()
"""


def flush_in_two_processes(outbox: Path, endpoint: str, lease_seconds: float) -> None:
    """Two processes that flush one outbox at the same moment, to the end."""
    command = [sys.executable, "-c", SENDER, str(outbox), endpoint, str(lease_seconds)]
    senders = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for sender in senders:
        assert sender.stdout.readline() == "ready\n"
    for sender in senders:
        sender.stdin.write("\n")
        sender.stdin.flush()
    for sender in senders:
        sender.communicate(timeout=60)
        assert sender.returncode == 0


def test_two_processes_on_one_outbox_send_nothing_twice(lrs, tmp_path):
    outbox = tmp_path / "outbox.db"
    with Recorder.open(outbox) as recorder:
        ids = [done.id for done in recorder.record_all([STATEMENT] * 1000)]
    lrs.pause = 0.02
    flush_in_two_processes(outbox, lrs.endpoint, 120.0)
    assert lrs.sent == Counter(ids)
    with Recorder.open(outbox) as recorder:
        assert recorder.status() == {"waiting": 0, "leased": 0, "done": 1000, "quarantined": 0}


def test_a_slow_lrs_is_no_reason_for_the_other_process_to_send_the_same(lrs, tmp_path):
    """The answer takes longer than the lease: it is prolonged while the request is under way."""
    outbox = tmp_path / "outbox.db"
    with Recorder.open(outbox) as recorder:
        ids = [done.id for done in recorder.record_all([STATEMENT] * 150)]
    lrs.pause = 2.0
    flush_in_two_processes(outbox, lrs.endpoint, 0.9)
    assert lrs.sent == Counter(ids)


KILLED = """
import sys
from xapi import Recorder
with Recorder.open(sys.argv[1], sys.argv[2], "k", "s", lease_seconds=1.0) as recorder:
    print(recorder.record({"actor": {"mbox": "mailto:a@example.go.id"}, "verb": {"id": "https://a.id/v"},
        "object": {"id": "https://a.id/o"}}), flush=True)
    recorder.flush()
"""


def test_a_process_killed_while_it_sends_changes_no_id(lrs, tmp_path):
    outbox = tmp_path / "outbox.db"
    lrs.pause = 60.0
    command = [sys.executable, "-c", KILLED, str(outbox), lrs.endpoint]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    given = process.stdout.readline().strip()
    while not lrs.posts:
        threading.Event().wait(0.01)
    process.kill()
    process.communicate()
    lrs.going.set()
    later = datetime.now(UTC) + timedelta(minutes=1)
    with Recorder.open(outbox, lrs.endpoint, "k", "s", clock=lambda: later) as recorder:
        assert recorder.status()["leased"] == 1
        assert recorder.flush()["done"] == 1
    assert lrs.sent == Counter({given: 2})


class RawServer:
    """A server on a free port that gives each connection to `answer(connection)`, without any HTTP of its own."""

    def __init__(self, answer, receive_buffer: int = 0) -> None:
        self.listening = socket.socket()
        if receive_buffer:
            self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen()
        self.endpoint = f"http://127.0.0.1:{self.listening.getsockname()[1]}/xapi/"
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._serve, args=[answer])
        self.thread.start()

    def _serve(self, answer) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                answer(self, connection)

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join()


def drip(server: RawServer, connection: socket.socket) -> None:
    """Never a whole line of an answer, but always another byte."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not server.over.wait(0.02):
        connection.sendall(b"x")


def test_an_answer_that_drips_for_ever_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr("xapi.recorder.http.MOST_SECONDS", 0.3)
    server = RawServer(drip)
    try:
        with Recorder.open(tmp_path / "outbox.db", server.endpoint, "k", "s") as recorder:
            recorder.record(STATEMENT)
            assert recorder.flush()["waiting"] == 1
            assert recorder.stopped().reason.startswith("recorder.")
    finally:
        server.close()


def read_slowly(server: RawServer, connection: socket.socket) -> None:
    """Takes a body at the pace of a poor link, and then answers as an LRS."""
    connection.settimeout(5)
    head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
    length = int(next(line for line in head.splitlines() if line.lower().startswith(b"content-length")).split()[1])
    while len(body) < length:
        server.over.wait(0.01)
        piece = connection.recv(64 * 1024)
        if not piece:
            return
        body += piece
    ids = json.dumps([one["id"] for one in json.loads(body)]).encode()
    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(ids), ids))


def test_a_slow_link_is_no_outage_while_it_moves(tmp_path):
    """Sending takes far longer than one wait may: what counts is that each piece gets through."""
    server = RawServer(read_slowly, receive_buffer=64 * 1024)
    number = str(uuid.uuid4())
    body = json.dumps(STATEMENT | {"id": number, "result": {"response": "x" * 8_000_000}}).encode()
    began = time.monotonic()
    client = HttpLrsClient(server.endpoint, "k", "s", timeout=(0.4, 5.0))
    try:
        assert client.post([body]) == [number]
    finally:
        client.close()
        server.close()
    assert time.monotonic() - began > 2 * 0.4
