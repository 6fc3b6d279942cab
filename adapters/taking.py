"""Puts many records into the outbox: first looks what is new, and writes only when none of them stands in the way."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from adapters.base import Desk
from adapters.errors import AdapterError
from adapters.recording import RefusedRecord, Taken, take_all
from adapters.records import LearningRecord, statement_id, statement_of
from xapi.errors import PeopleError
from xapi.intake import refuse_nips
from xapi.vocabulary import EXT_EVIDENCE

PART = 500  # records that are looked at, and written, at once
Stored = Callable[[Sequence[str]], Mapping[str, bytes]]
Tick = Callable[[int], None]


@dataclass(slots=True)
class Survey:
    """What would become of records: how many are `new`, of people `unknown` so far, and which are recorded already, by
    their place in the list (`there`) with the id of the statement. `late` are those among them that come with a
    certificate and were recorded without one. `refused` stand in the way of all.
    """

    new: int = 0
    people: set[str] = field(default_factory=set, repr=False)
    unknown: int = 0
    there: dict[int, str] = field(default_factory=dict)
    late: dict[int, str] = field(default_factory=dict)
    refused: list[RefusedRecord] = field(default_factory=list)


def survey(records: Sequence[LearningRecord], desk: Desk, stored: Stored, tick: Tick = lambda _n: None) -> Survey:
    """What taking `records` would do; writes nothing and makes nobody. `stored` gives the statements of some ids that
    are recorded already, as JSON by id."""
    found = Survey()
    unknown: set[object] = set()
    for first, part in _parts(records):
        persons = desk.intake.known([record.who for record in part])
        ids = [
            statement_id(desk.institution, person, one) if person else ""
            for person, one in zip(persons, part, strict=True)
        ]
        bodies = stored([one for one in ids if one])
        for place, (record, person, number) in enumerate(zip(part, persons, ids, strict=True), first):
            if person is None:
                unknown.add(record.who.nip or (record.who.issuer, record.who.subject))
            else:
                found.people.add(person)
            _look(found, place, record, bodies.get(number))
        tick(len(part))
    found.unknown = len(unknown)
    found.refused += _frozen(found.people, records, desk)
    return found


def _look(found: Survey, place: int, record: LearningRecord, body: bytes | None) -> None:
    if body is None:
        try:
            refuse_nips([record.title, record.description, record.certificate, record.organiser], "$")
        except PeopleError as error:
            found.refused.append(RefusedRecord(record.place, error))
        found.new += 1
        return
    statement = statement_of(record)
    before = msgspec.json.decode(body, type=dict[str, object])
    same, was, now = _compared(before, statement)
    if not same:
        otherwise = AdapterError("record.recorded_otherwise", "the same record with other values")
        found.refused.append(RefusedRecord(record.place, otherwise))
        return
    found.there[place] = str(before["id"])
    if now and was != now:
        found.late[place] = str(before["id"])


def _compared(before: Mapping[str, object], now: Mapping[str, object]) -> tuple[bool, object, object]:
    """Whether two statements say the same apart from the certificate, and the certificates of the two."""
    plain = msgspec.json.decode(msgspec.json.encode(now), type=dict[str, object])
    evidence = [_without_evidence(one) for one in (before, plain)]
    (old, was), (new, is_now) = evidence
    return all(old.get(name) == new.get(name) for name in ("verb", "object", "result", "context")), was, is_now


def _without_evidence(statement: Mapping[str, object]) -> tuple[dict[str, object], object]:
    context = statement.get("context")
    if not isinstance(context, dict) or not isinstance(context.get("extensions"), dict):
        return dict(statement), None
    said = dict(context["extensions"])
    evidence = said.pop(EXT_EVIDENCE, None)
    return {**statement, "context": {**context, "extensions": said}}, evidence


def _frozen(people: Iterable[str], records: Sequence[LearningRecord], desk: Desk) -> Iterator[RefusedRecord]:
    """The records of those whose processing is suspended; there are seldom any."""
    errors: dict[str, PeopleError] = {}
    for person in people:
        try:
            desk.intake.refuse_frozen(person)
        except PeopleError as error:
            errors[person] = error
    if not errors:
        return
    for _first, part in _parts(records):
        for record, known in zip(part, desk.intake.known([one.who for one in part]), strict=True):
            if known in errors:
                yield RefusedRecord(record.place, errors[known])


def take_parts(
    records: Sequence[LearningRecord], desk: Desk, source: str, found: Survey, tick: Tick = lambda _n: None
) -> Taken:
    """Records what the survey `found` to be new, as evidence from `source`, part by part.

    What arrives meanwhile may refuse a part: the parts before stay, and the next run goes on from there, for a record
    that is taken twice is taken once. Raises as `Recorder.record_all`.
    """
    recorded = 0
    for first, part in _parts(records):
        new = [record for place, record in enumerate(part, first) if place not in found.there]
        if new:
            taken = take_all(new, desk, source)
            recorded += taken.recorded
            if taken.refused:
                return Taken(recorded, len(found.there), taken.refused)
        tick(len(part))
    return Taken(recorded, len(records) - recorded)


def statement_of_record(record: LearningRecord, desk: Desk) -> str:
    """The id of the statement of a record that was taken."""
    return statement_id(desk.institution, desk.intake.person(record.who), record)


def _parts(records: Sequence[LearningRecord]) -> Iterator[tuple[int, list[LearningRecord]]]:
    for first in range(0, len(records), PART):
        yield first, list(records[first : first + PART])
