"""The data folder that a restore fills: looked at first, filled aside, put in place at the end, never half."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from lti_tool.backup.archive import sync_folder
from lti_tool.backup.files import LIBRARY
from lti_tool.backup.store.vacancy import is_vacant
from lti_tool.databases import UNFINISHED, Database, place_of
from lti_tool.errors import ToolError
from lti_tool.settings import Settings


class Target:
    """Where a restore goes. Use as a context manager: what was put aside and not put in place is gone afterwards.

    Raises ToolError `restore.not_empty` when one of `databases` has rows there, or the library has modules.
    """

    def __init__(self, settings: Settings, databases: Iterable[Database], *, library: bool) -> None:
        self._settings = settings
        self._databases = tuple(databases)
        self._library = library
        self.folder = settings.data / f".restore-{uuid4().hex}"

    def __enter__(self) -> "Target":
        data = self._settings.data
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._clear_unfinished()
        for database in self._databases:
            place = place_of(database, self._settings)
            if isinstance(place, Path) and not is_vacant(place, database):
                raise ToolError("restore.not_empty", database.name, what=place.name, data=data)
        if self._library and any((data / LIBRARY).glob("*")):
            raise ToolError("restore.not_empty", LIBRARY, what=LIBRARY, data=data)
        self.folder.mkdir(mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _clear_unfinished(self) -> None:
        """Takes away what an interrupted restore has left: nobody has used it, for nothing opens such a folder."""
        data, mark = self._settings.data, self._settings.data / UNFINISHED
        for folder in data.glob(".restore-*"):
            shutil.rmtree(folder)
        if mark.exists():
            for name in mark.read_text(encoding="utf-8").splitlines():
                path = data / Path(name).name
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            mark.unlink()

    def places(self) -> dict[Database, Path | str]:
        """Where each database is filled: a file aside, or the server itself."""
        found = {}
        for database in self._databases:
            place = place_of(database, self._settings)
            found[database] = self.folder / place.name if isinstance(place, Path) else place
        return found

    def put_in_place(self) -> list[str]:
        """Moves what was filled aside to where it belongs; returns the names of files that were there already and stay.

        Until `finished`, a mark keeps the installation from being opened half restored.
        """
        data, names = self._settings.data, sorted(path.name for path in self.folder.iterdir())
        ours = [name for name in names if name.endswith(".db") or name == LIBRARY]
        kept = [name for name in names if name not in ours and (data / name).exists()]
        new = [name for name in names if name not in kept]
        (data / UNFINISHED).write_text("\n".join(new), encoding="utf-8")
        sync_folder(data)
        for name in new:
            _replace(self.folder / name, data / name)
        sync_folder(data)
        return kept

    def finished(self) -> None:
        """Everything is in place: the installation may be opened."""
        (self._settings.data / UNFINISHED).unlink()
        sync_folder(self._settings.data)


def _replace(new: Path, old: Path) -> None:
    if old.is_dir():
        old.rmdir()  # an empty library
    for leftover in (old, *(old.with_name(old.name + tail) for tail in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    new.rename(old)
