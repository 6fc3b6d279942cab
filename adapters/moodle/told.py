"""What changed in a Moodle and is not recorded again: a report for people, counted for each page and course."""

from collections.abc import Iterator

from adapters.errors import AdapterError
from adapters.moodle.answers import joined
from adapters.moodle.reading import Told
from adapters.recording import RefusedRecord

_OF_WORTH = ("moodle.no_jp", "moodle.no_form")


def changes(place: str, seen: Told) -> Iterator[RefusedRecord]:
    """One entry for each kind of change. What is recorded stays as it is: only a person can tell what was meant."""
    if seen.withdrawn:
        yield RefusedRecord(place, AdapterError("moodle.withdrawn", "", **_who(seen.withdrawn)))
    if seen.moved:
        yield RefusedRecord(place, AdapterError("moodle.moved_day", "", **_who(seen.moved)))
    if seen.regraded:
        yield RefusedRecord(place, AdapterError("moodle.regraded", "", **_who(seen.regraded)))
    if seen.timeless:
        yield RefusedRecord(place, AdapterError("moodle.no_time", "", **_who(seen.timeless)))


def is_of_worth(code: str) -> bool:
    """Whether a problem is that a course is worth nothing: it is over once the course is."""
    return code in _OF_WORTH or code.startswith("spreadsheet.")


def _who(people: list[int]) -> dict[str, object]:
    return {"number": len(people), "people": joined(people)}
