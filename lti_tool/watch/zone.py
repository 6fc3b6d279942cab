"""Whether the institution's time zone can be told here: its name, where it lies, and this machine's data of zones."""

import zoneinfo
from pathlib import Path

#: WIB, WIB, WITA, WIT: where the institutions are that this is made for.
INDONESIAN = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")


def zone_fault(name: str) -> str:
    """What keeps the days of the zone `name` from being told: `no_data` (this machine knows no zone at all), `unknown`
    (it does not know this one), or nothing."""
    if _is_known(name):
        return ""
    return "unknown" if any(map(_is_known, INDONESIAN)) else "no_data"


def zone_warning(name: str) -> str:
    """What an operator should look at although it works, or nothing.

    `not_indonesian`: days and years of JP are those of elsewhere; `no_system_data`: zones come from the Python package
    tzdata, which the system does not keep up to date.
    """
    if name not in INDONESIAN:
        return "not_indonesian"
    return "" if _has_system_data() else "no_system_data"


def _is_known(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo.no_cache(name)  # what is on the disk now
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _has_system_data() -> bool:
    return any((Path(folder) / INDONESIAN[0]).is_file() for folder in zoneinfo.TZPATH)
