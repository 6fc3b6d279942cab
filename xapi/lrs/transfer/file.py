"""The file of an export: written beside its place, gone on with after a break, and there only when it is whole."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from xapi.errors import TransferError
from xapi.lrs.selection import Selection
from xapi.lrs.transfer.export import PIECE, Piece
from xapi.lrs.transfer.marker import read_marker, sync_folder, write_marker
from xapi.lrs.transfer.shape import End, control_line

LEVEL = 3  # of gzip: a third of the time of the usual 6, for a file a tenth larger
MARK_EVERY = 64 * PIECE  # bytes of lines between two notes of how far the file has come
_CHUNK = 1024 * 1024


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an export has come: everything up to `seq` is in the first `size` bytes of the unfinished file."""

    selection: Selection
    plain: bool
    size: int = 0
    seq: int = 0
    statements: int = 0
    contents: int = 0


class ExportFile:
    """The file at `path` (gzip when its name ends in .gz), unfinished as `path`.part with a note of its progress.

    Begins anew, or with `resume` where an earlier run of the same selection stopped. Raises TransferError
    `transfer.exists` when `path` is there already, `transfer.nothing_to_resume` when there is no such earlier run.
    """

    def __init__(self, path: Path, begin: Progress, *, resume: bool = False) -> None:
        if path.exists():
            raise TransferError("transfer.exists", "the file is there", file=path.name)
        self.path = path
        self._part = path.with_name(path.name + ".part")
        self._note = path.with_name(path.name + ".part.json")
        self._zipped = path.name.endswith(".gz")
        self._digest = hashlib.sha256()
        self._pending: list[bytes] = []
        self._waiting = self._unmarked = 0
        self.progress = begin
        if resume:
            self.progress = self._earlier(begin)
        handle = os.open(self._part, os.O_RDWR | os.O_CREAT | (0 if resume else os.O_TRUNC), 0o600)
        self._file = os.fdopen(handle, "r+b")
        if resume:
            self._file.truncate(self.progress.size)
            self._read_again()
        else:
            self._mark()

    def append(self, piece: Piece) -> None:
        """Adds lines."""
        now = self.progress
        self.progress = msgspec.structs.replace(
            now, seq=piece.seq, statements=now.statements + piece.statements, contents=now.contents + piece.contents
        )
        self._add(piece.data)
        if self._unmarked >= MARK_EVERY:
            self._mark()

    def finish(self) -> None:
        """Writes the end (or, of a plain file, the checksum beside it) and puts the file in its place, whole."""
        if not self.progress.plain:
            self._flush()
            end = End(self.progress.statements, self.progress.contents, self._digest.hexdigest())
            self._add(control_line(end=end))
        self._flush()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self.progress.plain:
            beside = self.path.with_name(self.path.name + ".sha256")
            beside.write_text(f"{self._digest.hexdigest()}  {self.path.name}\n", encoding="utf-8")
        self._part.replace(self.path)
        self._note.unlink(missing_ok=True)
        sync_folder(self.path.parent)

    def close(self) -> None:
        """Leaves the unfinished file for a later `resume`."""
        if not self._file.closed:
            self._mark()
            self._file.close()

    def _earlier(self, begin: Progress) -> Progress:
        found = read_marker(self._note, Progress)
        if found is None or not self._part.exists() or self._part.stat().st_size < found.size:
            raise TransferError("transfer.nothing_to_resume", "no unfinished file", file=self.path.name)
        until = found.selection.until if not begin.selection.until else begin.selection.until
        asked = msgspec.structs.replace(begin.selection, until=until)
        if found.selection != asked or found.plain != begin.plain:
            raise TransferError("transfer.other_selection", "another selection", file=self.path.name)
        return found

    def _read_again(self) -> None:
        """Brings the digest to where it was; the bytes come from the page cache or the disk, not from the log."""
        self._file.seek(0)
        counted: BinaryIO = self._file
        stream = gzip.GzipFile(fileobj=counted) if self._zipped and not self.progress.plain else counted
        for chunk in _chunks(stream):  # type: ignore[arg-type]
            self._digest.update(chunk)
        self._file.seek(self.progress.size)

    def _add(self, data: bytes) -> None:
        if data:
            self._pending.append(data)
            self._waiting += len(data)
        if self._waiting >= PIECE:
            self._flush()

    def _flush(self) -> None:
        """Writes what waits, of a zipped file as a gzip member of its own, so that the file can be cut after it."""
        if not self._pending:
            return
        data = b"".join(self._pending)
        self._pending = []
        written = gzip.compress(data, LEVEL, mtime=0) if self._zipped else data
        self._digest.update(written if self.progress.plain else data)
        self._file.write(written)
        self._unmarked += self._waiting
        self._waiting = 0
        self.progress = msgspec.structs.replace(self.progress, size=self.progress.size + len(written))

    def _mark(self) -> None:
        self._flush()
        self._file.flush()
        os.fsync(self._file.fileno())
        write_marker(self._note, self.progress)
        self._unmarked = 0


class ExportStream:
    """An export into an open stream, as standard output: it cannot be gone on with."""

    def __init__(self, stream: BinaryIO, *, plain: bool) -> None:
        self._stream = stream
        self._plain = plain
        self._digest = hashlib.sha256()
        self._statements = self._contents = 0

    def append(self, piece: Piece) -> None:
        """Adds lines."""
        self._stream.write(piece.data)
        self._digest.update(piece.data)
        self._statements += piece.statements
        self._contents += piece.contents

    def finish(self) -> None:
        """Writes the end, which a plain export has none of."""
        if not self._plain:
            end = End(self._statements, self._contents, self._digest.hexdigest())
            self._stream.write(control_line(end=end))
        self._stream.flush()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk
