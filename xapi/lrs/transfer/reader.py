"""Reads a file of statements line by line, zipped or not, with a bound on everything that it makes memory of."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

import msgspec
from msgspec import Raw

from xapi.errors import StatementError, TransferError
from xapi.validation.strict_json import key_ends, require_text, shaped

MOST_LINE = 64 * 1024 * 1024
"""The most bytes of a line: more than the largest attachment that comes in by HTTP, in base64."""
_MOST_RATIO = 300  # real statements shrink to a tenth or a fiftieth; a zip made to fill memory to a thousandth
_SURE = 64 * 1024 * 1024  # unzipped bytes below which the ratio says nothing
_CHUNK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"


class Line(NamedTuple):
    """A line with its number, from 1; `body` is None when it was longer than MOST_LINE."""

    number: int
    body: bytes | None


class Entry(NamedTuple):
    """One statement, with the number of its line and the JSON path where it stands in it."""

    line: int
    path: str
    body: bytes


class Lines:
    """The lines of `stream`, unzipped when it is gzip. `digest` is of all bytes of the lines read so far.

    Raises TransferError `transfer.cut_off` where a zip ends early, `transfer.damaged` where it is no zip any more, and
    `transfer.bomb` where it unfolds to far more than statements do.
    """

    def __init__(self, stream: BinaryIO, most: int = MOST_LINE) -> None:
        raw = _Counted(stream)
        buffered = io.BufferedReader(raw, _CHUNK)  # type: ignore[type-var]  # a RawIOBase of ours is one
        self._raw = raw
        self._most = most
        self._zipped = buffered.peek(2)[:2] == _GZIP
        inner = cast(io.RawIOBase, gzip.GzipFile(fileobj=buffered)) if self._zipped else None
        self._lines = buffered if inner is None else io.BufferedReader(inner, _CHUNK)
        self._out = 0
        self.digest = hashlib.sha256()

    @property
    def bytes_read(self) -> int:
        """How far the file itself has been read, in bytes."""
        return self._raw.count

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while body := self._read():
            number += 1
            if len(body) <= self._most:
                yield Line(number, body)
                continue
            while body and not body.endswith(b"\n"):
                body = self._read()
            yield Line(number, None)

    def note(self, body: bytes) -> None:
        """Takes a line into the digest."""
        self.digest.update(body)

    def _read(self) -> bytes:
        try:
            body = self._lines.readline(self._most + 1)
        except EOFError as cause:
            raise TransferError("transfer.cut_off", "the zip ends early") from cause
        except (zlib.error, gzip.BadGzipFile) as cause:
            raise TransferError("transfer.damaged", "no zip any more") from cause
        self._out += len(body)
        if self._zipped and self._out > _SURE and self._out > _MOST_RATIO * self._raw.count:
            raise TransferError("transfer.bomb", "unfolds to far more than statements do")
        return body


class _Counted(io.RawIOBase):
    """A stream that counts what is read of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Reads into `buffer`."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        return len(data)


class _Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer of an LRS to a query (xAPI 1.0.3 Data 2.5)."""

    statements: list[Raw]
    more: Raw = Raw(b'""')


_PAGE = msgspec.json.Decoder(_Page)
_LIST = msgspec.json.Decoder(list[Raw])
_PAGE_CLAUSE = "Data 2.5"


def entries(line: Line) -> list[Entry]:
    """The statements of a line: one, a list, a page of results, or none when it is blank.

    Raises StatementError when it is none of these; whether the statements themselves are sound is looked at later.
    """
    if line.body is None:
        raise StatementError("transfer.line_too_long", "too long", most=MOST_LINE)
    body = line.body.removeprefix(_BOM) if line.number == 1 else line.body
    body = body.strip(_SPACE)
    if not body:
        return []
    require_text(body)
    if body.startswith(b"["):
        return _numbered(line.number, "$", shaped(_LIST, body, "$"))
    if _is_page(body):
        page = shaped(_PAGE, body, "$", _PAGE_CLAUSE)
        _require_once(body, page)
        return _numbered(line.number, "$.statements", page.statements)
    return [Entry(line.number, "$", body)]


def _numbered(number: int, path: str, bodies: list[Raw]) -> list[Entry]:
    return [Entry(number, f"{path}[{place}]", bytes(body)) for place, body in enumerate(bodies)]


def _is_page(body: bytes) -> bool:
    """Whether an object is a page of results, by its keys; a statement can have `statements` deep in an extension."""
    if b'"statements"' not in body:
        return False
    keys = shaped(_KEYS, body, "$")
    return "statements" in keys and "actor" not in keys


_KEYS = msgspec.json.Decoder(dict[str, Raw])


def _require_once(body: bytes, page: _Page) -> None:
    """Refuses a page that has a key twice: a decoder would silently pass over the statements of the first."""
    inside = sum(key_ends(bytes(one)) for one in page.statements) + key_ends(bytes(page.more))
    if key_ends(body) - inside > 2 or (key_ends(body) - inside == 2 and b'"more"' not in body):
        raise StatementError("statement.duplicate_key", "a key stands twice", path="$", clause="Data 2.2")
