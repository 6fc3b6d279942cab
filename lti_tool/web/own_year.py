"""A learner's year in one look: how many JP they have, how many are missing, how long the year still is, and when."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from lti_tool.web.charts import Chart, columns
from lti_tool.web.figures import month_name
from lti_tool.web.language import jp_short
from xapi.audit.trail import Trail, TrailEntry

#: Under so many days the rest of a year is told in days, before that in whole weeks.
DAYS_TOLD = 14
WEEK = 7


@dataclass(frozen=True, slots=True)
class OwnYear:
    """What the page of a learner tells first. JP in hundredths; `bar` holds the shares, from 0 to 100, of what is
    accepted and of what waits for a review.

    `days` is how many days the year still has, today too; 0 when it is over, None when it has not begun.
    """

    accepted: int
    minimum: int
    pending: int
    bar: tuple[float, float]
    days: int | None

    @property
    def missing(self) -> int:
        """What is missing to the target."""
        return max(0, self.minimum - self.accepted)

    @property
    def time_left(self) -> str:
        """How long the year still is, in words; empty for another year than this."""
        if not self.days:
            return ""
        if self.days < DAYS_TOLD:
            return ngettext("%(num)s hari", "%(num)s hari", self.days)
        return _("%(weeks)s minggu", weeks=self.days // WEEK)


def own_year(trail: Trail, today: date) -> OwnYear:
    """The sums of `trail` as they stand on the day `today`."""
    accepted, pending = trail.total("accepted"), trail.total("pending")
    whole = max(trail.minimum, accepted, 1)
    done = round(100 * accepted / whole, 1)
    waits = round(min(100 * pending / whole, 100 - done), 1)
    days: int | None = max(0, (date(trail.year, 12, 31) - today).days + 1)
    if today.year < trail.year:
        days = None
    return OwnYear(accepted, trail.minimum, pending, (done, waits), days)


def newest_first(trail: Trail) -> list[TrailEntry]:
    """The credits of `trail`, the newest first."""
    return sorted(trail.entries, key=lambda entry: entry.day, reverse=True)


def month_chart(trail: Trail) -> Chart | None:
    """The accepted JP of each month with what waits for a review on top; None when there is neither."""
    months = [[0, 0] for _month in range(12)]
    for entry in trail.entries:
        if entry.fate != "voided":
            month = months[entry.day // 100 % 100 - 1]
            month[0] += entry.accepted
            month[1] += entry.pending
    if not any(map(any, months)):
        return None
    rows = [
        (
            month_name(trail.year, at),
            accepted,
            pending,
            _("%(jp)s JP, ditinjau %(pending)s", jp=jp_short(accepted), pending=jp_short(pending)),
        )
        for at, (accepted, pending) in enumerate(months, 1)
    ]
    parts = (_("Diterima"), _("Ditinjau"))
    return columns(_("JP diterima per bulan"), (_("Bulan"), _("JP diterima")), rows, parts=parts)
