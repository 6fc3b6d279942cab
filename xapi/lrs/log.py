"""The log of statements: all of an institution in the order they were stored, from a place or a moment on."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from xapi.lrs.store.rows import StoredStatement

PAGE = 1000


class Log(Protocol):
    """The part of `StatementStore` that reads in order."""

    def after(self, institution: str, seq: int, limit: int) -> Sequence[StoredStatement]:
        """At most `limit` statements stored after `seq`, in order, voided and voiding ones too."""
        ...


def pages(log: Log, institution: str, seq: int = 0, size: int = PAGE) -> Iterator[Sequence[StoredStatement]]:
    """All statements after `seq`, a page of at most `size` at a time; ends where the log ends at that moment."""
    while page := log.after(institution, seq, size):
        yield page
        seq = page[-1].seq


def place_of(log: Log, institution: str, stored: str) -> int:
    """The seq after which stand exactly the statements stored later than `stored` (as the store writes it).

    `stored` rises with seq, so a few dozen reads of one statement find it, however many there are.
    """
    low, high = 0, 1
    while _is_before(log, institution, high, stored):
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if _is_before(log, institution, middle, stored):
            low = middle + 1
        else:
            high = middle
    return low


def end_of(log: Log, institution: str) -> int:
    """The seq of the last statement, 0 when there is none."""
    return place_of(log, institution, "9999")


def _is_before(log: Log, institution: str, seq: int, stored: str) -> bool:
    """Whether the first statement after `seq` was stored at `stored` or earlier."""
    found = log.after(institution, seq, 1)
    return bool(found) and found[0].stored <= stored
