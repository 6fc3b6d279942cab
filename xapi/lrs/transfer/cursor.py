"""Remembers up to which moment another LRS has been read, so that the next pull asks only for what came since."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from xapi.lrs.selection import stored_text
from xapi.lrs.transfer.marker import read_marker, write_marker
from xapi.validation.formats import moment_or_none

OVERLAP = timedelta(seconds=30)
"""So much is read twice: not every LRS stores in the order of its `stored`, and what is there already does no harm."""
_OLDEST = 2010  # a year before xAPI; an earlier `stored` is a clock that was never set


class Seen(msgspec.Struct, frozen=True):
    """The note: everything that was stored there up to the moment `stored` has been read."""

    stored: str = ""


class PullNote:
    """The note in `folder` (made when missing) of a pull that is told from others by `facts`; never a secret."""

    def __init__(self, folder: Path, facts: Iterable[str]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256(msgspec.json.encode(list(facts))).hexdigest()
        self._path = folder / f"{digest[:32]}.json"

    def read(self) -> datetime | None:
        """The moment up to which an earlier pull has read; None when there was none."""
        found = read_marker(self._path, Seen)
        return moment_or_none(found.stored) if found else None

    def write(self, moment: datetime | None) -> None:
        """Keeps `moment`, durably; None is that of a pull that has nothing behind it."""
        write_marker(self._path, Seen() if moment is None else Seen(stored_text(moment)))


class Cursor:
    """How far one pull has come, which began after `start`.

    An LRS that does not keep the order asked for may still have earlier statements to give, so nothing is settled
    before its end, nor before it has shown that its order rises: one that gives the newest first looks right at first.
    """

    def __init__(self, start: datetime | None) -> None:
        self._start = start
        self._top = start
        self._first: datetime | None = None
        self._rises = False
        self._ordered = True

    def see(self, stored: str) -> None:
        """Takes the `stored` of the next statement; one that is no moment, or cannot be, says nothing."""
        moment = moment_or_none(stored)
        if moment is None or moment.year < _OLDEST:
            return
        self._first = self._first or moment
        self._rises = self._rises or moment > self._first + OVERLAP
        if self._top is not None and moment < self._top - OVERLAP:
            self._ordered = False
        self._top = moment if self._top is None else max(self._top, moment)

    def settled(self, limits: Iterable[datetime | None], *, ended: bool) -> datetime | None:
        """The moment up to which all has been read, at the latest the earliest of `limits`; never before the start.

        None when there is none yet.
        """
        if self._top is None or not ((self._rises and self._ordered) or ended):
            return self._start
        reached = min([self._top, *(limit for limit in limits if limit is not None)])
        return reached if self._start is None else max(self._start, reached)
