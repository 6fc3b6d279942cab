"""Small durable notes of how far a long piece of work has come: whole after a power cut, or as they were before."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def write_marker(path: Path, note: msgspec.Struct) -> None:
    """Keeps `note` at `path` in place of what was there; on disk when this returns."""
    draft = path.with_name(path.name + ".baru")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(note))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def read_marker(path: Path, kind: type[T]) -> T | None:
    """The note at `path`, None when there is none or it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def sync_folder(folder: Path) -> None:
    """Puts on disk which files `folder` has."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
