"""The files of a module folder: listed once, read as UTF-8, never outside the folder."""

import os
from pathlib import Path

from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, Findings
from scorm_packager.notes import FileNotes

LONGEST_TEXT_BYTES = 200_000  # a page of some 30,000 words
MOST_FILES = 20_000
IGNORED = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".gitignore", "__pycache__", ".git"})


class ModuleFiles:
    """What lies in the folder, by path with slashes; hidden files and those of file managers are left out."""

    def __init__(self, folder: Path, notes: FileNotes) -> None:
        if not folder.is_dir():
            raise PackagerError("module.no_folder", f"{folder} is not a folder", folder=str(folder))
        self.folder = folder
        self.notes = notes
        self._root = os.path.realpath(folder)
        self._places: dict[str, str] = {}  # where each folder really is: asked once, and not for each of its files
        self.names = sorted(_walk(folder))
        self._known = frozenset(self.names)

    def exists(self, path: str) -> bool:
        """Whether the folder has the file `path`, spelt exactly so (also where the disk ignores case)."""
        return path in self._known

    def is_inside(self, path: str) -> bool:
        """Whether `path`, links followed, is a plain file inside the folder."""
        place, name = os.path.split(path)
        if place not in self._places:
            self._places[place] = os.path.realpath(os.path.join(self._root, place))
        real = os.path.join(self._places[place], name)
        real = os.path.realpath(real) if os.path.islink(real) else real
        return real.startswith(self._root + os.sep) and os.path.isfile(real)

    def path(self, path: str) -> Path:
        """Where `path` lies on disk."""
        return self.folder / path

    def read_text(self, path: str, findings: Findings) -> str | None:
        """The text of `path` with plain newlines; None after a fault: too large or not UTF-8, with line and guess."""
        body = self.path(path).read_bytes()
        if len(body) > LONGEST_TEXT_BYTES:
            findings.add(Finding("file.too_large", file=path, params={"most": LONGEST_TEXT_BYTES // 1000}))
            return None
        try:
            text = body.decode("utf-8-sig")
            if "\0" in text:
                raise UnicodeDecodeError("utf-8", body, body.index(0), body.index(0) + 1, "a zero byte")
        except UnicodeDecodeError as broken:
            line = body.count(b"\n", 0, broken.start) + 1
            findings.add(Finding("file.not_utf8", file=path, line=line, params={"looks": _encoding(body)}))
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(body: bytes) -> str:
    """What a text that is not UTF-8 most likely is: the encodings that Windows programs offer."""
    return "UTF-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in body else "Windows-1252"


def _walk(folder: Path) -> list[str]:
    found: list[str] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in IGNORED and not name.startswith("."))
        base = Path(place).relative_to(folder)
        found += [(base / name).as_posix() for name in files if name not in IGNORED and not name.startswith(".")]
        if len(found) > MOST_FILES:
            raise PackagerError(
                "module.too_many_files",
                f"more than {MOST_FILES} files in {folder}",
                folder=str(folder),
                most=MOST_FILES,
            )
    return found
