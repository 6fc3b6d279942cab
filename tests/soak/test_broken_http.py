"""HTTP that no library would send, over a bare socket to `jampel serve`: it answers or hangs up, and goes on."""

import gzip
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.soak.served import Client, Served, running
from xapi.testing import encoded, make_statement

BODY = encoded(make_statement())
PACKED = gzip.compress(BODY)
HALF = BODY[: len(BODY) // 2]
pytestmark = [pytest.mark.e2e, pytest.mark.soak, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with running(tmp_path_factory.mktemp("data")) as server:
        yield server
        assert "Traceback" not in server.log()
        assert "panicked" not in server.log()


def post(headers: bytes, body: bytes = b"", *, path: bytes = b"/xapi/statements", method: bytes = b"POST") -> bytes:
    """A request with credentials, the version and `headers`."""
    usual = b"Host: a\r\nAuthorization: AUTH\r\nX-Experience-API-Version: 1.0.3\r\nContent-Type: application/json\r\n"
    return b"%b %b HTTP/1.1\r\n%b%b\r\n%b" % (method, path, usual, headers, body)


def length(number: int | bytes) -> bytes:
    return b"Content-Length: %b\r\n" % (number if isinstance(number, bytes) else b"%d" % number)


TYPE = b"Content-Type: application/json\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
WHOLE = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)
BROKEN = {
    "nothing": b"",
    "line ends only": b"\r\n\r\n\r\n",
    "noise": bytes(range(256)) * 4,
    "a greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32,
    "HTTP/2 at once": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /xapi/about\r\n\r\n",
    "a version of tomorrow": b"GET /xapi/about HTTP/9.9\r\nHost: a\r\n\r\n",
    "no host": b"GET /xapi/about HTTP/1.1\r\n\r\n",
    "bare line feeds": b"GET /xapi/about HTTP/1.1\nHost: a\n\n",
    "a header without colon": post(b"Broken\r\n"),
    "a space before the colon": post(b"Content-Length : 5\r\n", b"12345"),
    "a folded header": post(b"X-A: a\r\n b\r\n" + length(len(BODY)), BODY),
    "NUL in a header": post(b"X-A: a\x00b\r\n"),
    "bytes above ASCII in a header": post(b"If-Match: \xff\xfe\r\nAccept-Language: \xe9\r\n" + length(2), b"{}"),
    "a header of 200 kB": post(b"X-A: " + b"a" * 200_000 + b"\r\n"),
    "10,000 headers": post(b"".join(b"X-%d: a\r\n" % number for number in range(10_000))),
    "a path of 100 kB": post(length(0), path=b"/xapi/" + b"a" * 100_000, method=b"GET"),
    "bytes above ASCII in the path": post(b"", path=b"/xapi/\xff\xfe?\xff=\xff", method=b"GET"),
    "a broken escape in the path": post(b"", path=b"/xapi/statements/more/%zz%", method=b"GET"),
    "NUL in the path": post(b"", path=b"/xapi/%00?stateId=%00", method=b"GET"),
    "up and out": post(b"", path=b"/xapi/../../../etc/passwd", method=b"GET"),
    "an absolute address": post(b"", path=b"http://other.example/xapi/about", method=b"GET"),
    "no path": post(b"", path=b"*", method=b"OPTIONS"),
    "a tunnel": b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a method in small letters": post(b"", method=b"get"),
    "no method": b" /xapi/about HTTP/1.1\r\nHost: a\r\n\r\n",
    "a web socket": post(
        b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YQ==\r\n",
        method=b"GET",
    ),
    "less body than it says": post(length(len(BODY)), HALF),
    "a length below zero": post(length(b"-5"), BODY),
    "a length that is no number": post(length(b"x"), BODY),
    "a length without end": post(length(b"9" * 40), BODY),
    "two lengths": post(length(5) + length(6), b"123456"),
    "a length and chunks": post(length(5) + CHUNKED, WHOLE),
    "chunks with a wrong size": post(CHUNKED, b"zz\r\n{}\r\n0\r\n\r\n"),
    "a chunk without end": post(CHUNKED, b"ffffffffffffffff\r\n" + HALF),
    "chunks that are cut": post(CHUNKED, b"%x\r\n%b" % (len(BODY), HALF)),
    "an unknown coding": post(b"Transfer-Encoding: gzip\r\n", PACKED),
    "a packed body that says so": post(b"Content-Encoding: gzip\r\n" + length(len(PACKED)), PACKED),
    "nine megabytes": post(length(9_000_000), b" " * 9_000_000),
    "a multipart that never ends": post(
        b"Content-Type: multipart/mixed; boundary=a\r\n" + length(1000), b"--a\r\n" * 200
    ),
}  # fmt: skip


def told(served: Served, sent: bytes) -> bytes:
    """What comes back before the server hangs up, or says nothing for a while."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as connection:
        connection.settimeout(0.6)
        found = b""
        try:
            connection.sendall(sent.replace(b"AUTH", served.authorization.encode()))
            while some := connection.recv(65536):
                found += some
        except (TimeoutError, ConnectionError):
            pass
        return found


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN)
def test_broken_http_is_answered_or_hung_up_on_and_stores_nothing(served: Served, sent: bytes) -> None:
    client = Client(served)
    before = len(client.ask("GET", "statements").json()["statements"])
    found = told(served, sent)
    after = len(Client(served).ask("GET", "statements").json()["statements"])

    assert not re.search(rb"HTTP/1\.[01] 5", found), found[:500]
    assert not [sign for sign in (b"Traceback", b".py", b"panicked", b"site-packages") if sign in found]
    assert after - before == (sent in (BROKEN["a folded header"], BROKEN["a length and chunks"]) and b" 200 " in found)


def test_a_batch_in_chunks_is_stored_once(served: Served) -> None:
    found = told(served, post(CHUNKED + b"Connection: close\r\n", WHOLE))

    assert found.startswith(b"HTTP/1.1 200")


def test_what_follows_a_body_is_the_next_request(served: Served) -> None:
    """Nothing of one request may be read as part of another (RFC 9112 11.2)."""
    second = b"GET /xapi/about HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    found = told(served, post(length(len(BODY)), BODY) + second)

    assert found.count(b"HTTP/1.1 200") == 2
    assert b'{"version":' in found


def test_a_client_that_says_nothing_more_holds_up_no_other(served: Served) -> None:
    idle = [socket.create_connection(("127.0.0.1", served.port), timeout=10) for _ in range(50)]
    for connection in idle:
        connection.sendall(b"POST /xapi/statements HTTP/1.1\r\nHost: a\r\nContent-")
    answer = Client(served).ask("GET", "about")
    for connection in idle:
        connection.close()

    assert answer.status == 200


@pytest.mark.parametrize("kind", [b"text/plain", b"application/json", b"application/x-www-form-urlencoded"])
def test_half_of_a_document_is_never_stored_when_the_connection_breaks(served: Served, kind: bytes) -> None:
    """The server hands over a body in chunks that is cut as if it were whole."""
    query = {"activityId": "https://a.example/", "profileId": "satu"}
    plain, fresh = {"Content-Type": "text/plain"}, {"If-None-Match": "*"}
    client = Client(served)
    client.ask("PUT", "activities/profile", b"whole", headers=plain | fresh, **query)
    path = f"/xapi/activities/profile?{urlencode(query)}".encode()
    headers = CHUNKED + b"If-Match: *\r\nContent-Type: %b\r\n" % kind
    for half in (b"12345", b'{"a":1,', b"content=12"):
        told(served, post(headers, b"64\r\n" + half, path=path, method=b"PUT").replace(TYPE, b"", 1))
        told(served, post(CHUNKED + FORM, b"64\r\n" + half, path=path + b"&method=PUT"))

    assert Client(served).ask("GET", "activities/profile", **query).body == b"whole"


def test_a_document_in_chunks_without_its_length_is_refused_and_with_json_in_it_taken(served: Served) -> None:
    query = {"activityId": "https://a.example/", "profileId": "dua"}
    path = f"/xapi/activities/profile?{urlencode(query)}".encode()
    fresh = CHUNKED + b"If-None-Match: *\r\n"
    refused = told(served, post(fresh, b"5\r\n12345\r\n0\r\n\r\n", path=path, method=b"PUT"))
    taken = told(served, post(fresh, b'7\r\n{"a":1}\r\n0\r\n\r\n', path=path, method=b"PUT"))

    assert refused.startswith(b"HTTP/1.1 411")
    assert taken.startswith(b"HTTP/1.1 204")


def test_data_folder_is_not_told(served: Served) -> None:
    for path in ("/xapi/..%2f..%2fetc/passwd", "/xapi/statements/more/" + "x" * 3000, "/xapi/%ff"):
        answer = Client(served).ask("GET", path)
        assert answer.status in (400, 404)
        assert b"/tmp" not in answer.body
