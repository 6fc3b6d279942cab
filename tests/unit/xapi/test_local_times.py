"""Days and times are written as people of the place read them, with the name of the zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from xapi.local_times import day_text, time_text, zone_name
from xapi.words import translate

MOMENT = datetime(2026, 11, 26, 2, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "language", "written"),
    [
        ("Asia/Jakarta", "id", "26 Nov 2026 09.30 WIB"),
        ("Asia/Jakarta", "en", "26 Nov 2026 09:30 WIB"),
        ("Asia/Makassar", "id", "26 Nov 2026 10.30 WITA"),
        ("Asia/Jayapura", "id", "26 Nov 2026 11.30 WIT"),
        ("UTC", "id", "26 Nov 2026 02.30 UTC"),
    ],
)
def test_a_time_carries_the_name_of_its_zone(zone: str, language: str, written: str) -> None:
    assert time_text(MOMENT.astimezone(ZoneInfo(zone)), language) == written


def test_a_zone_is_called_as_people_call_it() -> None:
    zones = ("Asia/Makassar", "Asia/Kuala_Lumpur")
    assert [zone_name(ZoneInfo(zone)) for zone in zones] == ["WITA", "Asia/Kuala_Lumpur"]


def test_seconds_are_written_when_they_matter() -> None:
    assert time_text(MOMENT.astimezone(ZoneInfo("Asia/Jakarta")), "id", seconds=True) == "26 Nov 2026 09.30.05 WIB"


def test_a_day_is_written_with_the_month_in_the_language_of_the_reader() -> None:
    assert (day_text(date(2026, 8, 14), "id"), day_text(date(2026, 8, 14), "en")) == ("14 Agu 2026", "14 Aug 2026")


def test_a_sentence_writes_the_days_and_times_that_it_is_given() -> None:
    values = {"made": MOMENT.astimezone(ZoneInfo("Asia/Jakarta")), "day": date(2026, 8, 14), "n": 3}
    assert translate("xapi", "id", "%(n)s: %(made)s, %(day)s", values) == "3: 26 Nov 2026 09.30 WIB, 14 Agu 2026"
