"""Gathers everything an installation holds about one person, for them alone (UU 27/2022 art. 7, 13 and 32)."""

import base64
import json
import os
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from lti_tool.errors import ToolError
from lti_tool.evidence_files import EvidenceFiles
from lti_tool.subject.actors import agents_of, home_page_of
from lti_tool.subject.others import without_others
from lti_tool.subject.page import page_of
from xapi.lrs.store import StoredStatement
from xapi.lrs.store.subjects import KeptDocument
from xapi.people.subject import PersonRecord

if TYPE_CHECKING:
    from lti_tool.services import Services

FORMAT = "jampel subject 1"
#: Columns of the ledger that are about others, or about nothing a person would ask for.
_NOT_THEIRS = frozenset({"institution", "who", "seq"})
Json = dict[str, Any]


def gather(services: "Services", person: str) -> tuple[Json, dict[str, bytes]]:
    """Everything about `person` as JSON, and the contents of their attachments and certificates by
    SHA-2.

    Others are left out of it (art. 33). Raises PeopleError `people.unknown_person`.
    """
    record = services.people.subjects.require_record(person)
    agents = agents_of(services.institution.id, record.pseudonyms)
    statements = list(services.subject_records.statements(agents))
    certificates = EvidenceFiles(services.settings.data, services.institution.id).own(one.id for one in statements)
    contents = services.subject_records.contents(statements)
    contents |= {digest: path.read_bytes() for digest, path in certificates.items()}
    accounts = [(issuer, subject) for issuer, subject, _seen in record.accounts]
    made: Json = {
        "format": FORMAT,
        "made": services.clock(),
        "institution": {"id": services.institution.id, "name": services.institution.name},
        "legal_basis": services.settings.privacy.legal_basis,
        "officer": services.settings.privacy.officer,
        "person": _person(record),
        "credits": [_row(row) for row in _of_years(services, record, "credits_of")],
        "reviews": [_row(row) for row in _of_years(services, record, "reviews_of")],
        "enrolments": msgspec.to_builtins(services.lti.subjects.links(accounts)),
        "launches": msgspec.to_builtins(services.lti.subjects.launches(accounts)),
        "sent": services.lti.adapter_pushes.about([one.id for one in statements]),
        "documents": [_document(one) for one in services.subject_records.documents(agents)],
        "statements": [_statement(one, services.institution.id, record) for one in statements],
        "attachments": [{"sha2": sha2, "file": f"lampiran/{sha2}", "bytes": len(contents[sha2])} for sha2 in contents],
        "processing": [
            {"at": line.at, "action": line.action, "basis": line.basis, "detail": line.detail}
            for line in services.people.subjects.log(person_id=record.pseudonyms[0])
        ],
    }
    return made, contents


def _person(record: PersonRecord) -> Json:
    return {
        "name": record.name,
        "nips": list(record.nips),
        "pseudonyms": list(record.pseudonyms),
        "accounts": [{"issuer": one, "subject": two, "first_seen": seen} for one, two, seen in record.accounts],
        "employment": [asdict(stay) for stay in record.stays],
        "waits_to_be_matched": record.waits,
        "frozen_since": record.frozen.at if record.frozen else None,
    }


def _of_years(services: "Services", record: PersonRecord, door: str) -> list[Any]:
    """The rows of the ledger for the person, under any of their pseudonyms, all years together."""
    read = getattr(services.ledger, door)
    return [row for year in services.ledger.years() for one in record.pseudonyms for row in read(one, year)]


def _row(row: Json) -> Json:
    return {name: value for name, value in row.items() if name not in _NOT_THEIRS}


def _document(one: KeptDocument) -> Json:
    facts = {"kind": one.kind, "activity": one.activity, "registration": one.registration, "id": one.id,
             "updated": one.updated, "content_type": one.content_type}  # fmt: skip
    try:
        return facts | {"text": one.content.decode()}
    except UnicodeDecodeError:
        return facts | {"base64": base64.b64encode(one.content).decode()}


def _statement(one: StoredStatement, institution: str, record: PersonRecord) -> Json:
    body = without_others(json.loads(one.body), home_page_of(institution), record.pseudonyms)
    return {"source": one.source, "stored": one.stored, "statement": body}


def write_export(path: Path, made: Json, contents: dict[str, bytes], language: str) -> None:
    """Writes `data.json`, a page to read and the attachments into the zip `path`, which is its owner's alone.

    It is written aside and then put in place. Raises ToolError `subject.exists` when there is such a file.
    """
    if path.exists():
        raise ToolError("subject.exists", path.name, file=path.name)
    aside = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            write_copy(file, made, contents, language)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)


def write_copy(target: IO[bytes], made: Json, contents: dict[str, bytes], language: str) -> None:
    """Writes the same into `target`."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in _members(made, contents, language):
            packed.writestr(name, content)


def _members(made: Json, contents: dict[str, bytes], language: str) -> Iterable[tuple[str, bytes]]:
    yield "data.json", json.dumps(made, ensure_ascii=False, indent=1, default=str).encode("utf-8", "surrogatepass")
    yield "baca.html", page_of(made, language).encode("utf-8", "replace")
    for sha2, content in contents.items():
        yield f"lampiran/{sha2}", content
