"""Writes zips that are the same bytes for the same input."""

import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from scorm_packager.deflating import SMALL, Deflated, deflated_ahead, new_deflater
from scorm_packager.earlier_zip import EarlierZip, Kept, note_zip, open_earlier
from scorm_packager.entry import Entry as Entry
from scorm_packager.errors import PackagerError
from scorm_packager.names import is_safe_path
from scorm_packager.notes import Notebook
from scorm_packager.output import new_file
from scorm_packager.zip_records import DEFLATED, Member, closing_records, local_record
from scorm_packager.zip_records import EPOCH as EPOCH
from scorm_packager.zip_records import PLAIN_FILE as PLAIN_FILE
from scorm_packager.zip_records import UNIX as UNIX

PIECE = 1 << 20


def write_zip(target: Path, entries: Iterable[Entry], cache: Path | None = None) -> Path:
    """Write `entries`, sorted by name, to `target`, all or nothing.

    Media is stored, everything else deflated; content streams through, so memory does not grow with it. With a folder
    `cache`, what has not changed since an earlier build is taken from the zip that it left at `target`; the bytes are
    the same as without. Raises PackagerError for a name that is not safe or comes twice, and when a file cannot be read
    or written.
    """
    ordered = sorted(entries, key=lambda entry: entry.name)
    _check_names(ordered)
    notebook = Notebook(cache)
    with open_earlier(notebook, target) as earlier, new_file(target) as temporary, temporary.open("xb") as out:
        writer = _Writer(out, earlier)
        plans = [_plan(entry, notebook, earlier) for entry in ordered]
        for plan, deflated in deflated_ahead(plans, _deflate_now):
            writer.add(plan, deflated)
        writer.close()
    kept = [Kept(plan.sign, member) for plan, member in zip(plans, writer.members, strict=True)]
    note_zip(notebook, target, kept if _unchanged(plans, notebook) else [])
    return target


def _check_names(entries: list[Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if not is_safe_path(entry.name) or entry.name.lower() in seen:
            raise PackagerError("package.name_bad", f"unsafe or repeated name {entry.name!r}", path=entry.name)
        seen.add(entry.name.lower())


class _Plan(msgspec.Struct, frozen=True):
    """What is to be done for one entry: taken from the earlier zip as `member`, or packed anew."""

    entry: Entry
    sign: str
    size: int
    member: Member | None


def _plan(entry: Entry, notebook: Notebook, earlier: EarlierZip) -> _Plan:
    sign, size = entry.sign_and_size(notebook)
    return _Plan(entry, sign, size, earlier.find(entry, sign))


def _deflate_now(plan: _Plan) -> Entry | None:
    """The entry when it is to be deflated in memory."""
    wanted = plan.member is None and plan.entry.method == DEFLATED and plan.size <= SMALL
    return plan.entry if wanted else None


def _unchanged(plans: Sequence[_Plan], notebook: Notebook) -> bool:
    """Whether every file is still what it was before it was read, so that the notes are true."""
    return all(plan.entry.sign(notebook) == plan.sign for plan in plans)


class _Writer:
    """Appends members to `out`; those that lie behind one another in the earlier zip are copied at once."""

    def __init__(self, out: BinaryIO, earlier: EarlierZip) -> None:
        self._out = out
        self._earlier = earlier
        self._run: list[Member] = []
        self._end = 0
        self.members: list[Member] = []

    def add(self, plan: _Plan, deflated: Deflated | None) -> None:
        """Append the entry of `plan`, which may be deflated already."""
        if plan.member is not None:
            self._take(plan.member)
            return
        self._finish_run()
        if deflated is not None:
            member = self._member(plan, deflated.crc, len(deflated.packed), deflated.size)
            self._out.write(local_record(member))
            self._out.write(deflated.packed)
        else:
            member = self._stream(plan)
        self._append(member)

    def close(self) -> None:
        """Write the list of members."""
        self._finish_run()
        self._out.write(closing_records(self.members, self._end))

    def _take(self, member: Member) -> None:
        if self._run and self._run[-1].end != member.offset:
            self._finish_run()
        self._run.append(member)
        self._append(msgspec.structs.replace(member, offset=self._end))

    def _append(self, member: Member) -> None:
        self.members.append(member)
        self._end = member.end

    def _finish_run(self) -> None:
        if self._run:
            self._earlier.copy(self._run, self._out)
            self._run = []

    def _stream(self, plan: _Plan) -> Member:
        """Write a file of any size, and then its record, which stands before it and names its checksum."""
        blank = self._member(plan, 0, 0, plan.size)
        self._out.write(local_record(blank))
        deflater = new_deflater() if plan.entry.method == DEFLATED else None
        crc = packed = size = 0
        with plan.entry.open() as (source, _size):
            while piece := source.read(PIECE):
                size += len(piece)
                crc = zlib.crc32(piece, crc)
                packed += self._out.write(deflater.compress(piece) if deflater else piece)
        packed += self._out.write(deflater.flush()) if deflater else 0
        member = self._member(plan, crc, packed, size)
        if size != plan.size:  # the record may have another length
            raise PackagerError("file.not_read", "the file changed while it was read", path=plan.entry.name)
        self._out.seek(blank.offset)
        self._out.write(local_record(member))
        self._out.seek(0, os.SEEK_END)
        return member

    def _member(self, plan: _Plan, crc: int, packed: int, size: int) -> Member:
        return Member(
            name=plan.entry.name, method=plan.entry.method, crc=crc, packed=packed, size=size, offset=self._end
        )
