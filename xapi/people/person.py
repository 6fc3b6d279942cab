"""What the people store tells of a person; a NIP in it is never part of a `repr`."""

from dataclasses import dataclass, field
from datetime import date, datetime

from xapi.identity import Nip


@dataclass(frozen=True, slots=True)
class Resolution:
    """The `person` (id, 32 hex) behind an LMS account.

    `matched` is False while nobody has said who it is. `conflict` is True when the LMS now gives the account another
    NIP than the person has: the earlier link is kept, and an administrator should look.
    """

    person: str
    matched: bool
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person seen in an LMS that is in no roster yet; `name` is what the LMS said."""

    person: str
    issuer: str
    subject: str
    name: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Employee:
    """A person in a position: `nip` their newest number, `status` one of PNS, PPPK, CPNS, `grade` the golongan.

    `unit` is the part of the OPD, `unit_code` the code of the office where they work, as the institution writes them.
    `limited` says that the processing of their data is suspended (UU 27/2022 art. 41).
    """

    person: str
    nip: str = field(repr=False)
    name: str
    opd: str
    status: str
    position: str
    grade: str
    unit: str = ""
    unit_code: str = ""
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """One stretch of a person's employment: `start` is its first day, None when no roster has said it; `end` is the
    first day after it, None while it lasts."""

    opd: str
    status: str
    position: str
    grade: str
    unit: str
    unit_code: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One good row of a roster; `start` is the first day of this employment, None when the roster does not say, and
    `end` the first day after it, None when it lasts or the roster does not say."""

    nip: Nip
    name: str
    opd: str
    status: str
    position: str
    grade: str
    start: date | None
    unit: str = ""
    unit_code: str = ""
    end: date | None = None
