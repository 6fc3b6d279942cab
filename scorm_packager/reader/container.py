"""Where a package lies: a zip, a folder or one bare file, behind the same few questions."""

import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from scorm_packager.errors import PackagerError
from scorm_packager.extract import DEFAULT_LIMITS, Limits, open_safely, read_entry

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


class Container(Protocol):
    """The files of a package. `name` is the file name of the whole, `packed` its bytes as it is uploaded."""

    @property
    def name(self) -> str: ...

    @property
    def packed(self) -> int: ...

    @property
    def files(self) -> Mapping[str, int]:
        """The files by their names, with slashes, and their sizes in bytes when unpacked."""
        ...

    def read(self, name: str, most: int) -> bytes:
        """The content of one file; raises PackagerError when it is larger than `most` bytes or cannot be read."""
        ...

    def head(self, name: str, size: int) -> bytes:
        """The first `size` bytes of one file; raises PackagerError when it cannot be read."""
        ...


class ZipContainer:
    """A zip that `open_safely` has let through."""

    def __init__(self, package: zipfile.ZipFile, path: Path) -> None:
        self.zip = package
        self.name = path.name
        self.packed = path.stat().st_size
        self.files: Mapping[str, int] = {
            info.filename: info.file_size for info in package.infolist() if not info.is_dir()
        }

    def read(self, name: str, most: int) -> bytes:
        """The content of an entry, its CRC checked."""
        return read_entry(self.zip, name, most)

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of an entry."""
        with self.zip.open(name) as source:
            return source.read(size)


class FolderContainer:
    """A folder, as an author has it before zipping or a tool after unpacking."""

    def __init__(self, folder: Path, limits: Limits = DEFAULT_LIMITS) -> None:
        self.name = folder.name or folder.resolve().name
        self.folder = folder
        self.files: Mapping[str, int] = dict(_walk(folder, limits))
        self.packed = sum(self.files.values())

    def read(self, name: str, most: int) -> bytes:
        """The content of a file of the folder."""
        body = self.head(name, most + 1)
        if len(body) > most:
            raise PackagerError(
                "archive.entry_too_large", f"{name} is larger than {most}", path=name, most=most // 1000
            )
        return body

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a file of the folder."""
        try:
            with (self.folder / name).open("rb") as source:
                return source.read(size)
        except OSError as cause:
            raise PackagerError("file.not_read", str(cause), path=name) from cause


class BareFile:
    """One file that is no zip: a course structure by itself, or something else."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.path = path
        self.packed = path.stat().st_size
        self.files: Mapping[str, int] = {path.name: self.packed}

    def read(self, name: str, most: int) -> bytes:
        """The content of the file."""
        if self.packed > most:
            raise PackagerError("archive.entry_too_large", name, path=name, most=most // 1000)
        return self.path.read_bytes()

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of the file."""
        with self.path.open("rb") as source:
            return source.read(size)


def _walk(folder: Path, limits: Limits) -> Iterator[tuple[str, int]]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place) / name
            shown = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                raise PackagerError("archive.link", f"{shown} is no plain file", path=shown)
            count += 1
            if count > limits.entries:
                raise PackagerError("archive.too_many", "too many files", count=count, most=limits.entries)
            yield shown, path.stat().st_size


@contextmanager
def open_container(path: Path, limits: Limits = DEFAULT_LIMITS) -> Iterator[Container]:
    """The package at `path`, a folder, a zip or a bare file; raises PackagerError as `open_safely` does."""
    if path.is_dir():
        yield FolderContainer(path, limits)
        return
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except FileNotFoundError as cause:
        raise PackagerError("archive.missing", str(cause), path=str(path)) from cause
    except OSError as cause:
        raise PackagerError("file.not_read", str(cause), path=path.name) from cause
    if start in ZIP_MARKS or zipfile.is_zipfile(path):
        with open_safely(path, limits) as package:
            yield ZipContainer(package, path)
        return
    yield BareFile(path)
