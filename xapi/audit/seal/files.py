"""Reads sealed reports from the disk: the seal inside a JSON report, or beside any other file."""

from os import SEEK_END
from pathlib import Path
from typing import IO, NamedTuple

from xapi.audit.seal.form import END, MOST_SEAL, SUFFIX, OpenedSeal, open_seal, without_seal
from xapi.errors import AuditError

MORE = 64 * 1024  # bytes beyond the sealed size: enough to show what was added


class Sealed(NamedTuple):
    """A seal, and the bytes that it should cover."""

    opened: OpenedSeal
    content: bytes


def seal_path(file: Path) -> Path:
    """Where the seal of a file is."""
    return file.with_name(file.name + SUFFIX)


def read_sealed(file: Path, seal: Path | None = None) -> Sealed:
    """The report in `file` and its seal: that in the file `seal`, inside the report, or beside it.

    Of a file that is larger than its seal says, no more is read than shows that. Raises AuditError `audit.seal_none`
    when there is no seal, `audit.seal_unreadable` when it cannot be read, and OSError.
    """
    with file.open("rb") as report:
        size = report.seek(0, SEEK_END)
        inside = _inside(report, size) if seal is None else None
        if inside is not None:
            opened = open_seal(inside.raw)
            return Sealed(opened, _beginning(report, inside.at, opened) + inside.end)
        seal = seal or seal_path(file)
        if not seal.exists():
            raise AuditError("audit.seal_none", "no seal in or beside the file", file=file.name, seal=seal.name)
        with seal.open("rb") as beside:
            opened = open_seal(beside.read(MOST_SEAL + 1))
        return Sealed(opened, _beginning(report, size, opened))


class _Inside(NamedTuple):
    """A seal inside a JSON report: its JSON, where the report before it ends, and what ends the report then."""

    raw: bytes
    at: int
    end: bytes


def _inside(report: IO[bytes], size: int) -> _Inside | None:
    start = report.seek(max(0, size - MOST_SEAL))
    tail = report.read(MOST_SEAL)
    found = without_seal(tail)
    if found is None:
        return None
    before, raw = found
    return _Inside(raw, start + len(before) - len(END), END)


def _beginning(report: IO[bytes], end: int, opened: OpenedSeal) -> bytes:
    report.seek(0)
    return report.read(min(end, max(0, opened.seal.file.bytes) + MORE))
