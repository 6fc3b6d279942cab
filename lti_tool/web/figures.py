"""What several pages say of credits: years to choose, days, and the words for statuses, sources and fates."""

from datetime import date, datetime

from flask import request
from flask_babel import format_date
from flask_babel import gettext as _

from lti_tool.web.context import services
from lti_tool.web.language import day, language
from xapi.audit.words import FATES, SOURCES, word
from xapi.errors import AuditError

FIRST_YEAR, LAST_YEAR = 2000, 2999
#: Files about more people than these are made by the worker: no page waits for them.
AT_ONCE = 1_000


def this_year() -> int:
    """The year it is where the institution is."""
    return services().today.year


def chosen_year() -> int:
    """The year in the query (`tahun`), else this one."""
    year = request.args.get("tahun", type=int) or this_year()
    return year if FIRST_YEAR <= year <= LAST_YEAR else this_year()


def years() -> list[int]:
    """The years to choose from, newest first: those with credits, this one, and the one that is shown."""
    return sorted({*services().ledger.years(), this_year(), chosen_year()}, reverse=True)


def is_projected() -> bool:
    """Whether the ledger has been made at all."""
    try:
        services().ledger.rules()
    except AuditError:
        return False
    return True


def is_large(year: int) -> bool:
    """Whether a file about the people of `year` takes too long to wait for."""
    return services().ledger.roster_size(year) > AT_ONCE


def as_date(day: int) -> date:
    """The day `yyyymmdd`."""
    return date(day // 10000, day // 100 % 100, day % 100)


def ledger_day(day: int) -> str:
    """The day `yyyymmdd` as people write it."""
    return format_date(as_date(day), "d MMM y", rebase=False)


def iso_day(moment: str) -> str:
    """The local day of a moment in ISO 8601, as people write it, or as it stands when no calendar has it."""
    try:
        return day(datetime.fromisoformat(moment))
    except (ValueError, OverflowError):  # for example a leap second, or a day before the first one
        return moment[:10]


def month_name(year: int, month: int) -> str:
    """The short name of a month."""
    return format_date(date(year, month, 1), "LLL", rebase=False)


def source_name(source: str) -> str:
    """Where evidence comes from, in words."""
    return word(SOURCES, source, language())


def fate_name(fate: str) -> str:
    """What became of a credit, in words."""
    return word(FATES, fate, language())


def review_name(status: str) -> str:
    """The status of a review, in words."""
    names = {
        "Ditinjau": _("Ditinjau"),
        "Disetujui": _("Disetujui"),
        "Ditolak": _("Ditolak"),
        "Perbaikan": _("Perlu perbaikan"),
    }
    return names.get(status, status)
