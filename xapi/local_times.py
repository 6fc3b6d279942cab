"""Writes days and times as people here read them: `26 Nov 2026`, `26 Nov 2026 09.30 WIB`."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo

#: What the zones of Indonesia are called in both languages; CLDR has English call them by their distance from UTC.
INDONESIAN_ZONES = {
    "Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT",
}  # fmt: skip
_CLOCKS = {"id": "HH.mm", "en": "HH:mm"}


def day_text(day: date, language: str) -> str:
    """`day` in `language`: `26 Nov 2026`."""
    from babel.dates import format_date  # slow to load, and most commands write no time

    return format_date(day, "d MMM y", locale=language)


def zone_name(zone: tzinfo) -> str:
    """What people call `zone`: `WIB`, or the name that it has in the IANA database."""
    return INDONESIAN_ZONES.get(str(zone), str(zone))


def time_text(moment: datetime, language: str, *, seconds: bool = False) -> str:
    """The day and time of `moment` (aware) on the clocks of its own zone, with the name of that zone.

    `26 Nov 2026 09.30 WIB` in Indonesian, `26 Nov 2026 09:30 WIB` in English.
    """
    from babel.dates import format_datetime

    clock = _CLOCKS[language]
    clock += clock[2] + "ss" if seconds else ""
    zone = INDONESIAN_ZONES.get(str(moment.tzinfo))
    # Babel would write the time of UTC unless it is told the zone again.
    pattern = f"d MMM y {clock} " + (f"'{zone}'" if zone else "z")
    return format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=language)


def with_times_written(params: Mapping[str, object], language: str) -> Mapping[str, object]:
    """`params` of a sentence, each day and each time with a zone among them as people read it in `language`."""
    if not any(isinstance(value, date) for value in params.values()):
        return params
    return {name: _written(value, language) for name, value in params.items()}


def with_days_again(params: Mapping[str, object]) -> Mapping[str, object]:
    """`params` that were kept as text: what is exactly a day is a day again, but a `value`, which somebody typed."""
    return {name: value if name == "value" else _day_again(value) for name, value in params.items()}


def _day_again(value: object) -> object:
    if not isinstance(value, str) or len(value) != len("2026-12-31"):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _written(value: object, language: str) -> object:
    if isinstance(value, datetime):
        return value if value.tzinfo is None else time_text(value, language)
    return day_text(value, language) if isinstance(value, date) else value
