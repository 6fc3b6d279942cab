"""The employment of one person over time: what a roster says is put in its place, and said twice it changes nothing."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xapi.errors import PeopleError
from xapi.identity import Nip
from xapi.people import RosterEntry
from xapi.people.timeline import ALWAYS, Period, joined, placed

TODAY = "2026-06-01"


def said(opd: str, start: str | None = None, end: str | None = None) -> RosterEntry:
    days = [date.fromisoformat(day) if day else None for day in (start, end)]
    return RosterEntry(Nip("198501012099031001"), "Ani", opd, "PNS", "Analis", "III/a", days[0], end=days[1])


def spans(history: list[Period]) -> list[tuple[str, str, str | None]]:
    return [(one.opd, one.start, one.end) for one in history]


def after(*entries: RosterEntry, today: str = TODAY) -> list[Period]:
    history: list[Period] = []
    for entry in entries:
        history = placed(history, entry, today)
    return history


def test_stretches_of_one_year_follow_each_other():
    history = after(said("Dinkes", "2026-01-01"), said("Bappeda", "2026-04-01"), said("Dinkes", "2026-10-01"))
    assert spans(history) == [
        ("Dinkes", "2026-01-01", "2026-04-01"), ("Bappeda", "2026-04-01", "2026-10-01"), ("Dinkes", "2026-10-01", None),
    ]  # fmt: skip


def test_a_start_that_is_known_corrects_that_stretch_and_no_other():
    history = after(said("Dinkes", "2026-01-01"), said("Bappeda", "2026-04-01"), said("Dinsos", "2026-01-01"))
    assert spans(history) == [("Dinsos", "2026-01-01", "2026-04-01"), ("Bappeda", "2026-04-01", None)]


def test_who_left_and_is_named_again_is_employed_again():
    gone = after(said("Dinkes", "2026-01-01", "2026-03-01"))
    assert spans(placed(gone, said("Dinkes"), TODAY)) == [
        ("Dinkes", "2026-01-01", "2026-03-01"), ("Dinkes", TODAY, None),
    ]  # fmt: skip
    left_today = after(said("Dinkes", "2026-01-01", TODAY))
    assert spans(placed(left_today, said("Dinkes"), TODAY)) == [("Dinkes", "2026-01-01", None)]


def test_an_end_before_its_start_is_refused():
    with pytest.raises(PeopleError) as caught:
        after(said("Dinkes", "2026-03-01", "2026-03-01"))
    assert caught.value.code == "people.ends_before"


def test_two_histories_become_one_without_overlap():
    first = after(said("Dinkes", "2024-01-01"))
    second = after(said("Bappeda", "2026-02-01"))
    assert spans(joined(first, second)) == [("Dinkes", "2024-01-01", "2026-02-01"), ("Bappeda", "2026-02-01", None)]
    assert spans(joined(after(said("A")), after(said("B")))) == [("A", ALWAYS, None)]


DAYS = st.dates(date(2026, 1, 1), date(2026, 2, 15)).map(date.isoformat)
ENTRIES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.none() | DAYS, st.none() | DAYS).map(lambda parts: said(*parts)), max_size=6
)


@settings(max_examples=150)
@given(ENTRIES, DAYS)
def test_no_roster_makes_stretches_that_overlap_and_the_last_one_again_changes_nothing(entries, today):
    history: list[Period] = []
    for entry in entries:
        with contextlib.suppress(PeopleError):
            history = placed(history, entry, today)
            assert placed(history, entry, today) == history
        ends = [one.end for one in history[:-1]]
        starts = [one.start for one in history]
        assert starts == sorted(set(starts))
        assert all(end is not None and end <= start for end, start in zip(ends, starts[1:], strict=True))
        assert all(one.end is None or one.end > one.start for one in history)


@given(ENTRIES, ENTRIES)
@settings(max_examples=50)
def test_joined_histories_cover_every_day_that_either_covers(one, other):
    histories = []
    for entries in (one, other):
        history: list[Period] = []
        for entry in entries:
            with contextlib.suppress(PeopleError):
                history = placed(history, entry, "2026-02-16")
        histories.append(history)
    together = joined(*histories)
    for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(60)):
        text = day.isoformat()
        begun = [any(p.start <= text for p in history) for history in histories]
        assert any(p.start <= text for p in together) == any(begun)
        assert sum(p.start <= text and (p.end is None or text < p.end) for p in together) <= 1
