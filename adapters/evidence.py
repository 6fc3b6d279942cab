"""Files of evidence beside a table: which one a cell names, and its hash."""

import hashlib
from pathlib import Path

from adapters.errors import AdapterError
from adapters.tables import beside
from xapi.identity import mask_nips_in
from xapi.sheet import Cell, text_of

MOST_BYTES = 50 * 1024 * 1024


def hash_of(cell: Cell, folder: Path | None) -> str:
    """SHA-256 of the file that `cell` names, which lies in `folder`; "" when it names none.

    Raises AdapterError `evidence.missing` and `evidence.large`.
    """
    name = text_of(cell)  # which may hold a NIP: it is not kept
    if not name:
        return ""
    shown = mask_nips_in(name)[:100]
    path = beside(folder, name) if folder is not None else None
    if path is None or not path.is_file():
        raise AdapterError("evidence.missing", "no such file", name=shown)
    return hash_of_file(path, shown)


def hash_of_file(path: Path, shown: str) -> str:
    """SHA-256 of the file at `path`, which errors name `shown`; raises AdapterError `evidence.large`."""
    if path.stat().st_size > MOST_BYTES:
        raise AdapterError("evidence.large", "too large", name=shown, most=MOST_BYTES // 1024**2)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
