"""Erases a person from every store of an installation (UU 27/2022 art. 8, 43), or refuses with the reason (art. 15)."""

from typing import TYPE_CHECKING

import msgspec

from lti_tool.errors import ToolError
from lti_tool.evidence_files import EvidenceFiles
from lti_tool.subject.actors import agents_of
from lti_tool.subject.erasure_file import keep_erasures
from xapi.audit.projector import rebuild
from xapi.lrs.store.subjects import ErasedRecords
from xapi.people.subject import PersonRecord

if TYPE_CHECKING:
    from lti_tool.services import Services


class Erased(msgspec.Struct, frozen=True):
    """What an erasure took: the pseudonyms that are nobody's now, records of the LRS, and links of LMS accounts."""

    pseudonyms: tuple[str, ...]
    records: ErasedRecords
    marked: int
    links: int


def erase_subject(
    services: "Services", person: str, *, basis: str, decided_by: str, although_employed: bool = False
) -> Erased:
    """Erases `person` everywhere, and notes it in the record of processing and in the file of erasures.

    Who is employed is needed for the duty of the institution (art. 15 (1) c): then it is refused, with a line in the
    record, unless `although_employed`. Interrupted, it is finished by calling it again. Raises ToolError
    `subject.employed`, PeopleError `people.unknown_person`.
    """
    record = services.people.subjects.require_record(person)
    if is_employed(services, record) and not although_employed:
        services.people.subjects.note(
            "refuse", services.clock(), person_id=record.pseudonyms[0], decided_by=decided_by,
            basis="UU 27/2022 pasal 15 ayat (1) huruf c", detail=f"erase: {basis}",
        )  # fmt: skip
        raise ToolError("subject.employed", "needed for the duty of the institution")
    return _erase(services, record, basis, decided_by)


def is_employed(services: "Services", record: PersonRecord) -> bool:
    """Whether the person is employed today, or will be."""
    return any(stay.end is None or stay.end > services.today for stay in record.stays)


def _erase(services: "Services", record: PersonRecord, basis: str, decided_by: str) -> Erased:
    now, institution = services.clock(), services.institution.id
    agents = agents_of(institution, record.pseudonyms)
    accounts = [(issuer, subject) for issuer, subject, _seen in record.accounts]
    ids = [one.id for one in services.subject_records.statements(agents)]
    services.people.subjects.mark(ids, now)  # first: what is erased must never look removed
    end_grants(services, record)
    with_statements = services.settings.privacy.erase_statements
    EvidenceFiles(services.settings.data, institution).forget(ids)
    services.tasks.drop_files()  # reports that wait to be fetched may name the person
    services.rosters.drop()  # and so may lists that wait to be taken
    records = services.subject_records.erase(agents, statements=with_statements)
    links = services.lti.subjects.erase(accounts)
    services.lti.adapter_pushes.forget(ids)
    taken = f"documents={records.documents} attachments={records.attachments} statements={records.statements}"
    pseudonyms = services.people.subjects.erase(
        record.pseudonyms[0], now, basis=basis, decided_by=decided_by, statements=ids, detail=f"{taken} links={links}"
    )
    keep_erasures(services.settings.data, services.people.erasures.all())
    if records.statements:
        rebuild(services.ledger, services.statements, services.people, services.rules)
    return Erased(pseudonyms, records, len(ids), links)


def end_grants(services: "Services", record: PersonRecord) -> None:
    """Ends what the person's open pages may still write."""
    accounts = [(issuer, subject) for issuer, subject, _seen in record.accounts]
    for link in services.lti.subjects.links(accounts):
        services.credentials.revoke_grants(services.institution.id, link.registration)
