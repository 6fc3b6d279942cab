"""The module library: a module folder becomes a draft, then a version that links open and packages are built from."""

import re
import shutil
import tempfile
import uuid
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from lti_tool.errors import ToolError
from lti_tool.house.model import Module
from lti_tool.house.store import House
from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Course
from scorm_packager.findings import Finding
from scorm_packager.first_screen import Split, split_course
from scorm_packager.formats.registry import find_format
from scorm_packager.hearing import Hear, nobody
from scorm_packager.index_page import embed
from scorm_packager.library import course_assets, is_published, load_course, publish_folder
from scorm_packager.options import BuildOptions
from scorm_packager.preset import GENERIC, Preset
from scorm_packager.source.module import read_module
from xapi.alphabet import alphabetical

PACKAGES = "packages"
#: Courses whose text is kept in memory: a class opens one, a busy day a few.
MOST_PAGES = 16
MOST_SERVED = 10_000  # versions whose competencies are kept in memory
DIGEST = re.compile(r"[0-9a-f]{64}")
LEFT_BEHIND = timedelta(days=1)  # a folder of a build that was killed is nobody's after that


class Drafted(msgspec.Struct, frozen=True):
    """What came of a module folder: its row, which is no draft when this content is in the library already, and what
    the author should look at."""

    module: Module
    warnings: tuple[Finding, ...]


class Library:
    """The modules of one institution, on disk by digest and in `house.modules` by row.

    `folder` holds one folder for each digest (`course.json` and `aset/…`) and the packages built so far. `release` is
    the version of the program: another one builds its packages anew. `tool_url` is the public address of the server,
    for packages that link to it.
    """

    def __init__(
        self,
        house: House,
        folder: Path,
        clock: Callable[[], datetime],
        ids: Callable[[], uuid.UUID],
        *,
        release: str = "0",
        tool_url: str | None = None,
    ) -> None:
        self._house = house
        self._modules = house.modules
        self._folder = folder
        self._clock = clock
        self._ids = ids
        self._release = release
        self._tool_url = tool_url
        self._served: dict[str, tuple[str, str]] = {}
        self._splits: dict[str, Split] = {}

    def publish(self, source: Path, by: str = "", *, hear: Hear = nobody) -> tuple[Module, tuple[Finding, ...]]:
        """Publishes the module folder `source`; returns its row and what the author should look at.

        `by` is the account id of the publisher; `hear` is told how far documents are. Publishing the same sources again
        renews the row. Raises ModuleProblems with every fault; nothing has then changed.
        """
        module = read_module(source, hear=hear)
        publish_folder(module.course, module.assets, self._folder)
        return self._make_newest(self._row(module.course, by)), module.warnings

    def draft(
        self, source: Path, by: str = "", *, hear: Hear = nobody, checked: Callable[[], None] = lambda: None
    ) -> Drafted:
        """Puts the module folder `source` into the library for its staff alone.

        `hear` is told how far documents are, `checked` is called between reading and copying files. Raises
        ModuleProblems with every fault; nothing has then changed.
        """
        module = read_module(source, hear=hear)
        checked()
        publish_folder(module.course, module.assets, self._folder)
        row = msgspec.structs.replace(self._row(module.course, by), draft=True)
        return Drafted(self._modules.add_draft(row), module.warnings)

    def publish_draft(self, module: Module, by: str, notes: str = "") -> Module:
        """Makes a draft of this library the version that links open from now on; `notes` say what is new in it."""
        published = msgspec.structs.replace(
            module, draft=False, published_at=self._clock(), published_by=by, notes=notes
        )
        return self._make_newest(published)

    def discard(self, module: Module) -> bool:
        """Deletes a draft and its files; False when it was published meanwhile, and stays."""
        gone = self._modules.discard(module.id)
        if gone and not self._modules.is_anybodys(module.digest):
            shutil.rmtree(self._folder / module.digest, ignore_errors=True)
            for package in (self._folder / PACKAGES).glob(f"{module.digest}-*"):
                package.unlink(missing_ok=True)
        return gone

    def _make_newest(self, module: Module) -> Module:
        """Whoever has begun the version before keeps it: that is written down first, for a crash between costs
        nothing then."""
        self._let_keep(module.course_id, module.digest)
        return self._modules.add(module)

    def _let_keep(self, course_id: str, coming: str) -> None:
        former = self.newest(course_id)
        if former is not None and former.digest != coming:
            self._house.versions.keep(course_id, former.digest, coming, self._clock())

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
        """All versions, newest first, also those withdrawn and drafts."""
        return self._modules.list()

    def list(self) -> list[Module]:
        """What learners can get: the newest version of each module that is not withdrawn, by title."""
        newest: dict[str, Module] = {}
        for module in self._modules.list():
            if module.withdrawn is None and not module.draft:
                newest.setdefault(module.course_id, module)
        return sorted(newest.values(), key=lambda module: alphabetical(module.title))

    def newest(self, course_id: str) -> Module | None:
        """The version that a link to this module opens, or None when there is none or all are withdrawn."""
        return self._modules.newest(course_id)

    def for_learner(self, registration: str, newest: Module) -> Module:
        """The version for the learner with this xAPI registration: the one they keep, else `newest` of their module.

        Ask for `newest` first and for this afterwards: a version published between the two is then no surprise.
        """
        kept = self._house.versions.kept(registration)
        found = self.by_digest(kept) if kept and kept != newest.digest else None
        if found is None or found.course_id != newest.course_id or found.withdrawn is not None or found.draft:
            return newest
        return found

    def let_go(self, registration: str) -> None:
        """Gives a learner who keeps a version the newest from now on: they had done nothing in it."""
        self._house.versions.release(registration)

    def move_on(self, module: Module) -> int:
        """Gives those who keep `module` and have not passed it the newest version from now on; returns how many."""
        mastery = self.course(module.digest).mastery or 0
        return self._house.versions.move_on(module.course_id, module.digest, mastery * 100)

    def by_digest(self, digest: str) -> Module | None:
        """The version with this digest, also when it is withdrawn or a draft."""
        return self._modules.by_digest(digest) if DIGEST.fullmatch(digest) else None

    def course(self, digest: str) -> Course:
        """The course with this digest. Raises ToolError `library.unknown`, PackagerError when its file is broken."""
        return load_course(self._place(digest))

    def serves(self, digest: str) -> tuple[str, str]:
        """The codes of the competencies, and that of the job standard, which the course with this digest names.

        Raises as `course`. A course never changes, so it is read once.
        """
        found = self._served.get(digest)
        if found is None:
            course = self.course(digest)
            found = course.competency_code, course.standard
            if len(self._served) < MOST_SERVED:
                self._served[digest] = found
        return found

    def page_text(self, module: Module) -> str:
        """The course of `module`, one of this library, as it stands in a page with the player: a long one in outline.

        Raises PackagerError when the file of the course is not there or broken.
        """
        return embed(self._split(self._folder / module.digest).outline)

    def later_page(self, digest: str, number: int) -> bytes:
        """The script of page `number`, from 1, of a long course. Raises ToolError `library.unknown`, PackagerError."""
        script = self._split(self._place(digest)).scripts().get(number)
        if script is None:
            raise ToolError("library.unknown", "no such page")
        return script

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

    def withdraw(self, module: Module) -> None:
        """Takes a version out of the library: links open the version before it, or say that the module is gone.

        Nobody goes on with it; when it comes back, those who had begun it have it again.
        """
        self._let_keep(module.course_id, "")
        self._modules.withdraw(module.id, self._clock())

    def restore(self, module: Module) -> None:
        """Puts a withdrawn version back."""
        self._let_keep(module.course_id, module.digest)
        self._modules.withdraw(module.id, None)

    def size(self, digest: str) -> int:
        """The bytes of the files of a course. Raises ToolError `library.unknown`."""
        return sum(asset.size for asset in course_assets(self._place(digest)))

    def package_place(self, digest: str, format_name: str, preset: Preset = GENERIC) -> Path:
        """Where the package of a course in a format lies once it is built. Raises ToolError `library.unknown`."""
        self._place(digest)
        address = zlib.crc32((self._tool_url or "").encode())  # a package may hold it
        name = f"{digest}-{format_name}-{preset.name}-{self._release}-{address:08x}.zip"
        return self._folder / PACKAGES / name

    def package(self, digest: str, format_name: str, preset: Preset = GENERIC) -> Path:
        """The zip of a course in a format, built at the first request. Raises ToolError or PackagerError."""
        source = self._place(digest)
        form = find_format(format_name)
        target = self.package_place(digest, form.name, preset)
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

    def tidy(self) -> None:
        """Deletes packages of other releases of the program, and what killed builds have left."""
        before = (self._clock() - LEFT_BEHIND).timestamp()
        for place in (self._folder, self._folder / PACKAGES):
            for path in place.glob(".*") if place.is_dir() else ():
                if path.is_dir() and path.stat().st_mtime < before:
                    shutil.rmtree(path, ignore_errors=True)
        for path in (self._folder / PACKAGES).glob("*.zip*"):
            if f"-{self._release}-" not in path.name and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
