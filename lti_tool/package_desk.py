"""Packages of the library to download: small ones at once, large ones in the background, each kept once it is built."""

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec

from lti_tool.errors import ToolError
from lti_tool.library import Library
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, as_finding
from scorm_packager.formats.registry import find_format
from xapi.clock import Clock
from xapi.queue import Done, Job, Outcome, Queue

KIND = "package"
#: A course with no more files than this (bytes) is packed while the reader waits: a second or two.
AT_ONCE = 30_000_000
#: A note that somebody waits for a package counts so long; then whoever asks again is heard.
WAITING = timedelta(hours=1)
PackageState = Literal["ready", "building", "failed", ""]


class _Payload(msgspec.Struct, frozen=True):
    digest: str
    form: str


class PackageDesk:
    """Gives packages out of `library`; `handle` is the worker's handler of jobs of the kind `package`.

    Beside the package to come lies a note: `.wanted` while somebody waits for it, `.failed` with the reason when it
    could not be built. Losing a note loses nothing but the wait.
    """

    def __init__(
        self, library: Library, queue: Queue, institution: str, *, clock: Clock, ids: Callable[[], uuid.UUID]
    ) -> None:
        self._library = library
        self._queue = queue
        self._institution = institution
        self._clock = clock
        self._ids = ids

    def get(self, digest: str, form: str) -> Path | None:
        """The package, or None when it is being built: then ask again.

        Raises ToolError `library.unknown`, PackagerError when the format is unknown or cannot hold this course.
        """
        place = self._library.package_place(digest, find_format(form).name)
        if place.is_file() or self._library.size(digest) <= AT_ONCE:
            return self._library.package(digest, form)
        if self.state(digest, form) != "building":
            self._order(digest, form)
        return None

    def state(self, digest: str, form: str) -> PackageState:
        """Whether the package is there, on its way or impossible; "" when nobody has asked for it."""
        place = self._library.package_place(digest, form)
        if place.is_file():
            return "ready"
        wanted = _note(place, "wanted")
        if wanted.is_file() and wanted.stat().st_mtime > (self._clock() - WAITING).timestamp():
            return "building"
        return "failed" if _note(place, "failed").is_file() else ""

    def reason(self, digest: str, form: str) -> Finding | None:
        """Why a package could not be built."""
        try:
            note = _note(self._library.package_place(digest, form), "failed").read_bytes()
            return msgspec.json.decode(note, type=Finding)
        except (OSError, msgspec.DecodeError):
            return None

    def _order(self, digest: str, form: str) -> None:
        place = self._library.package_place(digest, form)
        place.parent.mkdir(parents=True, exist_ok=True)
        _note(place, "failed").unlink(missing_ok=True)
        payload = msgspec.json.encode(_Payload(digest, form))
        _note(place, "wanted").touch()  # before the job, which takes it away when it has come to an end
        self._queue.put(self._institution, KIND, payload, f"{KIND}:{self._ids().hex}", lane=f"{digest}:{form}")

    def handle(self, jobs: list[Job]) -> Sequence[Outcome]:
        """Builds the packages of `jobs`; the worker's handler."""
        return [self._handle(job) for job in jobs]

    def _handle(self, job: Job) -> Outcome:
        wanted = msgspec.json.decode(job.payload, type=_Payload)
        try:
            place = self._library.package_place(wanted.digest, wanted.form)
        except ToolError:  # discarded meanwhile
            return Done("gone")
        try:
            self._library.package(wanted.digest, wanted.form)
        except PackagerError as error:
            _note(place, "failed").write_bytes(msgspec.json.encode(as_finding(error)))
        _note(place, "wanted").unlink(missing_ok=True)
        return Done()


def _note(place: Path, kind: str) -> Path:
    return place.with_name(f"{place.name}.{kind}")
