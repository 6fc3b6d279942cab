"""What stands in the queue: jobs, what a handler says about them, and what people see of those that wait."""

from dataclasses import dataclass
from datetime import datetime

KEPT_REASON = 1_000  # characters of a reason that are kept: enough to act on, too few to fill a disk


@dataclass(frozen=True, slots=True)
class Entry:
    """A job to put.

    `key` makes it idempotent (one job per key). Jobs of one `lane` are handled one after the other, in the order they
    were put. `due` is the first moment it may be handled, None is at once.
    """

    payload: bytes
    key: str | None = None
    lane: str | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Job:
    """A leased job. `attempts` counts this lease too and is the token that a late worker can no longer settle with."""

    id: int
    institution: str
    kind: str
    key: str | None
    payload: bytes
    attempts: int
    owner: str = ""
    lane: str | None = None

    def __repr__(self) -> str:
        return f"Job({self.id}, {self.kind}, attempt {self.attempts})"  # a payload may hold personal data


@dataclass(frozen=True, slots=True)
class Done:
    """The job is finished; `receipt` is what the other side answered, for the record."""

    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """The job may work later; `after_seconds` is the least wait that the other side asked for, None for our own."""

    reason: str
    after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The job can never work as it is; it is kept, with the reason, until a person puts it back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Halt:
    """The other side takes nothing now: the job waits, and with it all jobs of its kind and institution.

    `after_seconds` is the least wait it asked for. `refused` says that it refuses who we are: only a person can mend
    that, so it is tried again rarely, with one job.
    """

    reason: str
    after_seconds: float | None = None
    refused: bool = False


Outcome = Done | Retry | Quarantine | Halt


@dataclass(frozen=True, slots=True)
class Stuck:
    """A job that a person should know of: quarantined, or waiting after a failure."""

    id: int
    kind: str
    key: str | None
    reason: str
    attempts: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A kind of jobs whose other side takes nothing: the reason, since when, and when it is tried again.

    `refused` means that the credential is refused, `asked` that the other side named the moment itself. `attempts`
    counts the failures in a row.
    """

    kind: str
    reason: str
    refused: bool
    asked: bool
    attempts: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a job was delivered: `receipt` is what its handler wrote down, `when` the moment."""

    id: int
    kind: str
    key: str | None
    receipt: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is not done of one kind: the number of jobs by state, and the earliest moment at which one was or is due."""

    jobs: dict[str, int]
    due: datetime | None
