"""What the audit asks of the people store, and the roster in the words of the rules."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from xapi.audit.extensions import short
from xapi.audit.rule_set import OTHER_STATUS, Edition


class Employee(Protocol):
    """One person of the roster."""

    @property
    def person(self) -> str: ...
    @property
    def nip(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def opd(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def position(self) -> str: ...
    @property
    def grade(self) -> str: ...
    @property
    def limited(self) -> bool: ...


class People(Protocol):
    """The people store, as far as the audit needs it (`xapi.people.PeopleStore` is one)."""

    @property
    def home_page(self) -> str: ...

    def canonical(self) -> Mapping[str, str]: ...

    def roster(self, as_of: date) -> Sequence[Employee]: ...

    def employee(self, person: str, as_of: date) -> Employee | None: ...

    def by_nip(self, nip: str) -> str | None: ...


def roster_of(people: People, year: int) -> dict[str, Employee]:
    """The employees of `year` by person: those on the roster at its last day."""
    return {employee.person: employee for employee in people.roster(_last_day(year))}


def employee_of(people: People, person: str, year: int) -> Employee | None:
    """The one of `roster_of` who is `person`, or whose alias that is; nobody else is read."""
    return people.employee(person, _last_day(year))


def _last_day(year: int) -> date:
    return date(year, 12, 31)


class RosterRow(NamedTuple):
    """A person's place in the institution, as the ledger keeps it: no name, no NIP. `status` is one of the rules."""

    opd: str
    status: str
    grade: str = ""
    position: str = ""
    unit_code: str = ""


def ledger_rows(roster: Mapping[str, Employee], edition: Edition) -> dict[str, RosterRow]:
    """The place of each person; a cell into which someone wrote a NIP is empty."""
    return {
        person: RosterRow(
            e.opd or "",
            status_of(e.status, edition),
            short(e.grade or "") or "",
            short(e.position or "") or "",
            short(getattr(e, "unit_code", None) or "") or "",
        )
        for person, e in roster.items()
    }


def status_of(status: str | None, edition: Edition) -> str:
    """The status whose target applies; one that the rules do not name has the target of LAINNYA."""
    known = " ".join((status or "").upper().split())
    return known if known in edition.targets else OTHER_STATUS
