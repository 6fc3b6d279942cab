"""What is kept of the rights of data subjects (UU 27/2022): freezes, erasures and the record of processing."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime

from xapi.people.person import Stay

#: What the record of processing tells of (art. 31); the last four are about many people at once.
ACTIONS = (
    "export", "freeze", "unfreeze", "correct", "erase", "refuse", "merge", "unmerge", "match_refused",
    "import", "retention", "affected", "restore",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frozen:
    """A person whose processing is suspended (art. 41): since when, on what basis, and who decided it."""

    person: str
    at: datetime
    basis: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """The erasure of the pseudonym `person`, which then stands for nobody."""

    institution: str
    person: str
    erased: datetime
    basis: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of the record of processing. `person` is a pseudonym, of nobody after an erasure; empty for many.

    `chain` is the SHA-256 over this line and the chain before it: a line that is changed or taken out shows.
    """

    seq: int
    at: datetime
    action: str
    person: str
    basis: str
    decided_by: str
    detail: str
    chain: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything that the people store has of one person; `pseudonyms` begin with the one that is theirs now."""

    pseudonyms: tuple[str, ...]
    name: str = field(repr=False)
    nips: tuple[str, ...] = field(repr=False)
    accounts: tuple[tuple[str, str, datetime], ...] = field(repr=False)  # issuer, subject, first seen
    stays: tuple[Stay, ...]
    waits: bool
    frozen: Frozen | None


def link(before: str, at: int, action: str, person: str, basis: str, decided_by: str, detail: str) -> str:
    """The chain of a line after the one whose chain is `before` (empty for the first); `at` in milliseconds."""
    line = json.dumps([before, at, action, person, basis, decided_by, detail], ensure_ascii=False)
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()


def mark_of_statement(statement_id: str) -> str:
    """What is kept of an erased statement: the SHA-256 of its id, a random UUID in lower case."""
    return hashlib.sha256(statement_id.lower().encode()).hexdigest()
