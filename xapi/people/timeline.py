"""The employment of one person over time: what a roster says of a day goes to its place in what was known before."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from xapi.errors import PeopleError
from xapi.people.person import RosterEntry

ALWAYS = "0001-01-01"  # the start of an employment whose start no roster has said


class Period(NamedTuple):
    """One stretch of employment; days as `YYYY-MM-DD`: the first one, and the first one after it or None."""

    start: str
    end: str | None
    opd: str
    status: str
    position: str
    grade: str
    unit: str
    unit_code: str

    @property
    def work(self) -> tuple[str, ...]:
        """What does not change within a period."""
        return self[2:]


def placed(history: Sequence[Period], said: RosterEntry, today: str) -> list[Period]:
    """`history` (in order of days, none touching another) with what a roster says put in; what is known stays.

    A change begins at the roster's start date, without one on `today`. A start at which a period begins corrects that
    period; one with the work of the last period corrects when that began. Whoever had left and stands in the roster
    again is employed again. Raises PeopleError `people.starts_before` for a start before the last period that is none
    of the starts known, `people.ends_before` for an end that is not after the start.
    """
    start = said.start.isoformat() if said.start else None
    end = said.end.isoformat() if said.end else None
    new = Period(start or today, end, said.opd, said.status, said.position, said.grade, said.unit, said.unit_code)
    if history and not start:
        return _undated(list(history), new)
    new = new if start else new._replace(start=ALWAYS)
    _check_end(new)
    return _dated(list(history), new, today) if history else [new]


def _dated(history: list[Period], new: Period, today: str) -> list[Period]:
    last = history[-1]
    for place, known in enumerate(history):
        if known.start == new.start:
            kept = _end_to_come(last, today) if known is last else known.end
            return _fitted(history, place, new._replace(end=new.end or kept))
    before = history[-2].start if len(history) > 1 else ""
    if new.work == last.work and (last.end is None or new.start < last.end) and new.start > before:
        earlier = [one._replace(end=new.start) if one.end == last.start else one for one in history[:-1]]
        return [*(_cut(one, new.start) for one in earlier), new._replace(end=new.end or _end_to_come(last, today))]
    if new.start < last.start:
        detail = "an earlier start than the employment before"
        raise PeopleError("people.starts_before", detail, start=_day(new.start), known=_day(last.start))
    return [*history[:-1], _cut(last, new.start), new]


def _undated(history: list[Period], new: Period) -> list[Period]:
    """What holds from the day `new.start`, today, on."""
    last, today = history[-1], new.start
    over = last.end is not None and last.end < today
    ends = new.end is not None and new.end <= today
    if new.work == last.work and (ends or not over):
        end = new.end if new.end is not None or last.end == today else last.end
        _check_end(last._replace(end=end))
        return [*history[:-1], last._replace(end=end)]
    _check_end(new)
    if today < last.start:
        detail = "an earlier start than the employment before"
        raise PeopleError("people.starts_before", detail, start=_day(today), known=_day(last.start))
    if today == last.start:
        return [*history[:-1], new]
    return [*history[:-1], _cut(last, today), new]


def _end_to_come(last: Period, today: str) -> str | None:
    """When the last period ends, if that is still to come: whoever stands in a roster today has not left before."""
    return last.end if last.end is not None and last.end > today else None


def _fitted(history: list[Period], place: int, new: Period) -> list[Period]:
    """`new` in the place of the period that begins on the same day, ended by the next one at the latest."""
    if place + 1 < len(history):
        new = _cut(new, history[place + 1].start)
    return [*history[:place], new, *history[place + 1 :]]


def _cut(period: Period, day: str) -> Period:
    """`period`, over on `day` at the latest."""
    return period if period.end is not None and period.end <= day else period._replace(end=day)


def _check_end(period: Period) -> None:
    if period.end is not None and period.end <= period.start:
        days = {"start": _day(period.start), "end": _day(period.end)}
        raise PeopleError("people.ends_before", "an end before the start", **days)


def _day(day: str) -> date:
    return date.fromisoformat(day)


def joined(first: Sequence[Period], second: Sequence[Period]) -> list[Period]:
    """Two histories as those of one person: where both say something of a day, the later beginning holds; of two that
    begin on one day, that of `first`."""
    by_start = {one.start: one for one in second} | {one.start: one for one in first}
    ordered = [by_start[start] for start in sorted(by_start)]
    after = [one.start for one in ordered[1:]]
    return [_cut(one, day) for one, day in zip(ordered, after, strict=False)] + ordered[-1:]
