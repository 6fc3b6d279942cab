"""Reads sealed reports from the disk: the seal inside a JSON report, beside any other file, or with it in one zip."""

import zipfile
import zlib
from os import SEEK_END
from pathlib import Path
from typing import IO, NamedTuple

from xapi.audit.seal.form import END, MOST_SEAL, SUFFIX, OpenedSeal, open_seal, without_seal
from xapi.errors import AuditError

MORE = 64 * 1024  # bytes beyond the sealed size: enough to show what was added
#: What reading a damaged, encrypted or strangely packed zip raises.
_UNPACKABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Sealed(NamedTuple):
    """A seal, and the bytes that it should cover."""

    opened: OpenedSeal
    content: bytes


def seal_path(file: Path) -> Path:
    """Where the seal of a file is."""
    return file.with_name(file.name + SUFFIX)


def read_sealed(file: Path, seal: Path | None = None) -> Sealed:
    """The report in `file` and its seal: that in the file `seal`, inside the report, or beside it.

    A zip that holds a report and its seal, as the pages give it, is read as these two. Of a file that is larger than
    its seal says, no more is read than shows that. Raises AuditError `audit.seal_none` when there is no seal,
    `audit.seal_unreadable` when it or the zip cannot be read, and OSError.
    """
    packed = _of_zip(file) if seal is None else None
    if packed is not None:
        return packed
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


def _of_zip(file: Path) -> Sealed | None:
    """The report and the seal in the zip `file`; None when it is no zip of these two alone.

    Only a file that is called a zip and begins as one: a PDF can carry a zip at its end, and what people see of it
    would not be what was verified.
    """
    with file.open("rb") as begin:
        if file.suffix.lower() != ".zip" or begin.read(4) != b"PK\x03\x04":
            return None
    try:
        with zipfile.ZipFile(file) as packed:
            names = sorted(packed.namelist(), key=len)
            if len(names) != 2 or names[1] != names[0] + SUFFIX:
                return None
            with packed.open(names[1]) as beside:
                opened = open_seal(beside.read(MOST_SEAL + 1))
            with packed.open(names[0]) as report:
                return Sealed(opened, report.read(max(0, opened.seal.file.bytes) + MORE))
    except _UNPACKABLE as cause:
        raise AuditError("audit.seal_unreadable", "the zip cannot be read") from cause


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
