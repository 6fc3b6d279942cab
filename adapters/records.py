"""One thing that someone learnt, as a plain value: what every adapter reads, and how it becomes a statement."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from xapi.intake import Identity
from xapi.vocabulary import (
    ATTENDED,
    COMPLETED,
    EXPERIENCED,
    EXT_ASSIGNED,
    EXT_AWAITS,
    EXT_BENTUK,
    EXT_CERTIFICATE,
    EXT_COMPETENCY,
    EXT_DAYS,
    EXT_EVIDENCE,
    EXT_IMPLEMENTS,
    EXT_INTERNATIONAL,
    EXT_JP,
    EXT_LEVEL,
    EXT_ORGANISER,
    EXT_QUANTITY,
    EXT_STANDARD,
    EXT_ZONE,
    FAILED,
    JAMPEL,
    PASSED,
)
from xapi.vocabulary.adl import REGISTERED

VERBS: Mapping[str, Mapping[str, str]] = {
    ATTENDED: {"id": "mengikuti", "en": "attended"},
    COMPLETED: {"id": "menyelesaikan", "en": "completed"},
    EXPERIENCED: {"id": "mempelajari", "en": "experienced"},
    FAILED: {"id": "belum lulus", "en": "failed"},
    PASSED: {"id": "lulus", "en": "passed"},
    REGISTERED: {"id": "terdaftar", "en": "registered"},
}
"""How the verbs of records are displayed (xAPI 1.0.3 Data 2.4.3)."""
STATEMENTS = uuid.uuid5(uuid.NAMESPACE_URL, JAMPEL + "sheet")
"""Names of the ids of statements that are made of records; sheets were the first, and what they made keeps its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningRecord:
    """What one person did with one activity, as a system or a sheet tells it.

    `key` names the record within its system and person, and is the same each time the record is read: with institution
    and pseudonym it makes the id of the statement, so that a record read twice is recorded once. A fact that can
    happen again (an attempt, an attendance) has its time or number in the key. `who` is the person as the system knows
    them, `accounts` further accounts of theirs (home page, name), which are linked to them when their NIP is known.
    `place` is where it was found, as a person would look for it ("baris 12").

    `activity` is an IRI, `activity_type` too; `title` and `description` are texts. `at` is when it ended, with its
    zone; `lasted` the time it took. `score` is scaled, 0 to 1. `passed` and `completed` are None when not told.

    A record with a `form` (bentuk, a slug) and `jp` (hundredths, as declared) counts towards JP, one without either is
    learning on the way there. `days`, `quantity` (months or semesters), `international`, `certificate` (its number),
    `evidence` (SHA-256 of the file, 64 hex digits), `organiser`, `competency`, `level` (of a tested competency),
    `standard` (of a job), `assigned` (True: sent, False: enrolled by choice), `zone` (WIB, WITA, WIT or IANA) are as in
    the vocabulary. `awaits`: the pass is held until an
    implementation is recorded; `implements`: the activity whose implementation this records. `parent` is the IRI of
    the course that the activity is a part of.
    """

    key: tuple[str, ...]
    who: Identity
    place: str
    verb: str
    activity: str
    activity_type: str
    title: str
    at: datetime
    description: str = ""
    lasted: timedelta | None = None
    score: float | None = None
    passed: bool | None = None
    completed: bool | None = None
    jp: int | None = None
    form: str = ""
    days: int | None = None
    quantity: int | None = None
    international: bool | None = None
    certificate: str = ""
    evidence: str = ""
    organiser: str = ""
    competency: str = ""
    level: int | None = None
    standard: str = ""
    assigned: bool | None = None
    zone: str = ""
    awaits: bool = False
    implements: str = ""
    parent: str = ""
    accounts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    more: Mapping[str, object] = field(default_factory=dict)
    """Further context extensions, by IRI."""


def statement_of(record: LearningRecord) -> dict[str, object]:
    """The statement of `record` before the intake gives it its actor, without an id."""
    definition: dict[str, object] = {"type": record.activity_type, "name": {"id": record.title}}
    if record.description:
        definition["description"] = {"id": record.description}
    statement: dict[str, object] = {
        "verb": {"id": record.verb, "display": dict(VERBS[record.verb])},
        "object": {"id": record.activity, "definition": definition},
        "timestamp": record.at.isoformat(),
    }
    if result := _result(record):
        statement["result"] = result
    if context := _context(record):
        statement["context"] = context
    return statement


def statement_id(institution: str, person: str, record: LearningRecord) -> str:
    """The id of the statement of `record` about `person`, a pseudonym: a NIP could be guessed from its hash."""
    return str(uuid.uuid5(STATEMENTS, "\n".join((institution, person, *record.key))))


def _result(record: LearningRecord) -> dict[str, object]:
    found: dict[str, object] = {}
    if record.score is not None:
        found["score"] = {"scaled": round(record.score, 4)}
    if record.passed is not None:
        found["success"] = record.passed
    if record.completed is not None:
        found["completion"] = record.completed
    if record.lasted:
        found["duration"] = _duration(record.lasted)
    return found


def _duration(lasted: timedelta) -> str:
    """As ISO 8601, whole days as days (xAPI 1.0.3 Data 4.6)."""
    if lasted == timedelta(days=lasted.days):
        return f"P{lasted.days}D"
    return f"PT{lasted.total_seconds():.10g}S"


def _context(record: LearningRecord) -> dict[str, object]:
    told: dict[str, object | None] = {
        EXT_JP: record.jp,
        EXT_BENTUK: record.form or None,
        EXT_INTERNATIONAL: record.international,
        EXT_CERTIFICATE: record.certificate or None,
        EXT_DAYS: record.days,
        EXT_QUANTITY: record.quantity,
        EXT_EVIDENCE: record.evidence or None,
        EXT_ORGANISER: record.organiser or None,
        EXT_COMPETENCY: record.competency or None,
        EXT_LEVEL: record.level,
        EXT_STANDARD: record.standard or None,
        EXT_ASSIGNED: record.assigned,
        EXT_ZONE: record.zone or None,
        EXT_AWAITS: record.awaits or None,
        EXT_IMPLEMENTS: record.implements or None,
        **record.more,
    }
    extensions = {name: value for name, value in told.items() if value is not None}
    context: dict[str, object] = {"extensions": extensions} if extensions else {}
    if record.parent:
        context["contextActivities"] = {"parent": [{"id": record.parent}]}
    return context
