"""Writes zips that are the same bytes for the same input."""

import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from scorm_packager.errors import PackagerError
from scorm_packager.names import is_safe_path
from scorm_packager.output import new_file

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can say
UNIX = 3
PLAIN_FILE = 0o100644 << 16
LEVEL = 6
PIECE = 1 << 20
MEDIA = frozenset(
    {".mp4", ".mp3", ".m4a", ".ogg", ".opus", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".zip", ".woff2"}
)  # compressed already


class Entry(msgspec.Struct, frozen=True):
    """One file of a zip: its name there, and its content as bytes or a file on disk."""

    name: str
    content: bytes | Path

    @contextmanager
    def open(self) -> Iterator[tuple[BinaryIO, int]]:
        """The content as a stream, and its size in bytes; raises PackagerError when the file cannot be opened."""
        if isinstance(self.content, bytes):
            yield BytesIO(self.content), len(self.content)
            return
        try:
            file = self.content.open("rb")
        except OSError as cause:
            raise PackagerError("file.not_read", str(cause), path=self.content.name) from cause
        with file:
            yield file, os.fstat(file.fileno()).st_size


def write_zip(target: Path, entries: Iterable[Entry]) -> Path:
    """Write `entries`, sorted by name, to `target`, all or nothing.

    Media is stored, everything else deflated; content streams through, so memory does not grow with it.
    Raises PackagerError for a name that is not safe or comes twice, and when a file cannot be read or written.
    """
    ordered = sorted(entries, key=lambda entry: entry.name)
    _check_names(ordered)
    with new_file(target) as temporary, zipfile.ZipFile(temporary, "w", allowZip64=True) as package:
        for entry in ordered:
            _write_entry(package, entry)
    return target


def _check_names(entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if not is_safe_path(entry.name) or entry.name.lower() in seen:
            raise PackagerError("package.name_bad", f"unsafe or repeated name {entry.name!r}", path=entry.name)
        seen.add(entry.name.lower())


def _write_entry(package: zipfile.ZipFile, entry: Entry) -> None:
    info = zipfile.ZipInfo(entry.name, EPOCH)
    info.create_system = UNIX
    info.external_attr = PLAIN_FILE
    stored = Path(entry.name).suffix.lower() in MEDIA
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info._compresslevel = LEVEL  # type: ignore[attr-defined]  # writestr sets it so; `open` has no argument for it
    with entry.open() as (source, size):
        info.file_size = size
        with package.open(info, "w") as out:
            shutil.copyfileobj(source, out, PIECE)
