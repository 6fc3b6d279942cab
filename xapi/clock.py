"""The clock and the id maker that come in as arguments, and the real ones for the edge of a program."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Ids = Callable[[], uuid.UUID]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def random_ids() -> uuid.UUID:
    """A new random UUID (version 4)."""
    return uuid.uuid4()


def to_milliseconds(moment: datetime) -> int:
    """`moment` (aware) as whole milliseconds since 1970, the form in which stores keep and compare times."""
    return round(moment.timestamp() * 1000)


def from_milliseconds(milliseconds: int) -> datetime:
    """The moment, aware, in UTC, of `milliseconds` since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
