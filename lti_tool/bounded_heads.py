"""Bounds what a client may send before and after a body, and the time for it: the server has no bound of its own."""

import asyncio
from typing import cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes of the line and the headers of a request; proxies pass on less. What comes in one piece may have a piece more.
MOST_HEAD = 64 * 1024
HEAD_SECONDS = 60.0  # in which a connection must have said what it wants, and each request its whole head


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, which refuses a head, a trailer or the like that does not end (RFC 6585 section 5)."""

    _moved = False  # whether the parser came a step further with these bytes
    _since_then = 0  # bytes since its last step
    _is_in_head = True
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody has connected, and has a while to say why."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def data_received(self, data: bytes) -> None:
        """Feeds the parser, as long as it gets somewhere."""
        self._moved = False
        super().data_received(data)
        self._since_then = 0 if self._moved else self._since_then + len(data)
        if self._since_then > MOST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")
        elif self._is_in_head:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._moved = self._is_in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; one after the body (a trailer) is left out, since nobody looked at it when the body was let in."""
        if self._is_in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._moved, self._is_in_head = True, False
        self._stop_waiting()
        head = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if head > MOST_HEAD:
            raise httptools.HttpParserError("the head is too large")
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Bytes of a body."""
        self._moved = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._moved = True
        super().on_message_complete()
