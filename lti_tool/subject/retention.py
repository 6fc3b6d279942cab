"""What is past the period for which its class of records is kept: seen, and destroyed (UU 27/2022 art. 42 and 44).

The settings of the institution say how long; no period has a default, because an archivist decides it.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from lti_tool.evidence_files import EvidenceFiles
from lti_tool.subject.erase import erase_subject
from xapi.audit.projector import rebuild

if TYPE_CHECKING:
    from lti_tool.services import Services

CLASSES = ("statements", "documents", "enrolments", "people")


class Due(msgspec.Struct, frozen=True):
    """A class of records: how many `days` it is kept (0: undecided), and how many records are older (`past`)."""

    kind: str
    days: int
    past: int


def due(services: "Services") -> list[Due]:
    """Every class of records, with what is past its period."""
    counts = {
        "statements": services.subject_records.older_statements,
        "documents": services.subject_records.older_documents,
        "enrolments": services.lti.subjects.older,
        "people": lambda before: len(services.people.subjects.gone_before(before.date())),
    }
    found = []
    for kind in CLASSES:
        days = getattr(services.settings.retention, kind)
        found.append(Due(kind, days, counts[kind](_before(services, days)) if days else 0))
    return found


def destroy(services: "Services", *, decided_by: str) -> list[Due]:
    """Destroys what is past its period, and notes it; returns what there was of each class.

    A person past the period is erased; of statements the marks stay, as after an erasure. Interrupted, it goes on
    where it stopped.
    """
    found = due(services)
    days = {one.kind: one.days for one in found if one.past}
    if "people" in days:
        _erase_people(services, _before(services, days["people"]), decided_by)
    if "statements" in days:
        _destroy_statements(services, _before(services, days["statements"]))
    if "documents" in days:
        services.subject_records.destroy_documents(_before(services, days["documents"]))
    if "enrolments" in days:
        services.lti.subjects.destroy(_before(services, days["enrolments"]))
    if days:
        numbers = " ".join(f"{one.kind}={one.past}/{one.days}d" for one in found if one.past)
        services.people.subjects.note("retention", services.clock(), decided_by=decided_by, detail=numbers,
                                      basis="UU 27/2022 pasal 44; [retention]")  # fmt: skip
    return found


def _before(services: "Services", days: int) -> datetime:
    return services.clock() - timedelta(days=days)


def _erase_people(services: "Services", before: datetime, decided_by: str) -> None:
    for person in services.people.subjects.gone_before(before.date()):
        erase_subject(services, person, basis="[retention] people", decided_by=decided_by)


def _destroy_statements(services: "Services", before: datetime) -> None:
    taken = False
    while ids := services.subject_records.old_ids(before):
        services.people.subjects.mark(ids, services.clock())  # first: what is destroyed must never look removed
        EvidenceFiles(services.settings.data, services.institution.id).forget(ids)
        services.subject_records.destroy_statements(before)
        taken = True
    if taken:
        rebuild(services.ledger, services.statements, services.people, services.rules)
