"""Where what is made from documents lies until a package is written: `.jampel` in the module folder, by content."""

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOM = ".jampel"
MOST_KEPT = 30


class Workroom:
    """Keeps a folder of results for each content, so that a document is converted once and not at every build.

    It lies in the module folder, is hidden, and may be deleted at any time. A folder that cannot be written has its
    results in a temporary place until the program ends. Nothing in it is trusted more than the module itself.
    """

    def __init__(self, folder: Path) -> None:
        self._home = folder / ROOM
        self._root: Path | None = None
        self._used: set[str] = set()

    def results(self, source: Path, kind: str, make: Callable[[Path], bool]) -> Path | None:
        """The folder that `make` filled for the content of `source`; None when `make` says that it could not.

        `kind` names how the results are made; another one makes them anew.
        """
        key = f"{kind}-{_digest(source)[:40]}"
        root = self._open()
        self._used.add(key)
        place = root / key
        if place.is_symlink():
            place.unlink()
        if place.is_dir():
            os.utime(place)
            return place
        room = Path(tempfile.mkdtemp(prefix="baru-", dir=root))
        try:
            if not make(room):
                return None
            if not place.is_dir():
                room.rename(place)
        except OSError:
            if not place.is_dir():  # else another process made the same meanwhile
                raise
        finally:
            shutil.rmtree(room, ignore_errors=True)
        return place

    def prune(self) -> None:
        """Forgets the oldest results that this build did not use, beyond the number that is kept."""
        if self._root is None:
            return
        old = [place for place in self._root.iterdir() if place.is_dir() and place.name not in self._used]
        old.sort(key=lambda place: place.stat().st_mtime, reverse=True)
        for place in old[MOST_KEPT:]:
            shutil.rmtree(place, ignore_errors=True)

    def _open(self) -> Path:
        if self._root is None:
            self._root = self._make_home() or _temporary()
        return self._root

    def _make_home(self) -> Path | None:
        if self._home.is_symlink():
            return None
        try:
            self._home.mkdir(exist_ok=True)
            mark = self._home / ".gitignore"
            if not mark.exists():
                mark.write_text("*\n", encoding="ascii")
        except OSError:
            return None
        return self._home if os.access(self._home, os.W_OK) else None


def _temporary() -> Path:
    room = Path(tempfile.mkdtemp(prefix="jampel-"))
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    return room


def _digest(source: Path) -> str:
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
