"""Times as people write them in a table, in a zone that is given unless the cell names another one."""

import re
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from adapters.errors import AdapterError
from xapi.audit.moments import ZONES, zone_of
from xapi.identity import mask_nips_in
from xapi.sheet import Cell, SheetError, date_of, text_of

_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})(?:[.:](\d{2})(?:\.\d+)?)?", re.ASCII)
_MOMENT = re.compile(
    r"(?P<day>[^\s,]+(?: [A-Za-z]+ \d{4})?),? +(?:pukul )?(?P<clock>\d{1,2}[.:]\d{2}(?:[.:]\d{2}(?:\.\d+)?)?)"
    r" ?(?P<zone>WIB|WITA|WIT|Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_SHOWN = 30


def moment_of(cell: Cell, zone: tzinfo) -> datetime:
    """The moment in `cell`: a date cell with a time, `2019-11-12 08:00`, `12/11/2019 08.00 WITA`, `12 November 2019
    08:00`, or ISO 8601 with an offset. Without a zone it is in `zone`.

    Raises AdapterError `cell.moment` for anything else, also for a day without a time, and `cell.empty`.
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=zone) if cell.tzinfo is None else cell
    text = text_of(cell) if isinstance(cell, str) else ""
    if cell is None or cell == "":
        raise AdapterError("cell.empty", "an empty cell")
    found = _MOMENT.fullmatch(re.sub(r"(?<=\d)T(?=\d)", " ", text))
    if found is None:
        raise _no_moment(cell)
    try:
        day = date_of(found["day"])
    except SheetError as cause:
        raise _no_moment(cell) from cause
    if day is None:
        raise _no_moment(cell)
    return datetime.combine(day, clock_of(found["clock"]), _own_zone(found["zone"], zone))


def clock_of(cell: Cell) -> time:
    """The hour of the day in `cell`, `08:00` or `08.00`; raises AdapterError `cell.clock` for anything else."""
    if isinstance(cell, datetime):
        return cell.time()
    text = text_of(cell) if isinstance(cell, str) else ""
    if cell is None or cell == "":
        raise AdapterError("cell.empty", "an empty cell")
    found = _CLOCK.fullmatch(text)
    try:
        if found is not None:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        pass
    raise AdapterError("cell.clock", "no hour of the day", value=_shown(cell))


def zone_named(name: str) -> ZoneInfo:
    """The zone WIB, WITA, WIT or of an IANA name; raises AdapterError `cell.zone` when there is no such zone."""
    zone = zone_of(name)
    if zone is None:
        raise AdapterError("cell.zone", "no such zone", value=mask_nips_in(name)[:_SHOWN])
    return zone


def _own_zone(name: str | None, zone: tzinfo) -> tzinfo:
    if not name:
        return zone
    if name.upper() in ZONES:
        return ZoneInfo(ZONES[name.upper()])
    offset = datetime.fromisoformat(f"2019-01-01T00:00:00{'+00:00' if name.upper() == 'Z' else name}").tzinfo
    return offset or zone


def _no_moment(cell: Cell) -> AdapterError:
    return AdapterError("cell.moment", "no moment", value=_shown(cell))


def _shown(cell: Cell | date) -> str:
    return mask_nips_in(str(cell))[:_SHOWN]
