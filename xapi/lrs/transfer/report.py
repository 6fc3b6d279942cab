"""What an import found: how many statements of each fate, and each refusal with its place and reason."""

from collections.abc import Callable

import msgspec

from xapi.errors import JampelError


class Counts(msgspec.Struct, kw_only=True):
    """How many statements were `read`, `new`, `already` there, in `conflict` with another of their id, or `refused`.

    `contents` are attachments read, `troubles` lines that hold no statement but are wrong. Of an import that was broken
    off and gone on with, those stored just before the break count as there already.
    """

    read: int = 0
    new: int = 0
    already: int = 0
    conflicts: int = 0
    refused: int = 0
    contents: int = 0
    troubles: int = 0

    @property
    def sound(self) -> bool:
        """Whether everything in the file is stored now."""
        return not (self.conflicts or self.refused or self.troubles)


class Refusal(msgspec.Struct, frozen=True):
    """A statement or line that could not be taken: where it stands in the file, its id if it has one, and why.

    `path` is a JSON path within the line, `clause` that of the standard. It holds nothing of the statement itself.
    """

    line: int
    path: str
    statement: str
    error: JampelError

    @property
    def clause(self) -> str:
        """The clause of the standard that the statement breaks, or an empty text."""
        return str(getattr(self.error, "clause", ""))


Hear = Callable[[Refusal], None]
"""Hears of each refusal as it is found."""
