"""One person's browser as the server sees it: kept connections, cookies, a cache; hundreds of them fit in a loop."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from httptools import HttpResponseParser

from bench.crowd.book import Book

#: Seconds that a person waits for a page, and the player for an answer.
PAGE_PATIENCE, PLAYER_PATIENCE = 60.0, 10.0
SESSION = "__Host-jampel_session"
FORM = "application/x-www-form-urlencoded"


class CutOff(Exception):
    """The connection broke, or no answer came in time."""


class Unwanted(Exception):
    """An answer with a status that nobody wanted; it is in the book already."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass
class Answer:
    """An answer, filled by the parser; header names in lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: bytes = b""
    whole: bool = False
    kept: bool = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, from the parser."""
        low = name.decode("latin-1").lower()
        if low == "set-cookie":
            self.cookies.append(value.decode("latin-1"))
        self.headers[low] = value.decode("latin-1")

    def on_body(self, piece: bytes) -> None:
        """A piece of the body, from the parser."""
        self.body += piece

    def on_message_complete(self) -> None:
        """The end, from the parser."""
        self.whole = True


class Browser:
    """Asks the server at `port` of this machine as nginx does for somebody at `address`, who reached it as `host`.

    What it meets goes into `book`.
    """

    def __init__(self, port: int, book: Book, *, host: str, address: str) -> None:
        self._port = port
        self.book = book
        self._usual = {
            "Host": host,
            "X-Forwarded-For": address,
            "X-Forwarded-Proto": "https",
            "User-Agent": "Mozilla/5.0 (bench)",
        }
        self.origin = f"https://{host}"
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._cached: set[str] = set()
        self._cookies: dict[str, str] = {}

    async def ask(
        self,
        kind: str,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        good: Collection[int] = (200,),
        patience: float = PAGE_PATIENCE,
    ) -> Answer:
        """The answer, noted under `kind`; raises CutOff without one, Unwanted when its status is not in `good`."""
        message = self._message(method, path, headers or {}, body)
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(patience):
                answer = await self._send(kind, message)
        except (OSError, TimeoutError) as cause:
            self.book.cut[kind, type(cause).__name__] += 1
            raise CutOff(kind) from cause
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status not in good:
            self.book.errors[kind, str(answer.status)] += 1
            raise Unwanted(answer.status)
        self.book.seconds[kind].append(time.perf_counter() - begun)
        return answer

    async def get(self, kind: str, path: str) -> Answer:
        """A page."""
        return await self.ask(kind, "GET", path)

    async def post_form(self, kind: str, path: str, form: Mapping[str, str], good: Collection[int] = (200,)) -> Answer:
        """What comes of a form that stands on a page of the tool itself."""
        headers = {"Content-Type": FORM, "Origin": self.origin, "Referer": f"{self.origin}/"}
        return await self.ask(kind, "POST", path, body=urlencode(form).encode(), headers=headers, good=good)

    async def cached(self, kind: str, path: str) -> None:
        """A file that is asked for once and kept."""
        if path not in self._cached:
            await self.get(kind, path)
            self._cached.add(path)

    def close(self) -> None:
        """Closes the connections that it kept."""
        while self._idle:
            self._idle.pop()[1].close()

    def _message(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
        head = {**self._usual, **headers}
        if jar := self._jar(path):
            head["Cookie"] = jar
        if body or method != "GET":
            head["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1") + body

    def _jar(self, path: str) -> str:
        """The cookies for `path`: those of launches for launches alone, that of a session outside the LMS's frame."""
        wanted = {"/lti/": False, "/xapi": None}.get(path[:5], True)
        found = (
            f"{name}={value}" for name, value in self._cookies.items() if name.startswith(SESSION) is wanted and value
        )
        return "; ".join(found)

    async def _send(self, kind: str, message: bytes) -> Answer:
        """A connection that was kept may be gone: then a browser takes a new one and says nothing."""
        while self._idle:
            reader, writer = self._idle.pop()
            try:
                return await self._exchange(reader, writer, message)
            except OSError:
                self.book.renewed[kind] += 1
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        return await self._exchange(reader, writer, message)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: bytes) -> Answer:
        answer, done = Answer(), False
        parser = HttpResponseParser(answer)
        try:
            writer.write(message)
            while not answer.whole:
                piece = await reader.read(65_536)
                if not piece:
                    raise ConnectionResetError("closed before the answer was whole")
                parser.feed_data(piece)
            answer.status, done = parser.get_status_code(), parser.should_keep_alive()
        finally:
            if done:
                self._idle.append((reader, writer))
            else:
                writer.close()
        return answer
