"""What records would become, without recording any: for `--dry-run`."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from adapters.recording import RefusedRecord, check
from adapters.records import LearningRecord, statement_id
from lti_tool.errors import ToolError
from lti_tool.services import Services
from xapi.errors import JampelError
from xapi.identity import looks_like_nip, mask_nip, mask_nips_in
from xapi.intake import Identity

NEW, KNOWN, REFUSED = "new", "known", "refused"
_BATCH = 500


class Line(NamedTuple):
    """One record: its `state` is new, known (recorded before; nothing happens) or refused, with the `error`."""

    place: str
    who: str
    title: str
    at: str
    form: str
    jp: int | None
    state: str
    error: JampelError | None = None


def preview(records: Iterable[LearningRecord], services: Services) -> Iterator[Line]:
    """A line for each of `records`; makes no person and records nothing."""
    people: dict[Identity, str | None] = {}
    waiting = iter(records)
    while batch := list(islice(waiting, _BATCH)):
        found = [(record, *_judged(record, services, people)) for record in batch]
        known = _recorded(services, [number for _record, number, _error in found if number])
        for record, number, error in found:
            yield _line(record, REFUSED if error else KNOWN if number in known else NEW, error)


def refused_line(refused: RefusedRecord) -> Line:
    """The line of what a page cannot use."""
    return Line(mask_nips_in(refused.place), "", "", "", "", None, REFUSED, refused.error)


def _judged(
    record: LearningRecord, services: Services, people: dict[Identity, str | None]
) -> tuple[str, JampelError | None]:
    """The id its statement would have ("" for a person who is new), or what is wrong with it."""
    try:
        if record.who not in people:
            people[record.who] = _person(record.who, services)
        person = people[record.who]
        if person is not None and services.people.is_frozen(person):
            raise ToolError("adapter.person_frozen", "the processing of this person's data is suspended")
        number = statement_id(services.institution.id, person or "", record)
        check(record, services.people.actor(person or "0" * 32), number)
    except JampelError as error:
        return "", error
    return number if person else "", None


def _person(who: Identity, services: Services) -> str | None:
    """The person, if there is one; raises PeopleError for an identity that is none, as the intake does."""
    if who.issuer is not None and who.subject is not None:
        known = services.people.by_account(who.issuer, who.subject)
        return services.people.by_nip(who.nip) if known is None and who.nip and looks_like_nip(_digits(who)) else known
    if who.nip is None:
        raise ToolError("adapter.nobody", "neither a NIP nor an account")
    return services.people.by_nip(who.nip)


def _recorded(services: Services, numbers: Sequence[str]) -> set[str]:
    """Those statements that have been recorded before."""
    by_id = {uuid.UUID(one).bytes: one for one in numbers}
    stored = {by_id[one] for one in services.statements.bodies(services.institution.id, by_id)}
    return stored | {one for one in numbers if one not in stored and services.recorder.recorded(one) is not None}


def _line(record: LearningRecord, state: str, error: JampelError | None) -> Line:
    who = mask_nip(_digits(record.who)) if record.who.nip else mask_nips_in(record.who.subject or "")
    title = mask_nips_in(record.title)
    return Line(mask_nips_in(record.place), who, title, record.at.isoformat(), record.form, record.jp, state, error)


def _digits(who: Identity) -> str:
    return str(getattr(who.nip, "digits", who.nip))
