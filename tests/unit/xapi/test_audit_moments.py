"""When a statement happened: the local day of any zone, and what a duration says of the beginning."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xapi.audit.moments import local_day, start_of

ZONES = sorted(available_timezones())
END = datetime(2026, 3, 5, 10, tzinfo=UTC)


@given(
    at=st.datetimes(datetime(1900, 1, 2), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(ZONES),
)
@example(at=datetime(2026, 6, 1, 16, 59, 59, tzinfo=UTC), zone="Asia/Jakarta")
@example(at=datetime(2026, 6, 1, 17, 0, 0, tzinfo=UTC), zone="Asia/Jakarta")
@example(at=datetime(2026, 6, 1, 18, 14, 59, 999999, tzinfo=UTC), zone="Asia/Kathmandu")
@example(at=datetime(2026, 6, 1, 18, 15, tzinfo=UTC), zone="Asia/Kathmandu")
@example(at=datetime(1971, 6, 1, 0, 44, 29, tzinfo=UTC), zone="Africa/Monrovia")
def test_the_local_day_is_that_of_the_calendar_in_the_zone(at: datetime, zone: str) -> None:
    assert local_day(at, ZoneInfo(zone)) == at.astimezone(ZoneInfo(zone)).date()


@pytest.mark.parametrize(
    ("duration", "days", "start", "doubt"),
    [
        ("", 1, END, None),
        ("", 3, END - timedelta(days=2), None),
        ("PT0S", 3, END - timedelta(days=2), None),
        ("PT90M", 3, END - timedelta(minutes=90), None),
        ("-PT1H", 2, END - timedelta(days=1), "duration"),
        ("P2Y", 1, END - timedelta(days=366), "duration"),
    ],
)
def test_the_beginning_follows_from_the_duration_else_from_the_days(
    duration: str, days: int, start: datetime, doubt: str | None
) -> None:
    assert start_of(END, duration, days) == (start, doubt)
