"""Uploaded modules: kept on the disk, built by the worker, and told step by step, also after a power cut."""

import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from lti_tool.errors import ToolError
from lti_tool.house.model import Build
from lti_tool.house.store import House
from lti_tool.library import Library
from lti_tool.upload_reading import Reading, ReadingNote, read_note
from scorm_packager.errors import PackagerError
from scorm_packager.extract import extract_safely, open_safely
from scorm_packager.findings import Finding, ModuleProblems, as_finding
from scorm_packager.names import printable
from scorm_packager.source.settings import SETTINGS_FILE
from xapi.clock import Clock
from xapi.queue import Done, Job, Outcome, Queue, Retry

KIND = "build"
FOLDER = "uploads"
#: A build whose worker was killed so often is no accident: it takes more memory or time than this machine has.
MOST_ATTEMPTS = 5
#: Drafts that one account may have at a time, and what must stay free on the disk beside an upload.
MOST_DRAFTS = 20
SPARE_BYTES = 256 * 1024 * 1024
KEPT = timedelta(days=30)
LONGEST_NAME = 120
NOT_WRITTEN = "output.not_written"  # the packager's word for a disk that takes nothing more


class _Payload(msgspec.Struct, frozen=True):
    build: str


class Uploads:
    """Takes zips of module folders and turns them into drafts of the library.

    `folder` holds the zips that wait; `handle` is the worker's handler of jobs of the kind `build`.
    """

    def __init__(
        self, house: House, library: Library, queue: Queue, folder: Path, *, clock: Clock, ids: Callable[[], uuid.UUID]
    ) -> None:
        self._house = house
        self._library = library
        self._queue = queue
        self._folder = folder
        self._clock = clock
        self._ids = ids

    def receive(self, save: Callable[[Path], object], file_name: str, account: str, length: int) -> Build:
        """Keeps an upload and puts it into the queue; returns once both would survive a power cut.

        `save` writes the zip to a path, `length` is its size in bytes as announced. Raises ToolError `upload.busy`,
        `upload.drafts_full` or `upload.disk_full`, and PackagerError for what is no harmless zip; nothing is then kept.
        """
        self._check_account(account)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._check_room(length)
        build_id, name = self._ids().hex, printable(file_name[:LONGEST_NAME])
        place = self._zip(build_id)
        try:
            save(place)
            unpacked = _unpacked_size(place, name)
            self._check_room(2 * unpacked)  # unpacked once, and once in the library
            _flush(place)
            now = self._clock()
            build = Build(
                id=build_id, account=account, file_name=name, size=place.stat().st_size, state="waiting", created=now,
                changed=now,
            )  # fmt: skip
            self._house.builds.add(build)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        self.ensure(build)
        return build

    def _check_account(self, account: str) -> None:
        if any(build.is_open for build in self._house.builds.of(account)):
            raise ToolError("upload.busy", "one upload at a time")
        drafts = [one for one in self._library.versions() if one.draft and one.published_by == account]
        if len(drafts) >= MOST_DRAFTS:
            raise ToolError("upload.drafts_full", f"{len(drafts)} drafts", most=MOST_DRAFTS)

    def _check_room(self, needed: int) -> None:
        if shutil.disk_usage(self._folder).free < needed + SPARE_BYTES:
            raise ToolError("upload.disk_full", f"{needed} bytes wanted", size=-(-needed // 1_000_000))

    def ensure(self, build: Build) -> None:
        """Puts an upload that is under way into the queue, if it is not there: a crash may have come between."""
        if build.is_open:
            payload = msgspec.json.encode(_Payload(build.id))
            self._queue.put(self._house.institution, KIND, payload, f"{KIND}:{build.id}")

    def handle(self, jobs: list[Job]) -> Sequence[Outcome]:
        """Builds the uploads of `jobs`; the worker's handler."""
        return [self._handle(job) for job in jobs]

    def _handle(self, job: Job) -> Outcome:
        build = self._house.builds.get(msgspec.json.decode(job.payload, type=_Payload).build)
        if build is None or not build.is_open:
            return Done()
        try:
            if job.attempts > MOST_ATTEMPTS:
                raise ToolError("build.gave_up", f"attempt {job.attempts}")
            self._build(build)
        except ModuleProblems as problems:
            self._fail(build, ToolError("build.faults"), problems.findings)
        except (OSError, PackagerError) as error:
            if isinstance(error, PackagerError) and error.code != NOT_WRITTEN:
                self._fail(build, ToolError("build.refused"), [as_finding(error)])
            elif job.attempts < MOST_ATTEMPTS:  # a full disk may have room again; what was half-made is gone
                self._house.builds.step(build.id, "waiting", self._clock())
                return Retry(type(error).__name__)
            else:
                self._fail(build, ToolError("build.disk"))
        except ToolError as error:
            self._fail(build, error)
        self._clean(build.id)
        return Done()

    def _build(self, build: Build) -> None:
        """Unpacks, reads, and puts the draft into the library; begins anew whatever an attempt before has left."""
        builds, room = self._house.builds, self._room(build.id)
        if not self._zip(build.id).is_file():
            raise ToolError("build.gone", "no zip")
        builds.step(build.id, "reading", self._clock())
        shutil.rmtree(room, ignore_errors=True)
        self._note(build.id).unlink(missing_ok=True)
        names = extract_safely(self._zip(build.id), room)
        builds.step(build.id, "checking", self._clock(), files=len(names))
        drafted = self._library.draft(
            root_of(room),
            build.account,
            hear=ReadingNote(self._note(build.id), self._clock),
            checked=lambda: builds.step(build.id, "media", self._clock()),
        )
        findings = msgspec.json.encode(drafted.warnings).decode()
        builds.step(build.id, "done", self._clock(), digest=drafted.module.digest, findings=findings)

    def _fail(self, build: Build, error: ToolError, findings: Sequence[Finding] = ()) -> None:
        shown = msgspec.json.encode(findings).decode()
        self._house.builds.step(build.id, "failed", self._clock(), problem=error.code, findings=shown)

    def reading(self, build: Build) -> Reading | None:
        """Which document of `build` is being read, and how far it is; None where no document is."""
        return read_note(self._note(build.id)) if build.state == "checking" else None

    def tidy(self) -> int:
        """Puts lost jobs back into the queue, deletes files that nobody waits for and uploads that ended long ago."""
        under_way = self._house.builds.under_way()
        for build in under_way:
            self.ensure(build)
        waiting = {build.id for build in under_way}
        before = self._clock() - timedelta(days=1)  # never one that is being received now
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name[:32] not in waiting and path.stat().st_mtime < before.timestamp():
                _remove(path)
        return self._house.builds.forget(self._clock() - KEPT)

    def _clean(self, build_id: str) -> None:
        self._zip(build_id).unlink(missing_ok=True)
        self._note(build_id).unlink(missing_ok=True)
        shutil.rmtree(self._room(build_id), ignore_errors=True)

    def _zip(self, build_id: str) -> Path:
        return self._folder / f"{build_id}.zip"

    def _note(self, build_id: str) -> Path:
        return self._folder / f"{build_id}.json"

    def _room(self, build_id: str) -> Path:
        return self._folder / build_id


def _unpacked_size(place: Path, name: str) -> int:
    """The bytes that the zip at `place` holds; what is wrong with it is said of `name`, which its author knows."""
    try:
        with open_safely(place) as package:
            return sum(info.file_size for info in package.infolist())
    except PackagerError as error:
        if error.params.get("path") != place.name:
            raise
        raise PackagerError(error.code, error.detail, **{**error.params, "path": name}) from error


def findings_of(build: Build) -> list[Finding]:
    """What is to be looked at in an uploaded module, errors first."""
    found = msgspec.json.decode(build.findings, type=list[Finding])
    return sorted(found, key=lambda finding: finding.level)


def root_of(unpacked: Path) -> Path:
    """The folder with `modul.toml`: the unpacked folder, or the only folder in it."""
    inside = [path for path in unpacked.iterdir() if path.name != "__MACOSX"]
    if not (unpacked / SETTINGS_FILE).is_file() and len(inside) == 1 and inside[0].is_dir():
        return inside[0]
    return unpacked


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
