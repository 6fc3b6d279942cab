"""The HTTP client of the adapters: what it repeats, what it never repeats, and what its errors keep to themselves."""

import logging
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from adapters.errors import AdapterError
from adapters.http import SystemHttp
from adapters.remote import Connection
from adapters.said import plain_said
from adapters.wire_http import BrokenLinkError, NotSentError, Reply, Sent, open_wire
from xapi.words import explain

TOKEN = "rahasia-yang-panjang"


class System:
    """Answers in turn with `answers` (replies or exceptions), and keeps what was asked."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.asked: list[Sent] = []
        self.slept: list[float] = []
        self.now = 0.0

    def __call__(self, sent: Sent) -> Reply:
        self.asked.append(sent)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def client(self, url="https://lms.contoh.go.id/moodle", **changes) -> SystemHttp:
        given = {"secrets": [TOKEN], "sleep": self.sleep, "monotonic": lambda: self.now, **changes}
        return SystemHttp(url, transport=self, **given)


def code_of(act) -> str:
    with pytest.raises(AdapterError) as caught:
        act()
    assert TOKEN not in explain(caught.value) + repr(caught.value) + repr(caught.value.__cause__)
    return caught.value.code


def test_a_read_is_tried_again_after_a_break_and_a_busy_system():
    system = System(BrokenLinkError(), Reply(503), Reply(429, headers={"retry-after": "7"}), Reply(200, b'{"a": 1}'))

    assert system.client().get("api", query={"token": TOKEN}).json() == {"a": 1}
    assert system.slept == [1.0, 2.0, 7.0]


def test_a_read_that_never_succeeds_ends_with_what_was_the_matter():
    assert code_of(lambda: System(*[BrokenLinkError()] * 4).client().get("api")) == "remote.unreachable"
    assert code_of(lambda: System(*[Reply(500)] * 4).client().get("api")) == "remote.busy"


def test_a_system_that_asks_for_a_long_wait_is_left_alone():
    system = System(Reply(429, headers={"retry-after": "3600"}))

    assert code_of(lambda: system.client().get("api")) == "remote.busy"
    assert system.slept == []


@pytest.mark.parametrize("answer", [BrokenLinkError(), Reply(500), Reply(502), Reply(503), Reply(520)])
def test_a_write_of_unknown_outcome_is_not_repeated(answer):
    system = System(answer)

    assert code_of(lambda: system.client().post_json("kursus/save", {"token": TOKEN})) == "remote.unsure"
    assert len(system.asked) == 1


@pytest.mark.parametrize("answer", [NotSentError(), Reply(429)])
def test_a_write_that_was_not_carried_out_is_repeated(answer):
    system = System(answer, Reply(200, b"{}"))

    assert system.client().post_json("kursus/save", {}).json() == {}


def test_a_harmless_write_is_repeated():
    assert System(BrokenLinkError(), Reply(200, b"{}")).client().post_form("token", {}, safe=True).json() == {}


def test_an_answer_to_a_write_that_cannot_be_read_leaves_its_outcome_open():
    assert code_of(lambda: System(Reply(200, b"<html>")).client().post_json("save", {}).json()) == "remote.unsure"
    assert code_of(lambda: System(Reply(200, b"<html>")).client().get("riwayat").json()) == "remote.broken_answer"
    assert code_of(lambda: System(Reply(422, b"[")).client().post_json("save", {}).json()) == "remote.broken_answer"


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_token_is_refused_at_once(status):
    assert code_of(lambda: System(Reply(status, TOKEN.encode())).client().get("api")) == "remote.refused"


def test_statuses_that_mean_something_in_a_system_come_back():
    reply = System(Reply(422, b'{"message": "jumlahJam salah"}')).client().post_json("save", {})

    assert (reply.ok, reply.json(any_status=True)["message"]) == (False, "jumlahJam salah")


@pytest.mark.parametrize(
    "where", ["https://lain.contoh/", "http://lms.contoh.go.id/", "//lain.contoh/a", "https://a@b/"]
)
def test_a_redirect_to_elsewhere_is_not_followed(where):
    system = System(Reply(302, headers={"location": where}))

    assert code_of(lambda: system.client().get("api", headers={"Authorization": TOKEN})) == "remote.redirected"
    assert len(system.asked) == 1


def test_a_redirect_within_the_system_is_followed_for_a_read_and_not_for_a_write():
    system = System(Reply(301, headers={"location": "/moodle/api/"}), Reply(200, b"1"))

    assert system.client().get("api").json() == 1
    assert system.asked[1].url == "https://lms.contoh.go.id/moodle/api/"
    turned = System(Reply(302, headers={"location": "/moodle/login"}))
    assert code_of(lambda: turned.client().post_json("api", {})) == "remote.redirected"


def test_a_redirect_in_a_circle_ends():
    system = System(*[Reply(302, headers={"location": "/moodle/api"})] * 4)

    assert code_of(lambda: system.client().get("api")) == "remote.redirected"


def test_an_address_of_another_system_is_not_asked():
    assert code_of(lambda: System().client().get("https://lain.contoh.go.id/berkas.pdf")) == "remote.other_host"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://lms.contoh.go.id", "remote.not_https"),
        ("ftp://lms.contoh.go.id", "remote.address_broken"),
        ("https://admin:sandi@lms.contoh.go.id", "remote.address_broken"),
        ("lms.contoh.go.id", "remote.address_broken"),
        ("https://lms.contoh.go.id/?a=1", "remote.address_broken"),
        ("https://lms.contoh.go.id:port", "remote.address_broken"),
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(url, code):
    assert code_of(lambda: System().client(url)) == code


@pytest.mark.parametrize(("url", "allow"), [("http://127.0.0.1:8080", False), ("http://lms.contoh.go.id", True)])
def test_http_is_for_this_machine_or_where_it_is_allowed(url, allow):
    assert System(Reply(200, b"1")).client(url, allow_http=allow).get("api").ok


def test_an_answer_over_the_limit_is_no_answer(tmp_path):
    target = tmp_path / "sertifikat.pdf"

    assert code_of(lambda: System(Reply(200, b"12345")).client().get("api", most=4)) == "remote.too_large"
    download = System(Reply(200, b"12345")).client()
    assert code_of(lambda: download.download("berkas", target, most=4)) == "remote.too_large"
    assert list(tmp_path.iterdir()) == []


def test_requests_keep_their_distance():
    system = System(Reply(200), Reply(200))
    http = system.client(pause=0.5)
    http.get("a")
    system.now += 0.2
    http.get("b")

    assert system.slept == pytest.approx([0.3])


def test_a_connection_gives_its_options_to_the_client():
    options = {"url": "http://lms.contoh", "allow_http": "ya", "token": TOKEN}
    system = System(Reply(404, f"salah: {TOKEN}".encode()))
    connection = Connection(
        institution="i", options=options, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), zone=UTC, forms=frozenset(),
        transport=system,
    )  # fmt: skip

    http = SystemHttp.of(connection, secrets=("token",))
    assert http.said(http.get("api")) == "salah: …"
    assert TOKEN not in repr(connection)


def test_what_a_system_says_is_short_and_plain_without_secrets_and_nips():
    page = f"<html><style>b{{}}</style><b>Galat</b>\n&amp; {TOKEN} 19800101 209901 1 001\x1b[31m" + "x" * 900

    said = plain_said(page.encode(), [TOKEN])
    assert said.startswith("Galat & … … [31mx")
    assert len(said) == 200


@pytest.fixture(scope="module")
def server():
    """A server on this machine; `answer` is what it does with a request handler."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.answer(self)

        do_POST = do_GET

        def log_message(self, *_):
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield http
        http.shutdown()


def over_the_wire(server, answer) -> SystemHttp:
    server.answer = answer
    transport = open_wire()
    return SystemHttp(f"http://127.0.0.1:{server.server_port}", transport=transport, sleep=lambda _seconds: None)


def replying(body: bytes, status: int = 200, declared: int | None = None):
    def answer(handler) -> None:
        handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body) if declared is None else declared))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_file_is_downloaded_whole_and_a_form_with_a_file_arrives(server, tmp_path):
    content = b"%PDF-" + bytes(200_000)
    (tmp_path / "asal.pdf").write_bytes(content)
    got = {}

    def answer(handler) -> None:
        if handler.command == "POST":
            got["body"] = handler.rfile.read(int(handler.headers["Content-Length"]))
        replying(b"{}" if handler.command == "POST" else content)(handler) if handler.command == "GET" else (
            handler.send_response(200), handler.send_header("Content-Length", "2"), handler.end_headers(),
            handler.wfile.write(b"{}"),
        )  # fmt: skip

    http = over_the_wire(server, answer)
    http.download("berkas", tmp_path / "tiba.pdf")
    http.upload("unggah", tmp_path / "asal.pdf", form={"id_ref_dokumen": "881"})

    assert (tmp_path / "tiba.pdf").read_bytes() == content
    assert content in got["body"]
    assert b'name="id_ref_dokumen"\r\n\r\n881' in got["body"]


def test_an_answer_that_breaks_off_is_no_answer(server):
    assert code_of(lambda: over_the_wire(server, replying(b"{", declared=99)).get("api")) == "remote.unreachable"
    write = over_the_wire(server, replying(b"{", declared=99))
    assert code_of(lambda: write.post_json("api", {})) == "remote.unsure"


def test_an_endless_answer_is_cut_at_the_limit(server, tmp_path):
    http = over_the_wire(server, replying(bytes(300_000)))

    assert code_of(lambda: http.get("api", most=100_000)) == "remote.too_large"
    assert code_of(lambda: http.download("api", tmp_path / "a", most=100_000)) == "remote.too_large"
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_drips_is_cut(server, monkeypatch):
    monkeypatch.setattr("adapters.wire_http.MOST_SECONDS", 0.1)
    released = threading.Event()

    def answer(handler) -> None:
        handler.send_response(200)
        handler.end_headers()  # no length: the end of the connection is the end of the answer
        handler.wfile.write(b"1")
        released.wait(5)

    http = over_the_wire(server, answer)
    try:
        assert code_of(lambda: http.post_json("api", {})) == "remote.unsure"
    finally:
        released.set()


def test_nobody_at_the_address_is_unreachable_for_a_write_too():
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_port
    http = SystemHttp(f"http://127.0.0.1:{port}", transport=open_wire(), sleep=lambda _seconds: None)

    assert code_of(lambda: http.post_json("api", {})) == "remote.unreachable"


def test_no_log_line_holds_what_follows_a_question_mark(server, caplog):
    caplog.set_level(logging.DEBUG, logger="urllib3.connectionpool")
    over_the_wire(server, replying(b"{}")).get("api", query={"wstoken": TOKEN})

    assert "/api" in caplog.text
    assert TOKEN not in caplog.text


def test_a_missing_ca_file_is_named():
    assert code_of(lambda: open_wire("/tidak/ada.pem")) == "remote.no_ca_file"
