"""The way out: only to where it may go, at the address that was checked, and never for long (N45)."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lti_tool.errors import ToolError
from lti_tool.http import USER_AGENT, PlatformHttp, check_address, is_public

PUBLIC = "93.184.215.14"


def at(*addresses: str):
    return lambda _host, _port: list(addresses)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
     "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "192.0.2.1", "198.18.0.1"],
)  # fmt: skip
def test_n45_private_addresses_are_known_in_every_disguise(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(ToolError, match=r"http\.private_address"):
        check_address("https://lms.example.go.id/certs", (), at(address))


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"])
def test_public_addresses_may_be_called(address: str) -> None:
    target = check_address("https://lms.example.go.id/certs", (), at(address))
    assert (target.host, target.port, target.address) == ("lms.example.go.id", 443, address)


def test_n45_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(ToolError, match=r"http\.private_address"):
        check_address("https://lms.example.go.id/", (), at(PUBLIC, "127.0.0.1"))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://lms.example.go.id/", "http.not_https"), ("https://lms.example.go.id:8443/", "http.not_https"),
        ("ftp://lms.example.go.id/", "http.address_broken"), ("file:///etc/passwd", "http.address_broken"),
        ("https://u:p@lms.example.go.id/", "http.address_broken"),
        ("https://lms.example.go.id@x/", "http.address_broken"),
        ("https:///x", "http.address_broken"), ("", "http.address_broken"), ("https://a b/", "http.address_broken"),
        ("https://x:99999/", "http.address_broken"), ("https://[::1/", "http.address_broken"),
        ("https://a\\b/", "http.address_broken"), ("https://x/\r\nHost: y", "http.address_broken"),
    ],
)  # fmt: skip
def test_n45_addresses_of_other_kinds_are_refused_before_any_look_up(url: str, code: str) -> None:
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(ToolError) as caught:
        check_address(url, (), never)
    assert caught.value.code == code


@pytest.mark.parametrize("resolve", [at(), lambda *_: (_ for _ in ()).throw(OSError("no"))])
def test_a_name_without_address_is_an_error(resolve) -> None:
    with pytest.raises(ToolError, match=r"http\.unresolved"):
        check_address("https://lms.example.go.id/", (), resolve)


def test_n45_a_listed_private_host_may_be_called_and_its_neighbours_may_not() -> None:
    listed = ("lms.local:8001",)
    assert check_address("http://lms.local:8001/x", listed, at("10.0.0.5")).address == "10.0.0.5"
    for url in ("http://lms.local:8002/", "http://lms.local/", "http://other.local:8001/"):
        with pytest.raises(ToolError):
            check_address(url, listed, at("10.0.0.5"))


LINKS = {
    "/utf-8": "<https://lms/2>; rel=“next”".encode(),
    "/latin-1": '<https://lms/2>; title="Café"'.encode("latin-1"),
}


class Handler(BaseHTTPRequestHandler):
    seen: list = []

    def do_GET(self) -> None:
        self.seen.append((self.path, dict(self.headers)))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        self.send_response(200)
        if self.path in LINKS:  # http.server writes Latin-1: these are the bytes
            self.send_header("Link", LINKS[self.path].decode("latin-1"))
        self.end_headers()
        self.wfile.write(b"x" * (300 * 1024 if self.path == "/huge" else 10))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400, "not gradable")
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["Content-Type"].encode() + body)

    def do_DELETE(self) -> None:
        self.send_response(204)
        self.send_header("Retry-After", "90")
        self.end_headers()

    def log_message(self, *_args) -> None:
        pass


@pytest.fixture
def server():
    Handler.seen = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"lms.local:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def http(server) -> PlatformHttp:
    return PlatformHttp([server], resolve=at("127.0.0.1"))


def test_n45_a_call_goes_to_the_checked_address_under_the_hosts_name(http, server) -> None:
    reply = http.get(f"http://{server}/certs?a=1", accept="application/json", headers={"Authorization": "Bearer t"})
    assert (reply.status, reply.body) == (200, b"x" * 10)
    path, headers = Handler.seen[0]
    assert path == "/certs?a=1"
    assert (headers["Host"], headers["User-Agent"], headers["Accept"]) == (server, USER_AGENT, "application/json")


@pytest.mark.parametrize(
    ("path", "text"), [("/utf-8", "<https://lms/2>; rel=“next”"), ("/latin-1", '<https://lms/2>; title="Café"')]
)
def test_a_header_arrives_as_the_platform_meant_it(http, server, path: str, text: str) -> None:
    """Moodle's Link header has typographic quotes in UTF-8; HTTP itself knows only Latin-1."""
    assert http.get(f"http://{server}{path}", accept="*/*").headers["link"] == text


def test_n45_redirects_are_answers_and_not_followed(http, server) -> None:
    assert http.get(f"http://{server}/redirect", accept="*/*").status == 302
    assert [path for path, _ in Handler.seen] == ["/redirect"]


def test_n43_a_huge_answer_is_not_read_to_its_end(http, server) -> None:
    with pytest.raises(ToolError, match=r"http\.too_large"):
        http.get(f"http://{server}/huge", accept="*/*")


def test_n43_a_slow_answer_is_given_up(server) -> None:
    seconds = iter(range(0, 1000, 20))
    http = PlatformHttp([server], resolve=at("127.0.0.1"), monotonic=lambda: next(seconds))
    with pytest.raises(ToolError, match=r"http\.too_slow"):
        http.get(f"http://{server}/certs", accept="*/*")


@pytest.mark.parametrize("drip", [b"X-%d: 1\r\n", b"\r\n %d"], ids=["headers", "body"])
def test_n43_an_answer_that_drips_in_is_cut_off(drip: bytes) -> None:
    over = threading.Event()

    def answer(listener: socket.socket) -> None:
        connection, _address = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            for number in range(200):  # ends by itself only long after the call must have been given up
                try:
                    connection.sendall(drip % number)
                except OSError:
                    return
                if over.wait(0.05):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,))
        thread.start()
        host = f"lms.local:{listener.getsockname()[1]}"
        try:
            with pytest.raises(ToolError, match=r"http\.too_slow"):
                PlatformHttp([host], resolve=at("127.0.0.1"), seconds=0.3).get(f"http://{host}/certs", accept="*/*")
        finally:
            over.set()
            thread.join()


def test_status_body_and_reason_of_a_post_come_back(http, server) -> None:
    reply = http.post(f"http://{server}/x", b"[]", content_type="text/plain", accept="application/json")
    assert (reply.status, reply.body, reply.reason) == (400, b"[]", "not gradable")


def test_a_put_carries_its_body_and_a_delete_has_none(http, server) -> None:
    assert http.put(f"http://{server}/x", b"[]", content_type="a/b", accept="a/b").body == b"a/b[]"
    gone = http.delete(f"http://{server}/x", accept="a/b")
    assert (gone.status, gone.body, gone.wait_asked) == (204, b"", 90.0)


def test_a_dead_host_is_unreachable(server) -> None:
    http = PlatformHttp(["lms.local:1"], resolve=at("127.0.0.1"))
    with pytest.raises(ToolError, match=r"http\.unreachable"):
        http.get("http://lms.local:1/", accept="*/*")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for lms.local, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lms.local")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("lms.local")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "lms.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ) + built.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    return path


@pytest.fixture
def tls_port(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_tls_is_checked_against_the_hosts_name_although_the_address_is_pinned(tls_port, certificate) -> None:
    hosts = [f"lms.local:{tls_port}", f"other.local:{tls_port}"]
    http = PlatformHttp(hosts, ca_file=str(certificate), resolve=at("127.0.0.1"))
    assert http.get(f"https://lms.local:{tls_port}/certs", accept="*/*").status == 200
    with pytest.raises(ToolError, match=r"http\.unreachable: SSLError"):
        http.get(f"https://other.local:{tls_port}/certs", accept="*/*")


def test_a_certificate_of_nobody_is_refused(tls_port) -> None:
    http = PlatformHttp([f"lms.local:{tls_port}"], resolve=at("127.0.0.1"))
    with pytest.raises(ToolError, match=r"http\.unreachable: SSLError"):
        http.get(f"https://lms.local:{tls_port}/certs", accept="*/*")
