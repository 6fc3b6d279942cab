"""The real way to a platform: certificates as TLS shows them, and calls that carry a token, all on this machine."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lti_tool.doctor.client import PlatformWay
from lti_tool.errors import ToolError

PEM = serialization.Encoding.PEM


class Authority:
    """Issues certificates for names; `file` is what a client trusts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "CA contoh")])
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._signed(self.name, self.key.public_key(), [], 30, ca=True).public_bytes(PEM))

    def issue(self, name: str, days: int = 30) -> Path:
        """Key and certificate of `name`, which ends in `days`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        signed = self._signed(subject, key.public_key(), [name], days, ca=False)
        path = self.folder / f"{name}{days}.pem"
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(private + signed.public_bytes(PEM))
        return path

    def _signed(self, subject, public, names: list[str], days: int, *, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self.name).public_key(public)
            .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )  # fmt: skip
        if names:
            alternative = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            built = built.add_extension(alternative, critical=False)
        return built.sign(self.key, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{self.command} {self.headers['Authorization']} {self.headers['Accept']}".encode())

    do_POST = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_anything: object) -> None:
        """Says nothing."""


@contextmanager
def served(certificate: Path | None) -> Iterator[int]:
    """A server on this machine, with TLS when there is a `certificate`; gives its port."""
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_anything: None  # type: ignore[method-assign]
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def way(port: int, ca_file: Path | None) -> PlatformWay:
    return PlatformWay(
        SimpleNamespace(), SimpleNamespace(), lambda: datetime.now(UTC), private_hosts=[f"lms.local:{port}"],
        ca_file=str(ca_file) if ca_file else None, resolve=lambda _host, _port: ["127.0.0.1", "127.0.0.1"],
    )  # type: ignore[arg-type] # fmt: skip


def test_a_trusted_certificate_tells_its_end_and_its_issuer(authority: Authority) -> None:
    with served(authority.issue("lms.local")) as port:
        found = way(port, authority.file).certificate(f"https://lms.local:{port}/x")
    assert found.issuer == "CA contoh"
    assert timedelta(days=29) < found.until - datetime.now(UTC) <= timedelta(days=30)


@pytest.mark.parametrize(
    ("name", "days", "trusted", "code"),
    [
        ("lms.local", -1, True, "doctor.tls.expired"),
        ("lain.local", 30, True, "doctor.tls.other_name"),
        ("lms.local", 30, False, "doctor.tls.chain"),
    ],
)
def test_a_certificate_that_is_not_trusted_says_why(authority: Authority, name, days, trusted, code: str) -> None:
    with served(authority.issue(name, days)) as port, pytest.raises(ToolError) as caught:
        way(port, authority.file if trusted else None).certificate(f"https://lms.local:{port}/x")
    assert caught.value.code == code


def test_a_server_without_tls_is_told(authority: Authority) -> None:
    with served(None) as port, pytest.raises(ToolError, match=r"doctor\.tls\.broken"):
        way(port, authority.file).certificate(f"https://lms.local:{port}/x")


def test_a_server_that_is_gone_is_unreachable(authority: Authority) -> None:
    with served(None) as port:
        pass
    with pytest.raises(ToolError, match=r"http\.unreachable"):
        way(port, authority.file).certificate(f"https://lms.local:{port}/x")


def test_a_certificate_is_only_looked_at_where_calls_may_go(authority: Authority) -> None:
    with pytest.raises(ToolError, match=r"http\.private_address"):
        way(1, authority.file).certificate("https://lms.local/x")


def test_calls_carry_the_token_and_the_media_type() -> None:
    with served(None) as port:
        found, url = way(port, None), f"http://lms.local:{port}/x"
        assert found.get(url, accept="a/b").body == b"GET None a/b"
        assert found.get(url, accept="a/b", token="t").body == b"GET Bearer t a/b"
        assert found.post(url, b"{}", media="c/d", token="t").body == b"POST Bearer t c/d"
        assert found.delete(url, token="t").body == b"DELETE Bearer t */*"


def test_an_examination_ends_in_time_and_still_removes_what_it_made() -> None:
    now = [0.0]
    with served(None) as port:
        slow = PlatformWay(
            SimpleNamespace(), SimpleNamespace(), lambda: datetime.now(UTC), private_hosts=[f"lms.local:{port}"],
            resolve=lambda _host, _port: ["127.0.0.1"], monotonic=lambda: now[0],
        )  # type: ignore[arg-type] # fmt: skip
        url = f"http://lms.local:{port}/x"
        assert slow.get(url, accept="a/b").status == 200
        now[0] = 61.0
        with pytest.raises(ToolError, match=r"http\.too_slow"):
            slow.get(url, accept="a/b")
        assert slow.delete(url, token="t").status == 200


def test_a_name_is_resolved_once_to_each_address() -> None:
    assert way(1, None).resolve("lms.local", 1) == ["127.0.0.1"]


def test_a_name_that_nobody_knows_is_told() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise OSError

    lost = PlatformWay(SimpleNamespace(), SimpleNamespace(), lambda: datetime.now(UTC), resolve=unknown)  # type: ignore[arg-type]
    with pytest.raises(ToolError, match=r"http\.unresolved"):
        lost.resolve("lms.local", 1)
