"""Times and ids as the store keeps them: integers of microseconds, UUIDs of 16 bytes."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_A_SECOND = 1_000_000


def micros(moment: datetime) -> int:
    """Microseconds from 1970 to the aware `moment`."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(value: int) -> datetime:
    """The aware UTC moment `value` microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=value)


def text_of_micros(value: int) -> str:
    """The moment `value` as RFC 3339 with six fraction digits and Z."""
    second, rest = divmod(value, _A_SECOND)
    return f"{_second(second)}.{rest:06}Z"


@lru_cache(maxsize=1024)
def _second(value: int) -> str:
    """The text of a whole second; the statements of a batch mostly share it."""
    return moment_of(value * _A_SECOND).replace(tzinfo=None).isoformat()


def uuid_text(value: bytes) -> str:
    """A UUID of 16 bytes in its canonical text, lower case."""
    return str(UUID(bytes=value))


def uuid_bytes(text: str) -> bytes:
    """The 16 bytes of a UUID in canonical text, lower or upper case."""
    return bytes.fromhex(text.replace("-", ""))
