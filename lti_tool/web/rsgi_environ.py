"""What a request of RSGI is in WSGI (PEP 3333): its environment, and its body as a file that a thread reads."""

import asyncio
import io
import sys
from typing import Any

_APART = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
_WAITS = 600.0  # seconds for the next piece of a body


def environ_of(scope: Any) -> dict[str, Any]:
    """The WSGI environment of the RSGI `scope`, without its input.

    Headers with an underscore are left out: they would take the place of those with a hyphen.
    """
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = _APART.get(name) or "HTTP_" + name.upper().replace("-", "_")
        if key in environ and environ[key] and key not in _APART.values():
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    return environ


class LoopInput(io.RawIOBase):
    """The body of a request, received piece by piece in `loop` while a thread reads it."""

    def __init__(self, protocol: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._pieces = protocol.__aiter__()
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
        async def piece() -> bytes | None:
            try:
                return bytes(await self._pieces.__anext__())
            except StopAsyncIteration:
                return None

        found = asyncio.run_coroutine_threadsafe(piece(), self._loop).result(_WAITS)
        self._ended = found is None
        return found or b""
