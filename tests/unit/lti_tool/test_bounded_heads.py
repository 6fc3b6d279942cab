"""A client that sends headers without end is refused, and no trailer becomes a header."""

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from lti_tool.bounded_heads import MOST_HEAD, BoundedHeads

GET = b"GET /a HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"POST /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
MUCH = [b"a" * 16_384] * 64


class Line(asyncio.Transport):
    """A connection without a network: what was written to it, and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self._closing = False

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self._closing = True

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        """Nothing comes by itself."""

    resume_reading = pause_reading


def spoken(pieces: list[bytes], then: float = 0) -> tuple[bytes, int, list[dict[str, Any]]]:
    """What a server answers to `pieces` within `then` seconds, how many it took, and the requests that came of them."""
    seen: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        seen.append({name.decode(): value for name, value in scope["headers"]})
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def talk() -> tuple[bytes, int]:
        config = uvicorn.Config(app, http=BoundedHeads, log_config=None, lifespan="off")
        config.load()
        line, taken = Line(), 0
        protocol = BoundedHeads(config, ServerState(), {})
        protocol.connection_made(line)
        for piece in pieces:
            if line.is_closing():
                break
            protocol.data_received(piece)
            taken += 1
            await asyncio.sleep(0)
        for _turn in range(5):
            await asyncio.sleep(0)
        await asyncio.sleep(then)
        if line.is_closing():
            line.written += b"[closed]"
        protocol.connection_lost(None)
        return line.written, taken

    answer, taken = asyncio.run(talk())
    return answer, taken, seen


@pytest.mark.parametrize(
    "begun",
    [b"GET /", GET + b"X-A: ", GET, CHUNKED + b"1;", CHUNKED + b"1\r\na\r\n0\r\nX-A: "],
    ids=["path", "value", "name", "extension", "trailer"],
)
def test_what_does_not_end_is_refused(begun: bytes) -> None:
    answer, taken, _seen = spoken([begun, *MUCH])
    assert taken < 10
    assert answer.startswith(b"HTTP/1.1 400") or begun.startswith(b"POST")


def test_a_head_that_comes_at_once_is_bounded_too() -> None:
    answer, _taken, seen = spoken([GET + b"X-A: a\r\n" * (MOST_HEAD // 4) + b"\r\n"])
    assert (answer[:12], seen) == (b"HTTP/1.1 400", [])


def test_large_bodies_and_many_requests_pass() -> None:
    body = b"POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n"
    answer, _taken, seen = spoken([body, *MUCH, *[GET + b"\r\n"] * 30, GET + b"X-A: " + b"a" * 20_000 + b"\r\n\r\n"])
    assert answer.count(b"HTTP/1.1 200 OK") == len(seen) == 32


def test_a_trailer_is_no_header() -> None:
    _answer, _taken, (headers,) = spoken([CHUNKED + b"1\r\na\r\n0\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"])
    assert "x-forwarded-for" not in headers
    assert headers["host"] == b"localhost"


@pytest.mark.parametrize(
    ("pieces", "is_closed"),
    [([], True), ([GET], True), ([GET + b"\r\n" + GET], True), ([GET + b"\r\n"], False), ([CHUNKED + b"1\r\n"], False)],
    ids=["silent", "begun", "second", "whole", "body"],
)
def test_who_does_not_say_what_they_want_is_cut_off(
    pieces: list[bytes], is_closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.bounded_heads.HEAD_SECONDS", 0.01)
    assert spoken(pieces, then=0.03)[0].endswith(b"[closed]") == is_closed
