"""Between granian's RSGI and the WSGI application: requests to the LRS in the event loop, all others in threads.

The bodies of requests to the LRS are received before anything computes, so a client on a slow link holds no thread.
What is quick runs in the loop as a fiber (`xapi.lrs.fiber`); what is not begins again in a thread.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any

from lti_tool.web.rsgi_environ import LoopInput, environ_of
from xapi.lrs.fiber import TookTooLong, run

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
LRS = "/xapi/"
_THREADS = 16
_LARGE = 2 * 1024 * 1024  # bytes of a body that would keep the loop for too long
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_log = logging.getLogger(__name__)


class Gateway:
    """Serves `application`, whose LRS takes bodies of at most `most_body` bytes.

    `admits(environ)` says whether the sender of a request to the LRS is known: nobody else's body is received.
    `in_loop` is false when the LRS's queries wait for a network, and then all runs in threads.
    """

    def __init__(
        self, application: Application, admits: Callable[[dict[str, Any]], bool], most_body: int, *, in_loop: bool
    ) -> None:
        self._application = application
        self._admits = admits
        self._most_body = most_body
        self._in_loop = in_loop
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answers one request of granian."""
        environ = environ_of(scope)
        try:
            if scope.path.startswith(LRS):
                answer = await self._lrs(environ, protocol)
            else:
                answer = await self._page(environ, protocol)
        except Exception:  # noqa: BLE001 - whatever broke here, the client gets an answer
            _log.exception("the application failed")
            protocol.response_bytes(500, [("content-type", "text/plain")], b"Internal Server Error\n")
            return
        protocol.response_bytes(*answer)

    async def _lrs(self, environ: dict[str, Any], protocol: Any) -> "Answer":
        body = b""
        if environ["REQUEST_METHOD"] in _WITH_BODY and await self._admitted(environ):
            body = await self._received(environ, protocol)
        environ["wsgi.input"] = BytesIO(body)
        work = partial(_call, self._application, environ)
        if not self._in_loop or len(body) > _LARGE:
            return await self._in_thread(work)
        try:
            return await run(work)
        except TookTooLong:
            environ["wsgi.input"] = BytesIO(body)
            return await self._in_thread(work)

    async def _admitted(self, environ: dict[str, Any]) -> bool:
        asked = partial(self._admits, environ)
        return asked() if self._in_loop else await asyncio.get_running_loop().run_in_executor(self._threads, asked)

    async def _received(self, environ: dict[str, Any], protocol: Any) -> bytes:
        """The body; of one that is too large as much as shows that it is, or nothing if it says so itself."""
        declared = environ["CONTENT_LENGTH"]
        if declared.isdigit() and int(declared) > self._most_body:
            return b""
        if declared:
            return bytes(await protocol())
        pieces, size = [], 0
        async for piece in protocol:
            pieces.append(piece)
            size += len(piece)
            if size > self._most_body:
                break
        return b"".join(pieces)

    async def _page(self, environ: dict[str, Any], protocol: Any) -> "Answer":
        environ["wsgi.input"] = LoopInput(protocol, asyncio.get_running_loop())
        return await self._in_thread(partial(_call, self._application, environ))

    async def _in_thread(self, work: Callable[[], "Answer"]) -> "Answer":
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


Answer = tuple[int, list[tuple[str, str]], bytes]


def _call(application: Application, environ: dict[str, Any]) -> Answer:
    """The whole answer of `application`."""
    status, headers = 500, []

    def start(line: str, head: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], None]:
        nonlocal status, headers
        status, headers = int(line[:3]), head
        return lambda _data: None

    body = application(environ, start)
    try:
        whole = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return status, [(name.lower(), value) for name, value in headers], whole
