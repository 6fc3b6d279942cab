"""Puts what an adapter read into the outbox: all records of a file or none, or of a page those that can be."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.base import Desk
from adapters.errors import AdapterError
from adapters.records import LearningRecord, statement_id, statement_of
from xapi.errors import JampelError, RecorderError
from xapi.intake import Identity


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that was not taken: the `place` where it was found, and the error with its code."""

    place: str
    error: JampelError


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of records: statements newly `recorded`, those `unchanged` since an earlier run, and `refused`."""

    recorded: int = 0
    unchanged: int = 0
    refused: Sequence[RefusedRecord] = ()


def take_all(records: Sequence[LearningRecord], desk: Desk, source: str) -> Taken:
    """Records every one of `records` as evidence from `source`, or none of them when one is refused.

    A record that was recorded before with other values is refused with `record.recorded_otherwise`: a record is never
    overwritten.
    """
    statements: list[dict[str, object]] = []
    refused: list[RefusedRecord] = []
    for record in records:
        try:
            statements.append(admitted(record, desk))
        except JampelError as error:
            refused.append(RefusedRecord(record.place, error))
    if refused:
        return Taken(refused=refused)
    try:
        recorded = desk.recorder.record_all(statements, source=source)
    except RecorderError as error:
        if error.code != "recorder.id_taken":
            raise
        taken = [str(statement["id"]) for statement in statements].index(str(error.params["id"]))
        return Taken(refused=[_otherwise(records[taken])])
    new = sum(one.new for one in recorded)
    return Taken(new, len(recorded) - new)


def take_each(records: Sequence[LearningRecord], desk: Desk, source: str) -> Taken:
    """Records those of `records` that can be, as evidence from `source`: one bad record holds up no other."""
    whole = take_all(records, desk, source)
    if not whole.refused or len(records) <= 1:
        return whole
    middle = len(records) // 2
    parts = [take_each(part, desk, source) for part in (records[:middle], records[middle:])]
    refused = [one for part in parts for one in part.refused]
    return Taken(sum(part.recorded for part in parts), sum(part.unchanged for part in parts), refused)


def admitted(record: LearningRecord, desk: Desk) -> dict[str, object]:
    """The statement of `record` with a pseudonym as its actor, under its id; raises PeopleError as `Intake.admit`."""
    statement = desk.intake.admit(statement_of(record), record.who)
    if record.who.nip is not None:
        for home_page, name in record.accounts:
            desk.intake.person(Identity(nip=record.who.nip, issuer=home_page, subject=name))
    actor = statement["actor"]
    person = str(actor["account"]["name"]) if isinstance(actor, dict) else ""
    return statement | {"id": statement_id(desk.institution, person, record)}


def _otherwise(record: LearningRecord) -> RefusedRecord:
    return RefusedRecord(record.place, AdapterError("record.recorded_otherwise", "the same record with other values"))
