"""Puts a finished file or folder in its place at once: a failed build leaves what was there."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scorm_packager.errors import PackagerError

PUBLIC_FILE = 0o644
PUBLIC_FOLDER = 0o755


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A temporary path beside `target` to write to; it becomes `target` when the block ends without an error."""
    if target.is_dir():
        raise PackagerError("output.is_folder", f"{target} is a folder", path=str(target))
    room = room_beside(target)
    try:
        temporary = room / target.name
        yield temporary
        _flush(temporary)
        temporary.chmod(PUBLIC_FILE)
        temporary.replace(target)
    except OSError as cause:
        raise PackagerError("output.not_written", str(cause), path=str(target)) from cause
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def new_folder(target: Path, replaces: str | None = None) -> Iterator[Path]:
    """A temporary folder beside `target` to fill; it becomes `target` when the block ends without an error.

    An existing folder is replaced only when it is empty or holds the file `replaces`, so nobody's work is lost.
    """
    if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or _is_ours(target, replaces))):
        raise PackagerError("output.not_ours", f"{target} holds something else", path=str(target))
    replaced = target.exists()
    room = room_beside(target)
    try:
        temporary = room / target.name
        temporary.mkdir()
        yield temporary
        temporary.chmod(PUBLIC_FOLDER)
        _flush_all(temporary)
        if replaced:  # one that another process made meanwhile stays: the rename then fails
            target.rename(room / "old")
        temporary.rename(target)
        _flush(target.parent)
    except OSError as cause:
        _put_back(room / "old", target)
        raise PackagerError("output.not_written", str(cause), path=str(target)) from cause
    finally:
        shutil.rmtree(room, ignore_errors=True)


def room_beside(target: Path) -> Path:
    """A new folder on the same disk as `target`, so that the last step is one rename."""
    try:
        return Path(tempfile.mkdtemp(prefix=".jampel-", dir=target.absolute().parent))
    except OSError as cause:
        raise PackagerError("output.not_written", str(cause), path=str(target)) from cause


def _is_ours(target: Path, replaces: str | None) -> bool:
    return replaces is not None and (target / replaces).is_file()


def _put_back(old: Path, target: Path) -> None:
    if old.exists() and not target.exists():
        old.rename(target)


def _flush_all(folder: Path) -> None:
    for path in folder.rglob("*"):
        _flush(path)
    _flush(folder)


def _flush(path: Path) -> None:
    """Waits until the file, or the list of names in the folder, would survive a power cut."""
    if path.is_dir() and os.name == "nt":  # Windows opens no folder, and keeps its names itself
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
