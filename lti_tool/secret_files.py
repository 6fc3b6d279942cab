"""Keys of this installation: made at the first run, kept in files that only the owner can read."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KEY_BYTES = 32


def secret(folder: Path, name: str) -> bytes:
    """The key `name` of the data folder's `secrets/` (32 random bytes, made when missing).

    Two processes that start at once get the same key: the file is written aside and linked into place, and whoever
    comes second reads what the first one made.
    """
    path = folder / name
    if not path.exists():
        _make(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def secret_text(folder: Path, name: str) -> str:
    """The token `name` of `secrets/`, a text that other programs can read from the file; made like a key."""
    path = folder / name
    if not path.exists():
        _make(path, secrets.token_urlsafe(KEY_BYTES).encode())
    return path.read_text(encoding="ascii").strip()


def read_secret(folder: Path, name: str) -> bytes | None:
    """What is kept under `name` in `secrets/`, or None."""
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        return None


def replace_secret(folder: Path, name: str, content: bytes) -> None:
    """Keeps `content` under `name` in `secrets/`, whole or not at all, in place of what was there."""
    _draft(folder / name, content).replace(folder / name)


@contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """Waits until no other process of this machine changes the secret `name`, and keeps them waiting for the block.

    Needed where a secret is read and then replaced: two at once would each replace what they read, and lose the
    other's.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / f".{name}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)  # which ends the lock


def _draft(path: Path, content: bytes) -> Path:
    """A file beside `path` with `content`, on the disk, which only the owner can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _make(path: Path, content: bytes) -> None:
    draft = _draft(path, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
