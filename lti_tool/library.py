"""The module library: a module folder becomes a published course that links open and packages are built from."""

import re
import tempfile
import uuid
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from lti_tool.errors import ToolError
from lti_tool.house.model import Module
from lti_tool.house.store import ModuleStore
from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Course
from scorm_packager.extract import extract_safely
from scorm_packager.findings import Finding
from scorm_packager.first_screen import Split, split_course
from scorm_packager.formats.registry import find_format
from scorm_packager.index_page import embed
from scorm_packager.library import course_assets, is_published, load_course, publish_folder
from scorm_packager.options import BuildOptions
from scorm_packager.preset import GENERIC, Preset
from scorm_packager.source.module import read_module
from scorm_packager.source.settings import SETTINGS_FILE

PACKAGES = "packages"
#: Courses whose text is kept in memory: a class opens one, a busy day a few.
MOST_PAGES = 16
DIGEST = re.compile(r"[0-9a-f]{64}")


class Library:
    """The published modules of one institution, on disk by digest and in `modules` by row.

    `folder` holds one folder for each digest (`course.json` and `aset/…`) and the packages built so far. `release` is
    the version of the program: another one builds its packages anew. `tool_url` is the public address of the server,
    for packages that link to it.
    """

    def __init__(
        self,
        modules: ModuleStore,
        folder: Path,
        clock: Callable[[], datetime],
        ids: Callable[[], uuid.UUID],
        release: str = "0",
        tool_url: str | None = None,
    ) -> None:
        self._modules = modules
        self._folder = folder
        self._clock = clock
        self._ids = ids
        self._release = release
        self._tool_url = tool_url
        self._splits: dict[str, Split] = {}

    def publish(self, source: Path, by: str = "") -> tuple[Module, tuple[Finding, ...]]:
        """Publishes the module folder `source`; returns its row and what the author should look at.

        `by` is the account id of the publisher. Publishing the same sources again renews the row. Raises
        ModuleProblems with every fault; nothing has then changed.
        """
        module = read_module(source)
        publish_folder(module.course, module.assets, self._folder)
        return self._modules.add(self._row(module.course, by)), module.warnings

    def publish_zip(self, archive: Path, by: str = "") -> tuple[Module, tuple[Finding, ...]]:
        """Publishes a zip of a module folder, `modul.toml` at its root or in its one folder. Raises PackagerError."""
        with tempfile.TemporaryDirectory(prefix="jampel-") as room:
            unpacked = Path(room) / "modul"
            extract_safely(archive, unpacked)
            return self.publish(_root_of(unpacked), by)

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
        """The course with this digest. Raises ToolError `library.unknown`, PackagerError when its file is broken."""
        return load_course(self._place(digest))

    def page_text(self, module: Module) -> str:
        """The course of `module`, one of this library, as it stands in a page with the player: a long one in outline.

        Raises PackagerError when the file of the course is not there or broken.
        """
        return embed(self._split(self._folder / module.digest).outline)

    def later_page(self, digest: str, number: int) -> bytes:
        """The script of page `number`, from 2, of a long course. Raises ToolError `library.unknown`, PackagerError."""
        later = self._split(self._place(digest)).later
        if not 2 <= number <= len(later) + 1:
            raise ToolError("library.unknown", "no such page")
        return later[number - 2]

    def _split(self, place: Path) -> Split:
        """The texts of some courses are kept: what has a digest never changes."""
        found = self._splits.get(place.name)
        if found is None:
            found = split_course(load_course(place))
            if len(self._splits) >= MOST_PAGES:
                self._splits.clear()
            self._splits[place.name] = found
        return found

    def folder(self, digest: str) -> Path:
        """The folder from which the files of a course are served. Raises ToolError `library.unknown`."""
        return self._place(digest)

    def _place(self, digest: str) -> Path:
        place = self._folder / digest
        if self.by_digest(digest) is None or not is_published(place):
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
        address = zlib.crc32((self._tool_url or "").encode())  # a package may hold it
        target = self._folder / PACKAGES / f"{digest}-{form.name}-{preset.name}-{self._release}-{address:08x}.zip"
        if target.is_file():
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        course, assets = load_course(source), course_assets(source)
        options = BuildOptions(preset=preset, tool_url=self._tool_url)
        if form.suffix:
            return form.build(course, assets, target, options)
        with tempfile.TemporaryDirectory(prefix=".build-", dir=target.parent) as room:
            built = form.build(course, assets, Path(room) / course.id, options)
            files = (path for path in built.rglob("*") if path.is_file())
            return write_zip(target, [Entry(path.relative_to(room).as_posix(), path) for path in files])


def _root_of(unpacked: Path) -> Path:
    """The folder with `modul.toml`: the unpacked folder, or the only folder in it."""
    inside = [path for path in unpacked.iterdir() if path.name != "__MACOSX"]
    if not (unpacked / SETTINGS_FILE).is_file() and len(inside) == 1 and inside[0].is_dir():
        return inside[0]
    return unpacked
