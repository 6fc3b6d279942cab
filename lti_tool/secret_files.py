"""Keys of this installation: made at the first run, kept in files that only the owner can read."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def secret(folder: Path, name: str) -> bytes:
    """The key `name` of the data folder's `secrets/` (32 random bytes, made when missing).

    Two processes that start at once get the same key: the file is written aside and linked into place, and whoever
    comes second reads what the first one made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
