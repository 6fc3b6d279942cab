"""Times and ids as the store keeps them: integers of microseconds, UUIDs of 16 bytes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Microseconds from 1970 to the aware `moment`."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(value: int) -> datetime:
    """The aware UTC moment `value` microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=value)


def text_of_micros(value: int) -> str:
    """The moment `value` as RFC 3339 with six fraction digits and Z."""
    return moment_of(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def uuid_text(value: bytes) -> str:
    """A UUID of 16 bytes in its canonical text, lower case."""
    return str(UUID(bytes=value))
