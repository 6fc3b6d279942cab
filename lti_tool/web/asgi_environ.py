"""What a request of ASGI is in WSGI (PEP 3333): its environment, and its body as a file that a thread reads."""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import Any

_APART = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_WAITS = 120.0  # seconds for the next piece of a body, after which it counts as cut off


def environ_of(scope: Mapping[str, Any]) -> dict[str, Any]:
    """The WSGI environment of the ASGI `scope`, without its input.

    Headers with an underscore are left out: they would take the place of those with a hyphen.
    """
    host, port = scope.get("server") or ("", 0)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for raw, content in scope["headers"]:
        key = _key(raw)
        if key is None:
            continue
        value = content.decode("latin-1")
        if key in environ and key.startswith("HTTP_"):
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ


@lru_cache(maxsize=1024)
def _key(raw: bytes) -> str | None:
    """The name of a header in the environment; None for one that may not be there."""
    name = raw.decode("latin-1").lower()
    return None if "_" in name else _APART.get(name) or "HTTP_" + name.upper().replace("-", "_")


class LoopInput(io.RawIOBase):
    """The body of a request, received piece by piece in `loop` while a thread reads it."""

    def __init__(self, receive: Callable[[], Awaitable[dict[str, Any]]], loop: asyncio.AbstractEventLoop) -> None:
        self._receive = receive
        self._loop = loop
        self._held = b""
        self._ended = False

    def readable(self) -> bool:
        """As of a file to read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills `buffer` as far as the next piece goes; 0 at the end."""
        while not self._held and not self._ended:
            self._held = self._next()
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def _next(self) -> bytes:
        async def piece() -> dict[str, Any]:
            return await self._receive()

        asked = asyncio.run_coroutine_threadsafe(piece(), self._loop)
        try:
            message = asked.result(_WAITS)
        except TimeoutError:
            asked.cancel()
            message = {}
        self._ended = not message.get("more_body", False)  # also when the client has hung up
        return bytes(message.get("body", b""))
