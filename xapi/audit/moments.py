"""When a statement happened: moments, durations, and the local day of its place (WIB, WITA, WIT)."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from xapi.audit.meanings import Unusable

MOST_DAYS = 366
CLOCK_SLACK = timedelta(days=1)
_QUARTER = 900  # seconds
_WHOLE_QUARTERS_SINCE = 1990  # from then on every zone differs from UTC by whole quarters of an hour
ZONES: Mapping[str, str] = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_NUMBER = r"[0-9]{1,12}(?:[.,][0-9]{1,9})?"
# xAPI 1.0.3 Data 4.5 (ISO 8601 durations); without a sign, so that a negative one is none
_DURATION = re.compile(
    rf"P(?:(?P<weeks>{_NUMBER})W|(?:(?P<years>{_NUMBER})Y)?(?:(?P<months>{_NUMBER})M)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?(?:(?P<seconds>{_NUMBER})S)?)?)"
)
_NOT_SAID: tuple[timedelta | None, str | None] = (None, None)
_SECONDS = {
    "weeks": 604_800,
    "years": 31_536_000,
    "months": 2_592_000,
    "days": 86_400,
    "hours": 3_600,
    "minutes": 60,
    "seconds": 1,
}


def moment(text: str, path: str) -> datetime:
    """The moment that `text` names, in UTC; without an offset it is UTC. Raises Unusable when it names none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable("timestamp", path) from None
    if not 1900 <= found.year <= 9990:
        raise Unusable("timestamp", path)
    if found.tzinfo is UTC:  # as nearly every one is
        return found
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def refuse_future(end: datetime, stored: datetime) -> None:
    """Raises Unusable when `end` is later than the LRS's clock, with a day for zones and clocks that run fast."""
    if end > stored + CLOCK_SLACK:
        raise Unusable("in_future", "$.timestamp")


def start_of(end: datetime, duration: str, days: int) -> tuple[datetime, str | None]:
    """When it began, and a doubt about the duration if there is one.

    By the recorded duration, else by the number of days, else the moment of its end. A duration that is negative or
    unreadable is not used, one of more than a year is cut: both change no JP.
    """
    lasted, doubt = _lasted(duration) if duration else _NOT_SAID
    if lasted is None:
        return (end - timedelta(days=days - 1) if days > 1 else end), doubt
    return end - lasted, doubt


@lru_cache(maxsize=4096)
def _lasted(duration: str) -> tuple[timedelta | None, str | None]:
    """The time that `duration` says, None when it says none that can be used; and a doubt about it."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        return None, "duration"
    parts = match.groupdict().items()
    seconds = sum(float(part.replace(",", ".")) * _SECONDS[unit] for unit, part in parts if part)
    if not seconds:
        return _NOT_SAID
    most = MOST_DAYS * 86_400.0
    return timedelta(seconds=min(seconds, most)), "duration" if seconds > most else None


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone that a statement names (WIB, WITA, WIT or an IANA name), None when there is no such zone."""
    known = ZONES.get(name.strip().upper(), name.strip())
    return ZoneInfo(known) if known in available_timezones() else None


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """The day that it is in `zone` at the moment `at`, in UTC."""
    if at.year < _WHOLE_QUARTERS_SINCE:
        return at.astimezone(zone).date()
    return _day_of_quarter(int(at.timestamp()) // _QUARTER, zone)


@lru_cache(maxsize=65_536)
def _day_of_quarter(quarter: int, zone: ZoneInfo) -> date:
    """The day of a quarter of an hour, counted from 1970 in UTC: no zone has had a midnight within one for long."""
    return datetime.fromtimestamp(quarter * _QUARTER, zone).date()


def number_of(day: date) -> int:
    """The day as `yyyymmdd`."""
    return day.year * 10000 + day.month * 100 + day.day
