"""The files of a data folder that belong into a backup, and how they come back."""

import hashlib
import os
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import IO

from adapters.registry import load_adapters
from lti_tool.backup.archive import Archive, ArchiveWriter
from lti_tool.backup.manifest import SETTINGS_NAME, FilePart, file_member, is_safe
from lti_tool.errors import ToolError
from lti_tool.evidence_files import FOLDER as EVIDENCE
from lti_tool.evidence_files import evidence_paths
from lti_tool.rule_desk import layer_files
from lti_tool.settings import Settings, file_without_secrets
from lti_tool.systems.connections import is_open

LIBRARY, SECRETS = "library", "secrets"


def add_files(
    archive: ArchiveWriter, settings: Settings, *, with_secrets: bool, with_evidence: bool = True
) -> Iterator[FilePart]:
    """Adds settings without secrets, rule layers, the library, certificates, and on request the keys; yields what was
    added."""
    shown = file_without_secrets(settings, partial(is_open, load_adapters()))
    if shown:
        yield _add(archive, SETTINGS_NAME, BytesIO(shown.encode()))
    evidence = evidence_paths(settings.data) if with_evidence else ()
    kept = (path for path in evidence if is_safe(path.relative_to(settings.data).as_posix()))
    for path in chain(_wanted(settings, with_secrets), kept):
        with path.open("rb") as file:
            yield _add(archive, path.relative_to(settings.data).as_posix(), file)


def _wanted(settings: Settings, with_secrets: bool) -> Iterator[Path]:
    for path in dict.fromkeys(layer_files(settings)):
        if path.is_relative_to(settings.data) and ".." not in path.relative_to(settings.data).parts:
            yield path
    library = settings.data / LIBRARY
    for folder in sorted(library.iterdir()) if library.is_dir() else ():
        if len(folder.name) == 64 and is_safe(f"{LIBRARY}/{folder.name}/x"):  # not packages: they are built anew
            yield from (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    if with_secrets:
        yield from sorted(path for path in (settings.data / SECRETS).glob("[!.]*") if path.is_file())


def _add(archive: ArchiveWriter, name: str, file: IO[bytes]) -> FilePart:
    if not is_safe(name):
        raise ToolError("backup.odd_file", name, file=name)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(1024 * 1024):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    archive.add(file_member(digest.hexdigest()), file, size)
    return FilePart(path=name, size=size, sha256=digest.hexdigest())


def write_files(archive: Archive, files: tuple[FilePart, ...], folder: Path) -> None:
    """Writes `files` below `folder`, new and empty; secrets, certificates and settings for their owner alone."""
    for part in files:
        path = folder / part.path
        secret = part.path == SETTINGS_NAME or part.path.startswith((f"{SECRETS}/", f"{EVIDENCE}/"))
        path.parent.mkdir(mode=0o700 if secret else 0o755, parents=True, exist_ok=True)
        with path.open("xb") as file:
            path.chmod(0o600 if secret else 0o644)
            for piece in archive.chunks(file_member(part.sha256), part.size, part.sha256):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
