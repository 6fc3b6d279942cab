"""Reads sealed reports from the disk: the seal inside a JSON report, or beside any other file."""

from pathlib import Path
from typing import NamedTuple

from xapi.audit.seal.form import MOST_SEAL, SUFFIX, OpenedSeal, open_seal, without_seal
from xapi.errors import AuditError


class Sealed(NamedTuple):
    """A seal, and the bytes that it should cover."""

    opened: OpenedSeal
    content: bytes


def seal_path(file: Path) -> Path:
    """Where the seal of a file is."""
    return file.with_name(file.name + SUFFIX)


def read_sealed(file: Path, seal: Path | None = None) -> Sealed:
    """The report in `file` and its seal: that in the file `seal`, inside the report, or beside it.

    Raises AuditError `audit.seal_none` when there is none, `audit.seal_unreadable` when it cannot be read, and OSError.
    """
    content = file.read_bytes()
    if seal is None:
        inside = without_seal(content)
        if inside is not None:
            return Sealed(open_seal(inside[1]), inside[0])
        seal = seal_path(file)
        if not seal.exists():
            raise AuditError("audit.seal_none", "no seal in or beside the file", file=file.name, seal=seal.name)
    with seal.open("rb") as opened:
        return Sealed(open_seal(opened.read(MOST_SEAL + 1)), content)
