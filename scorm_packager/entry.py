"""One file that goes into a package: its name there, and where its content comes from."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from scorm_packager.errors import PackagerError
from scorm_packager.notes import Notebook
from scorm_packager.zip_records import DEFLATED, STORED

MEDIA = frozenset({
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".ogv", ".3gp",
    ".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".weba", ".flac",
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif",
    ".zip", ".docx", ".pptx", ".xlsx", ".odt", ".odp", ".ods", ".epub", ".woff", ".woff2",
})  # fmt: skip
"""Suffixes of what is compressed already: deflating it takes long and gains nothing."""


class Entry(msgspec.Struct, frozen=True):
    """One file of a zip: its name there, and its content as bytes or a file on disk."""

    name: str
    content: bytes | Path

    @contextmanager
    def open(self) -> Iterator[tuple[BinaryIO, int]]:
        """The content as a stream, and its size in bytes; raises PackagerError when the file cannot be opened."""
        if isinstance(self.content, bytes):
            yield BytesIO(self.content), len(self.content)
            return
        try:
            file = self.content.open("rb")
        except OSError as cause:
            raise PackagerError("file.not_read", str(cause), path=self.content.name) from cause
        with file:
            yield file, os.fstat(file.fileno()).st_size

    @property
    def method(self) -> int:
        """How a zip keeps it: media as it is, everything else deflated."""
        return STORED if os.path.splitext(self.name)[1].lower() in MEDIA else DEFLATED

    def size(self) -> int:
        """The size in bytes; raises PackagerError when there is no such file."""
        return len(self.content) if isinstance(self.content, bytes) else self._status(self.content).st_size

    def sign(self, notebook: Notebook) -> str:
        """What is the same for as long as the content surely is; empty when that cannot be said."""
        return self.sign_and_size(notebook)[0]

    def sign_and_size(self, notebook: Notebook) -> tuple[str, int]:
        """Both from one look at the file; raises PackagerError when there is no such file."""
        if isinstance(self.content, bytes):
            return hashlib.sha256(self.content).hexdigest(), len(self.content)
        status = self._status(self.content)
        return notebook.lasting_sign(status), status.st_size

    def _status(self, path: Path) -> os.stat_result:
        try:
            return os.stat(path)
        except OSError as cause:
            raise PackagerError("file.not_read", str(cause), path=path.name) from cause
