"""The report: pages, files, films, what is there twice or for nothing, and what the LMS takes."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO

import msgspec

from scorm_packager.course import ASSET_FOLDER
from scorm_packager.film.facts import Film, FilmError
from scorm_packager.film.read import is_film, read_film
from scorm_packager.size.advice import Advice, advice_for
from scorm_packager.size.amount import LINKS, seconds_at

PIECE = 1 << 20
#: Files so small may stand twice: a duplicate of them costs nothing.
WORTH_NAMING = 1024


class Source(msgspec.Struct, frozen=True):
    """A file to report on: its path, its size, how to open it, and whether one can jump about in what is opened."""

    path: str
    size: int
    open: Callable[[], AbstractContextManager[BinaryIO]]
    seekable: bool = True


class FileSize(msgspec.Struct, frozen=True, kw_only=True):
    """One file: path, bytes, whether a page uses it, and for a film its facts and remedies."""

    path: str
    size: int
    used: bool = True
    film: Film | None = None
    advice: tuple[Advice, ...] = ()


class PageSize(msgspec.Struct, frozen=True):
    """One page: its title, and the bytes of its text and of all it shows or plays; `files` are their paths."""

    title: str
    size: int
    files: tuple[str, ...] = ()


class SizeReport(msgspec.Struct, frozen=True, kw_only=True):
    """How heavy a module or package is, all in bytes.

    `total` is what is in the package, `packed` the zip that is uploaded (for a folder what it would be). `first_screen`
    is what loads before a learner can read, None when that cannot be told. `files` are the biggest first.
    """

    name: str
    total: int
    packed: int
    first_screen: int | None
    pages: tuple[PageSize, ...]
    files: tuple[FileSize, ...]
    duplicates: tuple[tuple[str, ...], ...]
    limit: int | None = None

    @property
    def over_limit(self) -> bool:
        """Whether the LMS would refuse the upload."""
        return self.limit is not None and self.packed > self.limit

    @property
    def unused(self) -> tuple[FileSize, ...]:
        """Files that no page uses."""
        return tuple(file for file in self.files if not file.used)

    def row(self) -> dict[str, object]:
        """The report as plain values, with seconds at each link, for `--json`."""
        return {
            "name": self.name, "total": self.total, "packed": self.packed, "first_screen": self.first_screen,
            "limit": self.limit, "over_limit": self.over_limit, "seconds": timed(self.packed),
            "first_screen_seconds": timed(self.first_screen or 0),
            "pages": [{**msgspec.to_builtins(page), "seconds": timed(page.size)} for page in self.pages],
            "files": [_file_row(file) for file in self.files],
            "unused": [file.path for file in self.unused],
            "duplicates": [list(group) for group in self.duplicates],
        }  # fmt: skip


def timed(size: int) -> dict[str, float]:
    """Seconds at each of the links, by kbps."""
    return {str(kbps): round(seconds_at(size, kbps), 1) for kbps in LINKS}


def _file_row(file: FileSize) -> dict[str, object]:
    row: dict[str, object] = {**msgspec.to_builtins(file), "seconds": timed(file.size)}
    if file.film is not None:
        kbps = {"kbps": file.film.kbps, "keyframe_seconds": file.film.keyframe_seconds}
        row["film"] = msgspec.to_builtins(file.film) | kbps
    return row


def weigh(sources: Iterable[Source], used: frozenset[str] | None) -> tuple[FileSize, ...]:
    """Each file with its facts, the biggest first; `used` are the paths that pages use, None when nobody knows."""
    found = [_weigh(source, used is None or source.path in used) for source in sources]
    return tuple(sorted(found, key=lambda file: (-file.size, file.path)))


def _weigh(source: Source, used: bool) -> FileSize:
    film = _film(source) if is_film(source.path) and source.seekable else None
    advice = advice_for(source.path.removeprefix(f"{ASSET_FOLDER}/"), film) if film and used else ()
    return FileSize(path=source.path, size=source.size, used=used, film=film, advice=advice)


def _film(source: Source) -> Film | None:
    try:
        with source.open() as file:
            return read_film(file, source.size)
    except FilmError:
        return None


def duplicates(sources: Sequence[Source]) -> tuple[tuple[str, ...], ...]:
    """Groups of files with the same content; only files of the same size are read."""
    by_size: dict[int, list[Source]] = defaultdict(list)
    for source in sources:
        if source.size >= WORTH_NAMING:
            by_size[source.size].append(source)
    groups: dict[str, list[str]] = defaultdict(list)
    for twins in by_size.values():
        for source in twins if len(twins) > 1 else ():
            groups[_digest(source)].append(source.path)
    return tuple(sorted(tuple(sorted(paths)) for paths in groups.values() if len(paths) > 1))


def _digest(source: Source) -> str:
    whole = hashlib.sha256()
    with source.open() as file:
        while piece := file.read(PIECE):
            whole.update(piece)
    return whole.hexdigest()
