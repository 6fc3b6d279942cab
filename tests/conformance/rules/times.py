"""Times and durations of xAPI statements, read sign by sign from ISO 8601 and RFC 3339, apart from xapi.validation."""

import string
from datetime import date

_DIGITS = frozenset(string.digits)


def is_duration(text: str) -> bool:
    """ISO 8601:2004 4.4.3.2: PnYnMnDTnHnMnS or PnW; only the last number may have a fraction."""
    if not text.startswith("P"):
        return False
    days, t, times = text[1:].partition("T")
    if days.endswith("W"):
        return not t and _is_number(days[:-1], fraction=True)
    numbers: list[str] = []
    if not (_take(days, "YMD", numbers) and _take(times, "HMS", numbers)):
        return False
    if not numbers or (t and not times):
        return False
    return all(_is_number(one, fraction=False) for one in numbers[:-1]) and _is_number(numbers[-1], fraction=True)


def is_timestamp(text: str) -> bool:
    """ISO 8601:2004 4.3: a date and a time of day, basic or extended throughout, with or without a time zone."""
    day, t, rest = text.partition("T")
    if not t:
        return False
    time, zone = split_zone(rest)
    extended = "-" in day
    return _is_day(day, extended) and _is_time(time, extended) and is_zone(zone, extended)


def is_rfc3339(text: str) -> bool:
    """RFC 3339 5.6, without the offset -00:00, which says that the zone is unknown (4.3)."""
    day, sign, rest = text[:10], text[10:11], text[11:]
    time, zone = split_zone(rest)
    if sign not in ("T", "t") or not zone or "," in time or len(day) != 10:
        return False
    whole = len(time.partition(".")[0]) == 8 and not time.startswith("24")
    return _is_calendar(day, True) and whole and _is_time(time, True) and is_zone(zone.upper(), True, minutes=True)


def _take(text: str, designators: str, numbers: list[str]) -> bool:
    """Moves the numbers before `designators`, which come in this order, into `numbers`."""
    number = ""
    for sign in text:
        if sign in designators:
            designators = designators[designators.index(sign) + 1 :]
            numbers.append(number)
            number = ""
        else:
            number += sign
    return not number


def _is_number(text: str, *, fraction: bool) -> bool:
    whole, mark, part = text.replace(",", ".").partition(".")
    if mark and (not fraction or not part or not set(part) <= _DIGITS):
        return False
    return bool(whole) and set(whole) <= _DIGITS


def split_zone(text: str) -> tuple[str, str]:
    for place, sign in enumerate(text):
        if sign in "Zz+-":
            return text[:place], text[place:]
    return text, ""


def _digits(text: str, size: int) -> int | None:
    return int(text) if len(text) == size and set(text) <= _DIGITS else None


def _is_day(text: str, extended: bool) -> bool:
    return _is_calendar(text, extended) or _is_week(text, extended) or _is_ordinal(text, extended)


def _is_calendar(text: str, extended: bool) -> bool:
    parts = text.split("-") if extended else [text[:4], text[4:6], text[6:]]
    if len(parts) != 3:
        return False
    year, month, day = _digits(parts[0], 4), _digits(parts[1], 2), _digits(parts[2], 2)
    if year is None or month is None or day is None:
        return False
    days = [31, 29 if _is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]


def _is_week(text: str, extended: bool) -> bool:
    parts = text.split("-") if extended else [text[:4], text[4:7], text[7:]]
    if len(parts) != 3 or parts[1][:1] != "W":
        return False
    year, week, day = _digits(parts[0], 4), _digits(parts[1][1:], 2), _digits(parts[2], 1)
    if not year or not week or not day or day > 7:
        return False
    try:
        date.fromisocalendar(year, week, day)
    except ValueError:
        return False
    return True


def _is_ordinal(text: str, extended: bool) -> bool:
    parts = text.split("-") if extended else [text[:4], text[4:]]
    if len(parts) != 2:
        return False
    year, day = _digits(parts[0], 4), _digits(parts[1], 3)
    return year is not None and day is not None and 1 <= day <= (366 if _is_leap(year) else 365)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _is_time(text: str, extended: bool) -> bool:
    whole, mark, fraction = text.replace(",", ".").partition(".")
    if mark and not (fraction and set(fraction) <= _DIGITS):
        return False
    parts = whole.split(":") if extended else [whole[place : place + 2] for place in range(0, len(whole), 2)]
    if not 1 <= len(parts) <= 3:
        return False
    numbers = [_digits(part, 2) for part in parts]
    if any(number is None for number in numbers):
        return False
    hour, minute, second = (*(number or 0 for number in numbers), 0, 0)[:3]
    if hour == 24:
        return minute == second == 0 and not set(fraction) - {"0"}
    return hour < 24 and minute < 60 and second <= 60


def is_zone(text: str, extended: bool, *, minutes: bool = False) -> bool:
    if text in ("", "Z"):
        return True
    sign, rest = text[0], text[1:]
    parts = rest.split(":") if extended else [rest[:2], rest[2:]][: 1 + (len(rest) > 2)]
    numbers = [_digits(part, 2) for part in parts]
    if sign not in "+-" or len(parts) > 2 or (minutes and len(parts) != 2) or any(one is None for one in numbers):
        return False
    hours, left = (*(number or 0 for number in numbers), 0)[:2]
    return hours < 24 and left < 60 and (sign == "+" or hours + left > 0)
