"""Looks at statements as an import would, and stores nothing: how many are new, there already, or broken."""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from uuid import UUID

from xapi.errors import JampelError
from xapi.identity import mask_nips_in
from xapi.lrs.transfer.reader import Entry
from xapi.lrs.transfer.report import Counts, Hear, Refusal
from xapi.validation.formats import require_uuid
from xapi.validation.parse import validate_text

_BATCH = 500
Bodies = Callable[[Collection[bytes]], Mapping[bytes, bytes]]
"""The bodies of statements that are stored, by id."""


class Survey:
    """Counts statements against what is stored (`bodies`), by their ids; `hear` is told of each broken one.

    Who the people are is not looked at: finding it out would write it down.
    """

    def __init__(self, bodies: Bodies, hear: Hear) -> None:
        self._bodies = bodies
        self._hear = hear
        self.counts = Counts()

    def take(self, found: Iterable[tuple[Entry, Mapping[str, bytes]]]) -> None:
        """Counts statements."""
        waiting = iter(found)
        while some := list(islice(waiting, _BATCH)):
            ids = {number for entry, _ in some if (number := self._sound(entry))}
            there = len(self._bodies(ids))
            self.counts.already += there
            self.counts.new += len(ids) - there

    def _sound(self, entry: Entry) -> bytes | None:
        """The id of a statement; None when it is broken."""
        self.counts.read += 1
        try:
            parsed = validate_text(entry.body)
            return UUID(require_uuid(str(parsed.id), "$.id", "Data 2.4.1")).bytes
        except JampelError as error:
            self.counts.refused += 1
            place = mask_nips_in(str(error.params.get("path", "$")))
            self._hear(Refusal(entry.line, place, "", error))
            return None
