"""The times that commands show: local, with the name of their zone, in the language of the command."""

from datetime import datetime, tzinfo

from lti_tool.settings import preferred_language
from xapi.local_times import time_text
from xapi.validation.formats import moment_or_none

NONE = "–"


def local_time(moment: datetime | int | None, zone: tzinfo, *, seconds: bool = False) -> str:
    """`moment` (aware, or a Unix second) in `zone`, such as `26 Nov 2026 09.30 WIB`; a dash for none."""
    if moment is None:
        return NONE
    local = datetime.fromtimestamp(moment, zone) if isinstance(moment, int) else moment.astimezone(zone)
    return time_text(local, preferred_language(), seconds=seconds)


def time_in(text: str, zone: tzinfo, *, seconds: bool = False) -> str:
    """The same for an ISO 8601 time that a file holds; `text` itself when it is no such time."""
    moment = moment_or_none(text)
    return text if moment is None else local_time(moment, zone, seconds=seconds)
