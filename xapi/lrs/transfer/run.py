"""Runs an import so that it can be broken off at any moment and gone on with: by a durable note of the last line."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from xapi.clock import Clock
from xapi.lrs.transfer.importer import Importer
from xapi.lrs.transfer.marker import read_marker, write_marker
from xapi.lrs.transfer.reader import Lines
from xapi.lrs.transfer.report import Counts

_LOOKED_AT = 1024 * 1024
_EVERY = timedelta(seconds=1)


class Position(msgspec.Struct, frozen=True):
    """How far an import has come: the last line that is settled, and the counts there."""

    line: int = 0
    counts: Counts = msgspec.field(default_factory=Counts)


class ImportNote:
    """The note of an import in `folder` (made when missing), found again by `path` (its content) and `options`."""

    def __init__(self, folder: Path, path: Path, options: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / f"{fingerprint(path, options)}.json"

    def read(self) -> Position:
        """Where an earlier import of the same file stopped; the beginning when there was none."""
        return read_marker(self._path, Position) or Position()

    def write(self, position: Position) -> None:
        """Keeps `position`, durably."""
        write_marker(self._path, position)

    def forget(self) -> None:
        """The import is over."""
        self._path.unlink(missing_ok=True)


def fingerprint(path: Path, options: str) -> str:
    """Tells a file from others, and from itself before a change: by its beginning, size and time of change."""
    facts = path.stat()
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_LOOKED_AT))
    digest.update(f"{facts.st_size} {facts.st_mtime_ns} {options}".encode())
    return digest.hexdigest()[:32]


class ImportRun:
    """One run of `importer` over `stream`; `note` (None for a pipe) is kept at most once a second by `clock`.

    `tell` hears the bytes read of the file, and says whether to go on.
    """

    def __init__(
        self, importer: Importer, stream: BinaryIO, note: ImportNote | None, clock: Clock,
        *, tell: Callable[[int], bool],
    ) -> None:  # fmt: skip
        self._importer = importer
        self._lines = Lines(stream)
        self._note = note
        self._clock = clock
        self._tell = tell
        self._kept: datetime | None = None
        self._settled = 0

    def run(self, after: int) -> None:
        """Imports what stands after the line `after`, to the end."""
        self._importer.run(self._lines, after, self._heard)
        if self._note is not None:
            self._note.forget()

    def _heard(self, _number: int) -> bool:
        line, counts = self._importer.settled
        now = self._clock()
        if self._note is not None and line > self._settled and (self._kept is None or now - self._kept >= _EVERY):
            self._note.write(Position(line, counts))
            self._settled, self._kept = line, now
        return self._tell(self._lines.bytes_read)
