"""The module library: a module folder becomes a published course that links open and packages are built from."""

import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from lti_tool.errors import ToolError
from lti_tool.house.model import Module
from lti_tool.house.store import ModuleStore
from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Asset, Course, decode_course, encode_course
from scorm_packager.extract import extract_safely
from scorm_packager.findings import Finding
from scorm_packager.formats.registry import find_format
from scorm_packager.output import new_folder
from scorm_packager.preset import GENERIC, Preset
from scorm_packager.source.module import Module as SourceModule
from scorm_packager.source.module import read_module

COURSE_FILE = "course.json"
SETTINGS_FILE = "modul.toml"
PACKAGES = "packages"
DIGEST = re.compile(r"[0-9a-f]{64}")


class Library:
    """The published modules of one institution, on disk by digest and in `modules` by row.

    `folder` holds one folder for each digest (`course.json` and `aset/…`) and the packages built so far. `release` is
    the version of the program: another one builds its packages anew.
    """

    def __init__(
        self,
        modules: ModuleStore,
        folder: Path,
        clock: Callable[[], datetime],
        ids: Callable[[], uuid.UUID],
        release: str = "0",
    ) -> None:
        self._modules = modules
        self._folder = folder
        self._clock = clock
        self._ids = ids
        self._release = release

    def publish(self, source: Path, by: str = "") -> tuple[Module, tuple[Finding, ...]]:
        """Publishes the module folder `source`; returns its row and what the author should look at.

        `by` is the account id of the publisher. Publishing the same sources again renews the row. Raises
        ModuleProblems with every fault; nothing has then changed.
        """
        module = read_module(source)
        self._store(module)
        return self._modules.add(self._row(module.course, by)), module.warnings

    def publish_zip(self, archive: Path, by: str = "") -> tuple[Module, tuple[Finding, ...]]:
        """Publishes a zip of a module folder, `modul.toml` at its root or in its one folder. Raises PackagerError."""
        with tempfile.TemporaryDirectory(prefix="jampel-") as room:
            unpacked = Path(room) / "modul"
            extract_safely(archive, unpacked)
            return self.publish(_root_of(unpacked), by)

    def _store(self, module: SourceModule) -> None:
        target = self._folder / module.course.digest
        if (target / COURSE_FILE).is_file():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with new_folder(target) as folder:
            for asset in module.assets:
                place = folder / asset.path
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(asset.source, place)
            (folder / COURSE_FILE).write_bytes(encode_course(module.course))

    def _row(self, course: Course, by: str) -> Module:
        return Module(
            id=self._ids().hex,
            course_id=course.id,
            iri=course.iri,
            version=course.version,
            digest=course.digest,
            title=course.title,
            description=course.description,
            language=course.language,
            jp=course.jp,
            bentuk=course.bentuk,
            minutes=course.minutes,
            pages=len(course.pages),
            questions=len(course.questions),
            published_at=self._clock(),
            published_by=by,
        )

    def versions(self) -> list[Module]:
        """All published versions, newest first, also those withdrawn."""
        return self._modules.list()

    def list(self) -> list[Module]:
        """What learners can get: the newest version of each module that is not withdrawn, by title."""
        newest: dict[str, Module] = {}
        for module in self._modules.list():
            if module.withdrawn is None:
                newest.setdefault(module.course_id, module)
        return sorted(newest.values(), key=lambda module: module.title.casefold())

    def newest(self, course_id: str) -> Module | None:
        """The version that a link to this module opens, or None when there is none or all are withdrawn."""
        return self._modules.newest(course_id)

    def by_digest(self, digest: str) -> Module | None:
        """The published version with this digest, also when it is withdrawn."""
        return self._modules.by_digest(digest) if DIGEST.fullmatch(digest) else None

    def course(self, digest: str) -> Course:
        """The course with this digest. Raises ToolError `library.unknown`."""
        return decode_course((self._place(digest) / COURSE_FILE).read_bytes())

    def folder(self, digest: str) -> Path:
        """The folder from which the files of a course are served. Raises ToolError `library.unknown`."""
        return self._place(digest)

    def _place(self, digest: str) -> Path:
        place = self._folder / digest
        if self.by_digest(digest) is None or not (place / COURSE_FILE).is_file():
            raise ToolError("library.unknown", "no such digest")
        return place

    def withdraw(self, module_id: str) -> None:
        """Takes a version out of the library: links open the version before it, or say that the module is gone."""
        self._modules.withdraw(module_id, self._clock())

    def restore(self, module_id: str) -> None:
        """Puts a withdrawn version back."""
        self._modules.withdraw(module_id, None)

    def package(self, digest: str, format_name: str, preset: Preset = GENERIC) -> Path:
        """The zip of a course in a format, built at the first request. Raises ToolError or PackagerError."""
        source = self._place(digest)
        form = find_format(format_name)
        target = self._folder / PACKAGES / f"{digest}-{form.name}-{preset.name}-{self._release}.zip"
        if target.is_file():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        course, assets = self.course(digest), tuple(_assets(source))
        if form.suffix:
            return form.build(course, assets, target, preset)
        with _room(target.parent) as room:
            built = form.build(course, assets, room / course.id, preset)
            names = sorted(path for path in built.rglob("*") if path.is_file())
            return write_zip(target, [Entry(path.relative_to(room).as_posix(), path) for path in names])


@contextmanager
def _room(beside: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".build-", dir=beside) as room:
        yield Path(room)


def _root_of(unpacked: Path) -> Path:
    """The folder with `modul.toml`: the unpacked folder, or the only folder in it."""
    inside = [path for path in unpacked.iterdir() if path.name != "__MACOSX"]
    if not (unpacked / SETTINGS_FILE).is_file() and len(inside) == 1 and inside[0].is_dir():
        return inside[0]
    return unpacked


def _assets(source: Path) -> Iterator[Asset]:
    """The files of a published course, as the formats want them; they were hashed when they were published."""
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.name != COURSE_FILE:
            yield Asset(path=path.relative_to(source).as_posix(), source=path, size=path.stat().st_size, sha256="")
