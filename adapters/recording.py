"""Puts what an adapter read into the outbox: all records of a file or none, or of a page those that can be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from adapters.base import Desk
from adapters.errors import AdapterError
from adapters.records import LearningRecord, statement_id, statement_of
from xapi.errors import JampelError, RecorderError
from xapi.intake import Identity, refuse_nips
from xapi.validation import validate_statement


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
    ready, refused = _admit(records, desk)
    if refused:
        return Taken(refused=refused)
    taken, _at = _record(ready, desk, source)
    return taken


def take_each(records: Sequence[LearningRecord], desk: Desk, source: str) -> Taken:
    """Records those of `records` that can be, as evidence from `source`: one bad record holds up no other."""
    ready, refused = _admit(records, desk)
    recorded = unchanged = 0
    waiting = [ready]
    while waiting:
        part = waiting.pop()
        taken, bad = _record(part, desk, source)
        recorded, unchanged = recorded + taken.recorded, unchanged + taken.unchanged
        refused += taken.refused
        if bad is not None:  # what stood before and after the bad one, each on its own
            waiting += [half for half in (part[bad + 1 :], part[:bad]) if half]
    return Taken(recorded, unchanged, refused)


_Ready = tuple[LearningRecord, dict[str, object]]


def _admit(records: Sequence[LearningRecord], desk: Desk) -> tuple[list[_Ready], list[RefusedRecord]]:
    """The statements of those records that have one, and the others."""
    ready: list[_Ready] = []
    refused: list[RefusedRecord] = []
    desk.intake.expect(record.who for record in records)
    for record in records:
        try:
            with _promises_kept():
                statement = admitted(record, desk)
                validate_statement(msgspec.json.encode(statement))
        except JampelError as error:
            refused.append(RefusedRecord(record.place, error))
        else:
            ready.append((record, statement))
    return ready, refused


def check(record: LearningRecord, actor: Mapping[str, object], number: str) -> None:
    """Raises JampelError when `record` can be no statement; `actor` and `number` stand for its actor and its id."""
    with _promises_kept():
        statement = statement_of(record)
        refuse_nips(statement, "$")
        validate_statement(msgspec.json.encode(statement | {"actor": actor, "id": number}))


@contextmanager
def _promises_kept() -> Iterator[None]:
    """A value that no adapter may give becomes an error of the one record that has it."""
    try:
        yield
    except (TypeError, ValueError, LookupError, AttributeError) as cause:
        raise AdapterError("record.unusable", type(cause).__name__) from cause


def _record(ready: Sequence[_Ready], desk: Desk, source: str) -> tuple[Taken, int | None]:
    """Records all, or none and then with the place of the one to blame."""
    statements = [statement for _record, statement in ready]
    try:
        recorded = desk.recorder.record_all(statements, source=source)
    except RecorderError as error:
        if error.code != "recorder.id_taken":
            raise
        bad = [str(statement["id"]) for statement in statements].index(str(error.params["id"]))
        return Taken(refused=[_otherwise(ready[bad][0])]), bad
    new = sum(one.new for one in recorded)
    return Taken(new, len(recorded) - new), None


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
