"""Notes of earlier builds: what was found out about a file counts for as long as the file is surely the same.

A file is taken for the same when its place on disk, size and times are; the time of its last change of state (ctime)
is among them, which no program can set back. What changed within two seconds before it was noted is not noted at all:
a clock of files is coarse, and it might change again unseen. Notes of another version of the program, and notes that
are damaged in any way, do not count.
"""

import hashlib
import os
import re
import sys
import tempfile
import zlib
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

SETTLING_NS = 2_000_000_000
MOST_BOOKS = 200
BOOK_NAME = re.compile(r"[0-9a-f]{64}")
OURS = Path(__file__).parent
_CHECK_BYTES = 32
_PRIVATE = 0o700

Book = TypeVar("Book")


def can_note() -> bool:
    """Whether this system tells when a file last changed in any way; Windows does not."""
    return os.name != "nt"


def sign_of(status: os.stat_result) -> str:
    """What is the same for as long as a file is."""
    return f"{status.st_dev}-{status.st_ino}-{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


class Notebook:
    """A folder of notes for one program; `None` keeps none. Notes that cannot be read or written do not count."""

    def __init__(self, folder: Path | None, settling_ns: int = SETTLING_NS) -> None:
        self._folder = folder if can_note() else None
        self._settled_before = 0
        if self._folder is not None:
            try:
                self._settled_before = _now(self._folder) - settling_ns
            except OSError:
                self._folder = None

    def lasting_sign(self, status: os.stat_result) -> str:
        """The sign of a file that has not changed lately, else an empty text, which stands for no file."""
        newest = max(status.st_mtime_ns, status.st_ctime_ns)
        return sign_of(status) if newest < self._settled_before else ""

    def read(self, about: Path, kind: type[Book]) -> Book | None:
        """The notes about `about`, or None when there are none that count."""
        if self._folder is None:
            return None
        try:
            body = _place(self._folder, about, kind).read_bytes()
            check, text = body[:_CHECK_BYTES], body[_CHECK_BYTES:]
            if hashlib.sha256(text).digest() != check:
                return None
            return msgspec.msgpack.decode(text, type=kind)
        except (OSError, msgspec.DecodeError):
            return None

    def write(self, about: Path, book: object) -> None:
        """Keep `book` as the notes about `about`; never fails."""
        if self._folder is None:
            return
        text = msgspec.msgpack.encode(book)
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".catatan-", delete=False) as file:
                file.write(hashlib.sha256(text).digest() + text)
            os.replace(file.name, _place(self._folder, about, type(book)))
            _forget_old(self._folder)
        except OSError:
            return


def _now(folder: Path) -> int:
    """The time in nanoseconds by the clock that files are stamped with. Raises OSError when none can be written."""
    folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".waktu-") as probe:
        return os.fstat(probe.fileno()).st_mtime_ns


def _place(folder: Path, about: Path, kind: type) -> Path:
    name = f"{program_sign()}\0{kind.__name__}\0{os.path.realpath(about)}"
    return folder / hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()


def _forget_old(folder: Path) -> None:
    books = [path for path in folder.iterdir() if BOOK_NAME.fullmatch(path.name)]
    for path in sorted(books, key=lambda path: path.stat().st_mtime_ns, reverse=True)[MOST_BOOKS:]:
        path.unlink(missing_ok=True)


@cache
def program_sign() -> str:
    """Differs between programs that might build differently: our modules, the interpreter, the compressor."""
    whole = hashlib.sha256(f"{sys.version}\0{zlib.ZLIB_RUNTIME_VERSION}".encode())
    for path in sorted(OURS.rglob("*.py")):
        status = path.stat()
        whole.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


class FileBook(msgspec.Struct, frozen=True):
    """What was found out about the files of a folder, by their signs: their SHA-256, and which are sound."""

    digests: dict[str, str]
    sound: list[str]


class FileNotes:
    """Looks up and notes what is known about the files of a module folder."""

    def __init__(self, notebook: Notebook, folder: Path) -> None:
        self._notebook = notebook
        self._folder = folder
        book = notebook.read(folder, FileBook) or FileBook({}, [])
        self._digests, self._sound = book.digests, frozenset(book.sound)
        self._new_digests: dict[str, str] = {}
        self._new_sound: set[str] = set()

    def digest(self, status: os.stat_result) -> str | None:
        """The SHA-256 of the file with this status, when it is known."""
        return self._digests.get(self._notebook.lasting_sign(status))

    def note_digest(self, status: os.stat_result, digest: str) -> None:
        """Note the SHA-256 of the file whose status was `status` before it was read."""
        if sign := self._notebook.lasting_sign(status):
            self._new_digests[sign] = digest

    def is_sound(self, status: os.stat_result, kind: str) -> bool:
        """Whether the file with this status was checked as `kind` (`.svg`) and found sound."""
        found = self._sound_sign(status, kind) in self._sound
        if found:
            self.note_sound(status, kind)
        return found

    def note_sound(self, status: os.stat_result, kind: str) -> None:
        """Note that the file whose status was `status` before it was read is sound as `kind`."""
        if sign := self._sound_sign(status, kind):
            self._new_sound.add(sign)

    def _sound_sign(self, status: os.stat_result, kind: str) -> str:
        sign = self._notebook.lasting_sign(status)
        return f"{kind} {sign}" if sign else ""

    def keep(self) -> None:
        """Write down what was asked for and what was found out; the rest is forgotten."""
        self._notebook.write(self._folder, FileBook(self._new_digests, sorted(self._new_sound)))
