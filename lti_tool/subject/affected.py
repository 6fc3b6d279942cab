"""Whom a breach concerns: the people behind statements of some days, or of a list of ids (UU 27/2022 art. 46)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from lti_tool.errors import ToolError
from lti_tool.subject.actors import pseudonym_in
from xapi.alphabet import person_order

if TYPE_CHECKING:
    from lti_tool.services import Services


class Affected(msgspec.Struct, frozen=True):
    """A person with statements among those in question. Empty texts for a pseudonym that is nobody's (any more)."""

    person: str
    name: str
    nips: tuple[str, ...]
    opd: str
    accounts: tuple[tuple[str, str], ...]
    statements: int

    def __repr__(self) -> str:
        return f"Affected({self.person})"


def affected_between(services: "Services", since: datetime, until: datetime) -> list[Affected]:
    """Who has statements that were stored from `since` until before `until`."""
    return _people(services, services.subject_records.stored_between(since, until))


def affected_by(services: "Services", statements: Sequence[str]) -> list[Affected]:
    """Who is the actor of one of `statements` (ids)."""
    return _people(services, services.subject_records.actors_of(statements))


def _people(services: "Services", counts: Mapping[str, int]) -> list[Affected]:
    canonical = services.people.canonical()
    persons: dict[str, int] = {}
    for agent, count in counts.items():
        one = pseudonym_in(services.institution.id, agent)
        if one is not None:
            person = canonical.get(one, one)
            persons[person] = persons.get(person, 0) + count
    found = [_affected(services, person, count) for person, count in persons.items()]
    return sorted(found, key=lambda one: person_order(one.opd, one.name, one.person))


def _affected(services: "Services", person: str, count: int) -> Affected:
    record = services.people.subjects.record_of(person)
    if record is None:
        return Affected(person, "", (), "", (), count)
    opd = record.stays[-1].opd if record.stays else ""
    accounts = tuple((issuer, subject) for issuer, subject, _seen in record.accounts)
    return Affected(person, record.name, record.nips, opd, accounts, count)


def read_ids(text: str) -> list[str]:
    """The statement ids in `text`, one a line. Raises ToolError `subject.ids` with the line that is none."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(str(UUID(line.strip())))
            except ValueError as cause:
                raise ToolError("subject.ids", "no id of a statement", line=number) from cause
    return found
