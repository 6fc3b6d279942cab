"""Writes zips that are the same bytes for the same input."""

import shutil
import zipfile
from collections.abc import Iterable
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
MEDIA = frozenset({".mp4", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".zip", ".woff2"})  # compressed already


class Entry(msgspec.Struct, frozen=True):
    """One file of a zip: its name there, and its content as bytes or a file on disk."""

    name: str
    content: bytes | Path

    @property
    def size(self) -> int:
        """Bytes of the content."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


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
    info.file_size = entry.size
    with package.open(info, "w") as out:
        if isinstance(entry.content, bytes):
            out.write(entry.content)
        else:
            _copy(entry.content, out)  # type: ignore[arg-type]


def _copy(source: Path, out: BinaryIO) -> None:
    try:
        with source.open("rb") as file:
            shutil.copyfileobj(file, out, PIECE)
    except OSError as cause:
        raise PackagerError("file.not_read", str(cause), path=source.name) from cause
