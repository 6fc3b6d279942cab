"""The key that signs cookies and forms: made once, kept in the data folder's `secrets`, readable by the owner alone."""

import os
import secrets
from pathlib import Path

FILE = "web.key"


def web_secret(folder: Path) -> bytes:
    """The 32 bytes in `folder/web.key`, made when there are none.

    Two processes that start together agree: the file is linked into place whole, and the first link wins.
    """
    path = folder / FILE
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = folder / f".{FILE}.{secrets.token_hex(8)}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first; its key holds
        finally:
            fresh.unlink()
    return path.read_bytes()
