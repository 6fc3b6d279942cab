"""The one file of a backup: a tar of plain members, written whole or not at all, and read without trusting it.

Reading knows nothing but plain members with short names: links, devices, long names and extensions of the format are
refused, and no name in the file ever becomes a path on the disk.
"""

import hashlib
import os
import re
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from lti_tool.backup.manifest import Manifest, decode_manifest, encode_manifest
from lti_tool.errors import ToolError

MANIFEST, DIGEST = "manifest.json", "manifest.sha256"
BLOCK = tarfile.BLOCKSIZE
CHUNK = 1024 * 1024
MOST_MANIFEST = 64 * 1024 * 1024
MOST_MEMBERS = 1_000_000
_NAME = re.compile(r"manifest\.(json|sha256)|files/[0-9a-f]{64}|tables/[a-z]+/[a-z0-9_]+\.jsonl\.gz")


class Stored(NamedTuple):
    """A member that was written: its size and SHA-256."""

    size: int
    sha256: str


class Hashing:
    """A file that counts and hashes what is written into it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Writes and counts."""
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Passes on what is waiting."""
        self._file.flush()

    @property
    def stored(self) -> Stored:
        """What was written."""
        return Stored(self.size, self._hash.hexdigest())


class ArchiveWriter:
    """Adds members to an open backup."""

    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115
        self._names: set[str] = set()

    def add(self, name: str, content: IO[bytes], size: int) -> None:
        """Adds the next `size` bytes of `content` as `name`; a name that is there already is passed over."""
        if name in self._names:
            return
        self._names.add(name)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, content)

    def finish(self, manifest: Manifest) -> None:
        """Closes the list with the manifest and its digest."""
        body = encode_manifest(manifest)
        line = f"{hashlib.sha256(body).hexdigest()}  {MANIFEST}\n".encode()
        for name, content in ((MANIFEST, body), (DIGEST, line)):
            self.add(name, BytesIO(content), len(content))
        self._tar.close()


@contextmanager
def new_archive(target: Path) -> Iterator[ArchiveWriter]:
    """The block fills a backup that is at `target`, for its owner alone, only when it is complete and on the disk.

    Raises ToolError `backup.exists`: a backup is never written over.
    """
    if target.exists():
        raise ToolError("backup.exists", target.name, file=target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield ArchiveWriter(file)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _put_in_place(draft: Path, target: Path) -> None:
    """Gives the finished file its name; a link never replaces what someone put there meanwhile, unlike a rename."""
    try:
        os.link(draft, target)
    except FileExistsError as cause:
        raise ToolError("backup.exists", target.name, file=target) from cause
    except OSError:  # a USB stick's file system has no links
        draft.rename(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Waits until the names in `folder` are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """A backup that is read: its `manifest`, and its members by name. Use `open_archive`."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._places = dict(_members(file))
        body = self._small(MANIFEST)
        if self._small(DIGEST).split()[:1] != [hashlib.sha256(body).hexdigest().encode()]:
            raise _broken(MANIFEST)
        self.manifest = decode_manifest(body)

    @property
    def names(self) -> set[str]:
        """The names of all members but the manifest."""
        return set(self._places) - {MANIFEST, DIGEST}

    def chunks(self, name: str, size: int, sha256: str) -> Iterator[bytes]:
        """The content of a member in pieces. Raises ToolError when it is missing, or at the end when it is not what
        the manifest says: use nothing of it before."""
        offset, found = self._places.get(name, (0, -1))
        if found != size:
            raise _broken(name)
        digest, left = hashlib.sha256(), size
        while left:
            self._file.seek(offset + size - left)
            piece = self._file.read(min(CHUNK, left))
            if not piece:
                raise _broken(name)
            digest.update(piece)
            left -= len(piece)
            yield piece
        if digest.hexdigest() != sha256:
            raise _broken(name)

    def _small(self, name: str) -> bytes:
        offset, size = self._places.get(name, (0, -1))
        if not 0 <= size <= MOST_MANIFEST:
            raise _broken(name)
        self._file.seek(offset)
        return self._file.read(size)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The backup at `path`. Raises ToolError `backup.broken` when it is no whole backup of ours."""
    with path.open("rb") as file:
        yield Archive(file)


def _members(file: IO[bytes]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Name, offset and size of each member, from the headers alone."""
    end, place = file.seek(0, os.SEEK_END), 0
    seen: set[str] = set()
    while True:
        file.seek(place)
        header = file.read(BLOCK)
        if header == bytes(BLOCK):
            return
        name, size = _header(header)
        place += BLOCK
        if name in seen or len(seen) >= MOST_MEMBERS or place + size > end:
            raise _broken(name)
        seen.add(name)
        yield name, (place, size)
        place += -(-size // BLOCK) * BLOCK


def _header(header: bytes) -> tuple[str, int]:
    """Name and size of a plain member; anything else is no backup."""
    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError, ValueError) as cause:
        raise ToolError("backup.broken", "no header", part="tar") from cause
    if info.type != tarfile.REGTYPE or info.size < 0 or not _NAME.fullmatch(info.name):
        raise _broken("tar")
    return info.name, info.size


def _broken(part: str) -> ToolError:
    return ToolError("backup.broken", "not what the manifest says", part=part)
