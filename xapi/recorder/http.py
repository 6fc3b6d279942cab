"""HTTP as a poor link needs it: a long upload is no failure while it moves, and an answer that never ends is cut.

The timeouts of requests bound each single wait. That is too little for an answer that drips (each byte is in time) and
too much for an upload in one piece (all of it must fit into one wait).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MOST_SECONDS = 60.0  # until the headers of an answer are there, and again until its body is


class PatientAdapter(HTTPAdapter):
    """An adapter whose connections give up on an answer whose headers are not there after MOST_SECONDS.

    Give it a body as a file: it is then sent in pieces, and each piece has its own wait.
    """

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        """As in HTTPAdapter, with our connections."""
        super().init_poolmanager(*args, **settings)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


class _HttpConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as that of urllib3 itself
        with _cut_after(MOST_SECONDS, self.sock):
            return super().getresponse()


class _HttpsConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as that of urllib3 itself
        with _cut_after(MOST_SECONDS, self.sock):
            return super().getresponse()


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


@contextmanager
def _cut_after(seconds: float, connected: socket.socket | None) -> Iterator[None]:
    """Cuts the connection when the block takes longer; whoever reads from it then finds its end."""

    def cut() -> None:
        if connected is not None:
            with suppress(OSError):
                socket.socket.shutdown(connected, socket.SHUT_RDWR)  # below TLS, which another thread is using

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
