"""Reads any film that modules use, by what its first bytes say; a hostile file costs a refusal and little time."""

import struct
from pathlib import Path
from typing import BinaryIO

from scorm_packager.film.facts import Film, FilmError
from scorm_packager.film.mp4 import read_mp4
from scorm_packager.film.webm import read_webm

SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm", ".mkv"})
MATROSKA = b"\x1a\x45\xdf\xa3"


def is_film(name: str) -> bool:
    """Whether the name is that of a film."""
    return Path(name).suffix.lower() in SUFFIXES


def read_film(file: BinaryIO, size: int) -> Film:
    """The film in `file`, open for reading in any place, with `size` bytes. Raises FilmError, and nothing else."""
    try:
        file.seek(0)
        start = file.read(4)
        return read_webm(file, size) if start == MATROSKA else read_mp4(file, size)
    except (OSError, struct.error, ValueError, OverflowError) as cause:
        raise cause if isinstance(cause, FilmError) else FilmError(type(cause).__name__) from cause


def film_facts(path: Path) -> Film | None:
    """The film at `path`, None when it is none."""
    try:
        with path.open("rb") as file:
            return read_film(file, path.stat().st_size)
    except (FilmError, OSError):
        return None
