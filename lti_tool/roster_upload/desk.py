"""Keeps the lists that were sent, each with what is known of it, in a folder that every process of the tool sees."""

import os
import re
import shutil
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from lti_tool.errors import ToolError
from lti_tool.roster_upload.model import Sent
from scorm_packager.names import printable
from xapi.clock import Clock
from xapi.identity import mask_nips_in

FOLDER = "rosters"
#: A list names many people: it waits for its sender for a day, and so does what was found in it.
KEPT = timedelta(days=1)
#: What must stay free on the disk beside a list.
SPARE_BYTES = 64 * 1024 * 1024
LONGEST_NAME = 120
MOST_WAITING = 10  # lists of one account that wait for its decision
#: The reader of workbooks wants this ending; what a file is its content says.
SHEET = ".xlsx"
_ID = re.compile(r"[0-9a-f]{32}")


class RosterDesk:
    """The lists of one institution, below `folder`, for the owner of the installation alone."""

    def __init__(self, folder: Path, institution: str, *, clock: Clock, ids: Callable[[], uuid.UUID]) -> None:
        self._folder = folder / institution
        self._clock = clock
        self._ids = ids

    def receive(
        self, save: Callable[[Path], object], name: str, account: str, length: int, *, full: bool = False
    ) -> Sent:
        """Keeps a list; `save` writes it to a path, `length` is its size in bytes as announced.

        Raises ToolError `roster.disk_full`, `roster.too_many` when as many of theirs wait, or `roster.nothing` for an
        empty file; nothing is then kept.
        """
        if sum(self.sheet(one) is not None for one in self.of(account)) >= MOST_WAITING:
            raise ToolError("roster.too_many", f"{MOST_WAITING} lists wait", most=MOST_WAITING)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < length + SPARE_BYTES:
            raise ToolError("roster.disk_full", f"{length} bytes wanted", size=-(-length // 1_000_000))
        sent_id = self._ids().hex
        place = self._sheet(sent_id)
        try:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
            save(place)
            size = place.stat().st_size
            if not size:
                raise ToolError("roster.nothing", "an empty file")
            told = mask_nips_in(printable(name[:LONGEST_NAME]))
            sent = Sent(id=sent_id, account=account, name=told, size=size, created=self._clock(), full=full)
            self._write(sent)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        return sent

    def get(self, sent_id: str) -> Sent | None:
        """The list with this id, while it is kept."""
        if not _ID.fullmatch(sent_id):
            return None
        try:
            sent = msgspec.json.decode(self._facts(sent_id).read_bytes(), type=Sent)
        except (OSError, msgspec.MsgspecError):
            return None
        return sent if sent.created + KEPT > self._clock() else None

    def of(self, account: str) -> list[Sent]:
        """The lists of an account, the newest first."""
        found = [self.get(path.stem) for path in self._files() if path.suffix == ".json"]
        mine = [one for one in found if one is not None and one.account == account]
        return sorted(mine, key=lambda one: one.created, reverse=True)

    def keep(self, sent: Sent) -> Sent:
        """Keeps what is known now, unless the list was thrown away meanwhile."""
        if self._facts(sent.id).is_file():
            self._write(sent)
        return sent

    def sheet(self, sent: Sent) -> Path | None:
        """The file, while it is there."""
        place = self._sheet(sent.id)
        return place if place.is_file() else None

    def finish(self, sent: Sent) -> Sent:
        """Keeps what was taken; the file has done its work and goes."""
        self.keep(sent)
        self._sheet(sent.id).unlink(missing_ok=True)
        return sent

    def discard(self, sent: Sent) -> None:
        """Throws a list away."""
        self._sheet(sent.id).unlink(missing_ok=True)
        self._facts(sent.id).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Deletes what is past its time."""
        self.drop(self._clock() - KEPT)

    def drop(self, before: datetime | None = None) -> None:
        """Deletes the lists, those of before `before` or all: when someone is erased, none may name them on."""
        for path in self._files():
            if before is None or path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return list(self._folder.iterdir()) if self._folder.is_dir() else []

    def _write(self, sent: Sent) -> None:
        """All of it or nothing, also when two processes write."""
        place = self._facts(sent.id)
        part = place.with_suffix(f".{os.getpid()}-{self._ids().hex[:8]}.part")
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.encode(sent))
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)

    def _sheet(self, sent_id: str) -> Path:
        return self._folder / f"{sent_id}{SHEET}"

    def _facts(self, sent_id: str) -> Path:
        return self._folder / f"{sent_id}.json"
