"""What a statement can mean to the ledger: a credit, a void, a review, a release, a proof, or why it is none."""

from typing import Protocol

import msgspec

REVIEW_SOURCE = "review"
LMS_SOURCE = "lms_record"
STATUSES = frozenset({"Ditinjau", "Disetujui", "Ditolak", "Perbaikan"})


class Stored(Protocol):
    """A statement as the LRS's store gives it."""

    @property
    def seq(self) -> int: ...
    @property
    def id(self) -> str: ...
    @property
    def stored(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def body(self) -> bytes: ...


class Credit(msgspec.Struct, frozen=True, gc=False):
    """One claim of JP, as the ledger keeps it: days `yyyymmdd` in the zone `zone`, minutes since 1970 UTC.

    `days` is how many of the form's units are declared: days, or months or semesters of a form that is paid by them.
    `awaits` is 1 when its pass waits for the evidence of the implementation. `assigned` is 1 when the learner was sent,
    0 when they enrolled, None when nothing is said. `doubt` is a key of `xapi.audit.words.REASONS` for something that
    is wrong with the statement and changes no JP.
    """

    statement_id: str
    seq: int
    actor: str
    activity: str
    activity_title: str
    form: str
    day: int
    month: int
    quarter: int
    year: int
    days: int
    cap_days: int
    start_minute: int
    end_minute: int
    end_second: int
    stored_minute: int
    raw_jp: int
    international: int
    certificate: str | None
    source: str
    registration: str | None
    evidence: str | None
    default_review: str
    lms_match: int
    awaits: int
    assigned: int | None
    competency: str | None
    organiser: str | None
    zone: str
    doubt: str | None


class Void(msgspec.Struct, frozen=True):
    """A statement that takes another one back."""

    statement_id: str
    seq: int
    target: str
    source: str
    stored: str


class Review(msgspec.Struct, frozen=True):
    """A validator's decision about a credit."""

    statement_id: str
    seq: int
    target: str
    status: str
    who: str
    role: str
    at: str
    reason: str
    evidence: str | None


class Release(msgspec.Struct, frozen=True):
    """The LMS's own record that someone carried out what the pass of `activity` waited for."""

    statement_id: str
    seq: int
    actor: str
    activity: str
    at: str
    evidence: str | None


class Proof(msgspec.Struct, frozen=True, gc=False):
    """A test that was passed in a competency, outside JP: `competency` as told (several parted by semicolons), its
    `level` or None, `score` in hundredths of a percent or None, and the local `day` (yyyymmdd)."""

    statement_id: str
    seq: int
    actor: str
    activity: str
    activity_title: str
    competency: str
    level: int | None
    score: int | None
    day: int
    source: str
    default_review: str


class BadStatement(msgspec.Struct, frozen=True):
    """A statement that means to give or judge a credit and cannot; `reason` is a key of `xapi.audit.words.REASONS`."""

    statement_id: str
    seq: int
    reason: str
    path: str
    source: str
    stored: str


Meaning = Credit | Void | Review | Release | Proof | BadStatement | None


class Unusable(Exception):
    """A credit, review or release cannot be used: `reason` and JSON `path`."""

    def __init__(self, reason: str, path: str) -> None:
        super().__init__(reason)
        self.reason, self.path = reason, path
