"""Reads the wait that another server asks for: the header `Retry-After` (RFC 9110 section 10.2.3)."""

from email.utils import parsedate_to_datetime

_DATE = 29  # characters of an HTTP date; some servers send the header twice, which arrives as one


def seconds_asked(value: str, date: str) -> float | None:
    """The seconds in `value`, the header's text: a number, or a date against `date`, the answer's own `Date`.

    None when it says neither.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        asked = parsedate_to_datetime(value) - parsedate_to_datetime(date[:_DATE])
    except (TypeError, ValueError):
        return None
    return max(asked.total_seconds(), 0.0)
