"""Between the server's event loop (ASGI) and the WSGI application: the LRS in the loop, all else in threads.

The bodies of requests to the LRS, and small ones of pages, are received before anything computes, so a client on a slow
link holds no thread, and a thread does not wait for the loop at each piece.
What is quick runs in the loop as a fiber (`xapi.lrs.fiber`); what is not begins again in a thread.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache, partial
from io import BytesIO
from typing import Any, TypeVar

from lti_tool.turns import Turns
from lti_tool.web.asgi_environ import LoopInput, environ_of
from xapi.flush_database import Owed, owing, pay
from xapi.lrs.fiber import TookTooLong, begin_long_reads, run

T = TypeVar("T")
Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
LRS = "/xapi/"
_THREADS = 16
_READING = 2  # threads for reads that take long: as many as compute side by side on a small machine
_BODIES = 4  # threads that may wait for the pieces of a body: whoever sends slowly keeps no page waiting
_MOST_FORM = 8 * 1024 * 1024  # bytes of a form whose sender is not known yet
_FORMS = 4  # of those at once: strangers must not fill the memory
_LARGE = 2 * 1024 * 1024  # bytes of a body that would keep the loop for too long
_AT_ONCE = 1  # of those in turn, by each process: a second one takes the interpreter from the first
_IN_TURN = frozenset({"/lti/login", "/lti/launch"})  # what a class does at once, each for a millisecond
_SMALL = 64 * 1024  # bytes of a body that the server keeps for a thread anyway, however slowly it comes
_HELD = 1024 * 1024  # bytes of an answer that are held at once: a film is read as fast as its viewer takes it
_POURED = 256 * 1024  # bytes of such an answer in one piece
_SILENT = 120.0  # seconds without a byte of a body, after which nobody waits for the rest
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_log = logging.getLogger(__name__)


class Gateway:
    """Serves `application`, whose LRS takes bodies of at most `most_body` bytes.

    `admits(environ)` says whether the sender of a request to the LRS is known: nobody else's body is received.
    `in_loop` is false when the queries wait for a network, and then all runs in threads, side by side.
    """

    def __init__(
        self, application: Application, admits: Callable[[dict[str, Any]], bool], most_body: int, *, in_loop: bool
    ) -> None:
        self._application = application
        self._admits = admits
        self._most_body = most_body
        self._in_loop = in_loop
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")
        self._turns = Turns(_AT_ONCE)
        self._disk = ThreadPoolExecutor(1, "disk")
        self._reading = ThreadPoolExecutor(_READING, "read", initializer=begin_long_reads)
        self._bodies = ThreadPoolExecutor(_BODIES, "body")
        self._forms = asyncio.Semaphore(_FORMS)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        try:
            if scope["path"].startswith(LRS):
                status, headers, body = await self._lrs_in_turn(environ, receive)
            else:
                status, headers, body = await self._page(environ, receive)
        except Exception:  # noqa: BLE001 - whatever broke here, the client gets an answer
            _log.exception("the application failed")
            status, headers, body = 500, [(b"content-type", b"text/plain")], b"Internal Server Error\n"
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if not isinstance(body, bytes):
            await self._pour(body, send)
            body = b""
        await send({"type": "http.response.body", "body": body})

    async def _pour(self, body: "Pouring", send: Send) -> None:
        """Sends a long answer piece by piece; no thread waits for whoever takes it slowly."""
        try:
            while piece := await self._in_thread(body.piece):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        finally:
            await self._in_thread(body.close)

    async def _lrs_in_turn(self, environ: dict[str, Any], receive: Receive) -> "Answer":
        if not _is_form(environ):
            return await self._lrs(environ, receive)
        async with self._forms:
            return await self._lrs(environ, receive)

    async def _lrs(self, environ: dict[str, Any], receive: Receive) -> "Answer":
        body = b""
        if environ["REQUEST_METHOD"] in _WITH_BODY and await self._admitted(environ):
            body = await _received(environ, receive, self._most(environ))
        environ["wsgi.input"] = BytesIO(body)
        work = partial(_call, self._application, environ)
        if not self._in_loop or len(body) > _LARGE:
            return await self._in_thread(work)
        try:
            return await run(work)
        except TookTooLong:
            environ["wsgi.input"] = BytesIO(body)
            return await asyncio.get_running_loop().run_in_executor(self._reading, work)

    async def _admitted(self, environ: dict[str, Any]) -> bool:
        asked = partial(self._admits, environ)
        return asked() if self._in_loop else await asyncio.get_running_loop().run_in_executor(self._threads, asked)

    def _most(self, environ: dict[str, Any]) -> int:
        """The bytes that the body of a request to the LRS may have."""
        return min(self._most_body, _MOST_FORM) if _is_form(environ) else self._most_body

    async def _page(self, environ: dict[str, Any], receive: Receive) -> "Answer":
        loop, in_pieces = asyncio.get_running_loop(), _comes_in_pieces(environ)
        if in_pieces:
            environ["wsgi.input"] = LoopInput(receive, loop)
        else:
            environ["wsgi.input"] = BytesIO(await _received(environ, receive, _SMALL) if _has_body(environ) else b"")
        work = partial(_call_owing, self._application, environ)
        if in_pieces:
            answer, owed = await loop.run_in_executor(self._bodies, work)
        elif self._in_loop and environ["PATH_INFO"] in _IN_TURN:
            answer, owed = await self._turns.run(self._threads, work)
        else:
            answer, owed = await self._in_thread(work)
        if owed:
            await loop.run_in_executor(self._disk, pay, owed)
        return answer

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _is_form(environ: dict[str, Any]) -> bool:
    """Whether a request to the LRS is written in the alternate syntax: it is from nobody until it is read."""
    return bool(environ["QUERY_STRING"].startswith("method="))


def _has_body(environ: dict[str, Any]) -> bool:
    """Whether a request says that a body follows (RFC 9112 section 6.3)."""
    return bool(environ["CONTENT_LENGTH"] or "HTTP_TRANSFER_ENCODING" in environ)


def _comes_in_pieces(environ: dict[str, Any]) -> bool:
    """Whether there is a body that is not small, or may not be."""
    length = environ["CONTENT_LENGTH"]
    return _has_body(environ) and not (length.isdigit() and int(length) <= _SMALL)


async def _received(environ: dict[str, Any], receive: Receive, most: int) -> bytes:
    """The body; of one that is larger than `most` as much as shows that it is, or nothing if it says so itself.

    When the client hangs up in the middle, or sends nothing for a while, what has come: the application sees that
    it is less than was said.
    """
    declared = environ["CONTENT_LENGTH"]
    if declared.isdigit() and int(declared) > most:
        return b""
    pieces, size, more = [], 0, True
    with suppress(TimeoutError):
        while more and size <= most:
            async with asyncio.timeout(_SILENT):
                message = await receive()
            pieces.append(message.get("body", b""))
            size += len(pieces[-1])
            more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class Pouring:
    """The rest of a long answer, which is read as it is sent."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self._pieces = iter(body)

    def piece(self) -> bytes:
        """The next bytes; none at the end."""
        found, size = [], 0
        for part in self._pieces:
            found.append(part)
            size += len(part)
            if size >= _POURED:
                break
        return b"".join(found)

    def close(self) -> None:
        """Closes what it is read from."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


Answer = tuple[int, list[tuple[bytes, bytes]], bytes | Pouring]


def _call(application: Application, environ: dict[str, Any]) -> Answer:
    """The answer of `application`: whole, or of a long one what it is read from."""
    status = 500
    headers: list[tuple[str, str]] = []

    def start(line: str, head: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], None]:
        nonlocal status, headers
        status, headers = int(line[:3]), head
        return lambda _data: None

    body = application(environ, start)
    if not isinstance(body, list) and _is_long(headers):
        return status, _told(headers), Pouring(body)
    try:
        whole = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return status, _told(headers), whole


def _told(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(_name(name), value.encode("latin-1")) for name, value in headers]


def _is_long(headers: list[tuple[str, str]]) -> bool:
    """Whether an answer says that it has more bytes than are held at once."""
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    return length.isdigit() and int(length) > _HELD


def _call_owing(application: Application, environ: dict[str, Any]) -> tuple[Answer, Owed]:
    """The whole answer of `application`, and what must be on the disk before it goes out: the thread is free by then
    for the next of a class, and one wait serves all of them."""
    with owing() as owed:
        return _call(application, environ), owed


@lru_cache(maxsize=256)
def _name(header: str) -> bytes:
    """The name of a header in ASGI."""
    return header.lower().encode("latin-1")
