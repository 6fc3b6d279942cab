"""The certificates behind credits: PDF files in the data folder, named by their SHA-256, which only the owner can read.

Beside each lie the ids of the statements whose evidence it is. A file that came after its record was made is linked to
the statement's id, so that a validator can still decide on it.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from lti_tool.errors import ToolError

FOLDER = "evidence"
_LATE = "late"
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EvidenceFiles:
    """The files of the evidence of `institution` (id) in the data folder `data`."""

    def __init__(self, data: Path, institution: str) -> None:
        self._folder = data / FOLDER / institution

    def keep(self, source: Path, digest: str) -> bool:
        """Keeps a copy of `source`, whose SHA-256 is `digest`, on the disk before this returns; whether it is new.

        Raises ToolError `evidence.changed` when the file is another one by now.
        """
        place = self._place(digest)
        if place.is_file():
            return False
        content = source.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ToolError("evidence.changed", "the file was changed while it was read")
        _write(place, content)
        return True

    def find(self, digest: str | None) -> Path | None:
        """The file with this SHA-256, None when it is not kept here."""
        place = self._place(digest) if digest and _SHA256.fullmatch(digest) else None
        return place if place is not None and place.is_file() else None

    def used_by(self, digest: str, statement_ids: Iterable[str]) -> None:
        """Notes the statements whose evidence the file is: it is deleted with the last of them."""
        before = self._users(digest)
        ids = before | {str(UUID(one)) for one in statement_ids}
        if ids != before:
            _write(self._uses(digest), "\n".join(sorted(ids)).encode())

    def link(self, statement_id: str, digest: str) -> None:
        """Says that the file `digest` belongs to a statement that was recorded without it; the last one said holds."""
        _write(self._folder / _LATE / str(UUID(statement_id)), digest.encode())

    def linked(self, statement_id: str) -> str | None:
        """The SHA-256 of the file that came after the statement, None when none did."""
        try:
            found = (self._folder / _LATE / str(UUID(statement_id))).read_text(encoding="ascii")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found if _SHA256.fullmatch(found) else None

    def own(self, statement_ids: Iterable[str]) -> dict[str, Path]:
        """The files that are evidence of these statements and of no other, by SHA-256."""
        mine = {str(UUID(one)) for one in statement_ids}
        found = {}
        for uses in sorted(self._folder.glob("??/*.txt")):
            users, place = self._users(uses.stem), self.find(uses.stem)
            if users and users <= mine and place is not None:
                found[uses.stem] = place
        return found

    def forget(self, statement_ids: Iterable[str]) -> int:
        """Deletes the files that are evidence of nothing but these statements; returns how many there were."""
        gone, deleted = {str(UUID(one)) for one in statement_ids}, 0
        for statement_id in gone:
            (self._folder / _LATE / statement_id).unlink(missing_ok=True)
        for uses in sorted(self._folder.glob("??/*.txt")):
            digest, users = uses.stem, self._users(uses.stem)
            if not users & gone:
                continue
            if users - gone:
                _write(uses, "\n".join(sorted(users - gone)).encode())
                continue
            self._place(digest).unlink(missing_ok=True)
            uses.unlink(missing_ok=True)
            deleted += 1
        return deleted

    def _users(self, digest: str) -> set[str]:
        try:
            return set(self._uses(digest).read_text(encoding="ascii").split())
        except FileNotFoundError:
            return set()

    def _uses(self, digest: str) -> Path:
        return self._place(digest).with_suffix(".txt")

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.pdf"


def evidence_paths(data: Path) -> Iterator[Path]:
    """All files and links of all institutions, for a backup."""
    for path in sorted((data / FOLDER).rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path


def _write(place: Path, content: bytes) -> None:
    """Whole or not at all."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.parent / f".{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
