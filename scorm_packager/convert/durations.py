"""Durations of SCORM 1.2 (HHHH:MM:SS.SS) and of ISO 8601, as seconds and back."""

import re

SPAN = re.compile(r"(\d{2,4}):(\d{2}):(\d{2})(\.\d{1,2})?")
ISO = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
#: Seconds of a year, month, day, hour, minute and second, on average.
UNITS = (31_557_600, 2_629_800, 86_400, 3600, 60, 1)


def seconds_of(text: str) -> float | None:
    """The seconds of `text` in either form; None when it is neither."""
    plain = text.strip()
    if found := SPAN.fullmatch(plain):
        return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) + float(found[4] or 0)
    if found := ISO.fullmatch(plain):
        return sum(unit * float(part) for unit, part in zip(UNITS, found.groups(), strict=True) if part)
    return None


def as_span(seconds: float) -> str:
    """`seconds` as SCORM 1.2 writes a duration."""
    whole = min(int(seconds), 35_999_999)
    return f"{whole // 3600:04d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def as_iso(seconds: float) -> str:
    """`seconds` as ISO 8601 writes a duration."""
    whole = int(seconds)
    return f"PT{whole // 3600}H{whole // 60 % 60}M{whole % 60}S"
