"""How far the documents of an upload are, in a small file beside its zip: the worker writes it, every page may ask."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from scorm_packager.names import printable
from xapi.clock import Clock

#: Between two writings; a page asks every two seconds.
PAUSE = timedelta(seconds=0.5)
LONGEST_NAME = 120


class Reading(msgspec.Struct, frozen=True):
    """The document that is being read, `done` of its `whole` pages; `whole` is 0 while nobody knows."""

    file: str
    done: int
    whole: int

    @property
    def share(self) -> float:
        """The part that is done, 0-1."""
        return min(self.done / self.whole, 1) if self.whole else 0


class ReadingNote:
    """Hears how far documents are, as a `Hear`, and keeps it at `place`. A disk that takes no note stops no build."""

    def __init__(self, place: Path, clock: Clock) -> None:
        self._place = place
        self._clock = clock
        self._written: datetime | None = None
        self._file = ""

    def __call__(self, file: str, done: int, whole: int) -> None:
        """Keeps it, at most twice a second for one document."""
        now = self._clock()
        soon = self._written is not None and now - self._written < PAUSE
        if soon and file == self._file and done < whole:
            return
        self._file, self._written = file, now
        made = self._place.with_suffix(".baru")
        with suppress(OSError):
            made.write_bytes(msgspec.json.encode(Reading(printable(file[-LONGEST_NAME:]), done, whole)))
            made.replace(self._place)


def read_note(place: Path) -> Reading | None:
    """What stands at `place`; None when nothing does, or nothing that can be read."""
    try:
        return msgspec.json.decode(place.read_bytes(), type=Reading)
    except (OSError, msgspec.DecodeError):
        return None
