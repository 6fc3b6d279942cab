"""Helpers for tests of the audit: stored statements made in one line, and a people store in memory."""

import uuid
from collections.abc import Sequence
from datetime import date

import msgspec

from xapi import vocabulary as words

INSTITUTION = "0123456789abcdef0123456789abcdef"
HOME_PAGE = f"{words.JAMPEL}instansi/{INSTITUTION}"
STORED = "2027-01-15T00:00:00Z"


class ListedStatement(msgspec.Struct, frozen=True):
    """A stored statement as the LRS's store gives it."""

    seq: int
    id: str
    stored: str
    source: str
    body: bytes


class ListedStatements:
    """A statement store in a list. Statements get their `seq` in the order they are added."""

    def __init__(self) -> None:
        self.listed: list[ListedStatement] = []

    def add(self, statement: dict[str, object], source: str = "launch", *, stored: str = STORED) -> str:
        """Adds a statement and returns its id."""
        body = msgspec.json.encode(statement)
        self.listed.append(ListedStatement(len(self.listed) + 1, str(statement["id"]), stored, source, body))
        return str(statement["id"])

    def after(self, institution: str, seq: int, limit: int) -> list[ListedStatement]:
        """The next statements of the one institution that it holds."""
        if institution != INSTITUTION:
            return []
        return [one for one in self.listed[seq:] if one.seq > seq][:limit]


class ListedEmployee(msgspec.Struct, frozen=True):
    """A person on the roster in memory."""

    person: str
    nip: str
    name: str
    opd: str = "Dinas Perikanan"
    status: str = "PNS"
    position: str = "Pelaksana"
    grade: str = "III/a"
    limited: bool = False


class ListedPeople:
    """A people store in memory: the same roster for every day, and links from aliases to people."""

    home_page = HOME_PAGE

    def __init__(self, employees: Sequence[ListedEmployee] = ()) -> None:
        self.employees = list(employees)
        self.aliases: dict[str, str] = {}

    def canonical(self) -> dict[str, str]:
        """Alias to person."""
        return dict(self.aliases)

    def roster(self, as_of: date) -> list[ListedEmployee]:
        """Everyone, whatever the day."""
        return list(self.employees)

    def employee(self, person: str, as_of: date) -> ListedEmployee | None:
        """The one person, or whom this alias stands for, whatever the day."""
        known = self.aliases.get(person, person)
        return next((employee for employee in self.employees if employee.person == known), None)

    def by_nip(self, nip: str) -> str | None:
        """The person with this number."""
        return next((employee.person for employee in self.employees if employee.nip == nip), None)


def person_id(number: int) -> str:
    """The pseudonym of person `number`: 32 hex digits."""
    return f"{number:032x}"


def statement_id(number: int) -> str:
    """The id of statement `number`."""
    return str(uuid.UUID(int=number))


def credit(
    number: int, person: int = 1, jp: object = 200, bentuk: object = "kursus", **other: object
) -> dict[str, object]:
    """A statement that gives JP: `number` is its id, `jp` in hundredths.

    Other values: `at` (timestamp), `activity`, `verb`, `days`, `quantity`, `certificate`, `international`, `duration`,
    `title`, `evidence`, `home_page`, `awaits`, `assigned`, `competency`, `organiser`, `zone`.
    """
    extensions = {
        words.EXT_JP: jp,
        words.EXT_BENTUK: bentuk,
        words.EXT_DAYS: other.get("days"),
        words.EXT_QUANTITY: other.get("quantity"),
        words.EXT_CERTIFICATE: other.get("certificate"),
        words.EXT_INTERNATIONAL: other.get("international"),
        words.EXT_EVIDENCE: other.get("evidence"),
        words.EXT_AWAITS: other.get("awaits"),
        words.EXT_ASSIGNED: other.get("assigned"),
        words.EXT_COMPETENCY: other.get("competency"),
        words.EXT_ORGANISER: other.get("organiser"),
        words.EXT_ZONE: other.get("zone"),
    }
    result = {"success": True, **({"duration": other["duration"]} if "duration" in other else {})}
    return {
        "id": statement_id(number),
        "actor": actor(person, str(other.get("home_page", HOME_PAGE))),
        "verb": {"id": other.get("verb", words.PASSED)},
        "object": {
            "id": other.get("activity", f"https://example.test/kegiatan/{number}"),
            "definition": {"name": {"id": other.get("title", f"Kegiatan {number}")}},
        },
        "result": result,
        "context": {"extensions": {key: value for key, value in extensions.items() if value is not None}},
        "timestamp": other.get("at", "2026-03-10T03:00:00Z"),
    }


def review(number: int, target: int, status: str, **other: object) -> dict[str, object]:
    """A validator's statement about the statement `target`; `reason`, `role` and `evidence` may be given."""
    extensions = {words.EXT_STATUS: status, words.EXT_ROLE: other.get("role", "BKPSDM")}
    if "evidence" in other:
        extensions[words.EXT_EVIDENCE] = other["evidence"]
    return {
        "id": statement_id(number),
        "actor": actor(999),
        "verb": {"id": words.VERB_REVIEWED},
        "object": {"objectType": "StatementRef", "id": statement_id(target)},
        "result": {"response": other.get("reason", "sesuai bukti")},
        "context": {"extensions": extensions},
        "timestamp": "2026-12-20T02:00:00Z",
    }


def release(number: int, activity: str, person: int = 1) -> dict[str, object]:
    """A statement that person `person` carried out what the pass of `activity` waited for."""
    return {
        "id": statement_id(number),
        "actor": actor(person),
        "verb": {"id": words.COMPLETED},
        "object": {"id": f"{activity}/implementasi"},
        "context": {"extensions": {words.EXT_IMPLEMENTS: activity}},
        "timestamp": "2026-12-19T02:00:00Z",
    }


def void(number: int, target: int) -> dict[str, object]:
    """A statement that takes back the statement `target`."""
    return {
        "id": statement_id(number),
        "actor": actor(999),
        "verb": {"id": words.VOIDED},
        "object": {"objectType": "StatementRef", "id": statement_id(target)},
        "timestamp": "2026-12-21T02:00:00Z",
    }


def actor(person: int, home_page: str = HOME_PAGE) -> dict[str, object]:
    """The pseudonymous actor of person `number`."""
    return {"objectType": "Agent", "account": {"homePage": home_page, "name": person_id(person)}}
