"""The zip that an earlier build left: members whose content has not changed are taken from it, byte for byte."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from scorm_packager.entry import Entry
from scorm_packager.notes import Notebook, sign_of
from scorm_packager.zip_records import Member, local_record

PIECE = 1 << 20


class Kept(msgspec.Struct, frozen=True):
    """A member of the earlier zip, and the sign of the content it was made of."""

    sign: str
    member: Member


class ZipBook(msgspec.Struct, frozen=True):
    """What is noted about a zip: its own sign, and its members."""

    zip: str
    members: list[Kept]


class EarlierZip:
    """Members of the zip in `file`, by name; empty when there is none, or it is not surely what a build left."""

    def __init__(self, file: BinaryIO, members: dict[str, Kept]) -> None:
        self._file = file
        self._members = members

    def find(self, entry: Entry, sign: str) -> Member | None:
        """The member that holds `entry`, whose content has this `sign`, or None when it must be packed anew."""
        kept = self._members.get(entry.name)
        if kept is None or not sign or kept.sign != sign or kept.member.method != entry.method:
            return None
        return kept.member if self._is_there(kept.member) else None

    def _is_there(self, member: Member) -> bool:
        record = local_record(member)
        return os.pread(self._file.fileno(), len(record), member.offset) == record

    def copy(self, members: Sequence[Member], out: BinaryIO) -> None:
        """Append `members`, which lie behind one another, to `out` with their records."""
        out.flush()
        start, left = members[0].offset, members[-1].end - members[0].offset
        while left:
            done = _copy_range(self._file, start, out, left)
            start, left = start + done, left - done
        out.seek(0, os.SEEK_END)


def _copy_range(source: BinaryIO, start: int, out: BinaryIO, most: int) -> int:
    """Copy up to `most` bytes, inside the kernel where it can; the number copied. Raises OSError at an early end."""
    try:
        done = os.copy_file_range(source.fileno(), out.fileno(), most, offset_src=start)
    except (OSError, AttributeError):  # another disk, or a system without it
        done = out.write(os.pread(source.fileno(), min(most, PIECE), start))
        out.flush()
    if not done:
        raise OSError("the earlier zip ends too early")
    return done


@contextmanager
def open_earlier(notebook: Notebook, target: Path) -> Iterator[EarlierZip]:
    """What an earlier build left at `target`, when the notes about it count and nobody has touched it since."""
    book = notebook.read(target, ZipBook)
    with _open(target if book else Path(os.devnull)) as file:  # Windows replaces no file that is open
        same = book is not None and sign_of(os.fstat(file.fileno())) == book.zip
        yield EarlierZip(file, {kept.member.name: kept for kept in book.members} if book and same else {})


def _open(target: Path) -> BinaryIO:
    """The file at `target`, or an empty one when there is none."""
    try:
        return target.open("rb")
    except OSError:
        return Path(os.devnull).open("rb")


def note_zip(notebook: Notebook, target: Path, members: Sequence[Kept]) -> None:
    """Note what `target` holds, now that it is in its place."""
    try:
        sign = sign_of(target.stat())
    except OSError:
        return
    notebook.write(target, ZipBook(sign, [kept for kept in members if kept.sign]))
