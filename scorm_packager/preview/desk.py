"""What the preview knows: the module as it was read last, its faults, and the last version that could be shown."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path

import msgspec

from scorm_packager.archive import Entry
from scorm_packager.content import course_content
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, Findings
from scorm_packager.hearing import Hear, nobody
from scorm_packager.options import PLAIN
from scorm_packager.source.module import Module, check_module

TRANSPORT = "web"
MOST_WATCHED = 20_000


class View(msgspec.Struct, frozen=True):
    """What a browser is shown. `version` counts the versions that could be shown, 0 when there was none yet.

    `findings` are those of the folder as it is now, and `stale` says that the version is an earlier one.
    """

    version: int = 0
    title: str = ""
    files: Mapping[str, Entry] = {}
    findings: tuple[Finding, ...] = ()
    stale: bool = False


class Desk:
    """Looks at the module in `folder`; safe to use from several threads.

    `cache` is a folder for notes about files that have not changed, so that a save in a large module is seen soon.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.folder = folder
        self._cache = cache
        self._stamp: object = None
        self._view = View()
        self._looking = threading.Lock()

    @property
    def view(self) -> View:
        """What there is to show now."""
        return self._view

    def look(self, hear: Hear = nobody) -> bool:
        """Read the module again when a file of the folder changed since the last look; whether it was read.

        `hear` is told how far documents are.
        """
        with self._looking:
            stamp = _stamp(self.folder)
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            self._view = self._read(hear)
            return True

    def _read(self, hear: Hear) -> View:
        findings = Findings()
        try:
            module = check_module(self.folder, findings, self._cache, hear=hear)
            if module is not None:
                return self._shown(module, tuple(findings.all()))
        except PackagerError as error:
            findings.add(_as_finding(error))
        except OSError as error:
            findings.add(Finding("file.not_read", file=str(error.filename or ""), params={"path": str(error.filename)}))
        return msgspec.structs.replace(self._view, findings=tuple(findings.all()), stale=True)

    def _shown(self, module: Module, findings: tuple[Finding, ...]) -> View:
        entries = course_content(module.course, module.assets, TRANSPORT, PLAIN, {"preview": True})
        files = {entry.name: entry for entry in entries}
        return View(self._view.version + 1, module.course.title, files, findings)


def _as_finding(error: PackagerError) -> Finding:
    plain = {name: value for name, value in error.params.items() if isinstance(value, str | int)}
    return Finding(error.code, params=plain)


def _stamp(folder: Path) -> object:
    """Changes when a file of `folder` is written, added or removed; what lies in hidden folders does not count."""
    found: list[tuple[str, int, int]] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = os.path.join(place, name)
            try:
                state = os.stat(path)
            except OSError:
                found.append((path, 0, 0))
                continue
            found.append((path, state.st_mtime_ns, state.st_size))
        if len(found) > MOST_WATCHED:
            break
    return sorted(found)
