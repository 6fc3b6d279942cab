"""The accepted credits of a year as plain values for a system of record."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from adapters.remote import AcceptedCredit
from lti_tool.errors import ToolError
from lti_tool.services import Services
from xapi.audit.people import Employee, roster_of
from xapi.audit.rule_set import Edition


class Given(NamedTuple):
    """A credit of the ledger by its statement, or why it cannot be given to anyone else."""

    statement: str
    title: str
    credit: AcceptedCredit | None
    error: ToolError | None = None


def accepted_credits(services: Services, year: int) -> Iterator[Given]:
    """Every accepted credit of `year`, by person and day; the ledger as it was last projected.

    A person without a NIP, or whose processing is suspended (UU 27/2022 art. 41), is told with the reason.
    """
    people, edition = services.people, services.ledger.rules().of_year(year)
    roster = roster_of(people, year)
    known: dict[str, tuple[Employee | None, bool]] = {}
    for row in services.ledger.accepted_of(year):
        person = str(row["person"])
        if person not in known:
            known[person] = roster.get(person) or people.employee(person), people.is_frozen(person)
        yield _given(row, *known[person], edition, year)


def _given(row: Mapping[str, object], employee: Employee | None, frozen: bool, edition: Edition, year: int) -> Given:
    statement, title = str(row["statement_id"]), str(row["activity_title"] or row["activity"])
    nip = str(getattr(employee.nip, "digits", employee.nip or "")) if employee else ""
    if frozen:
        return Given(statement, title, None, ToolError("adapter.person_frozen", "processing is suspended"))
    if employee is None or not nip:
        return Given(statement, title, None, ToolError("adapter.person_without_nip", "no NIP is known"))
    zone = ZoneInfo(str(row["zone"]))
    form = str(row["form"])
    rule = edition.forms.get(form)
    credit = AcceptedCredit(
        statement=statement,
        nip=nip,
        name=employee.name or "",
        title=title,
        organiser=str(row["organiser"] or ""),
        form=form,
        bkn=rule.bkn if rule else None,
        jp=int(str(row["accepted"])),
        year=year,
        first=_day(int(str(row["start_minute"])) * 60, zone),
        last=_day(int(str(row["end_second"])), zone),
        certificate=str(row["certificate"] or ""),
        evidence=str(row["evidence"] or ""),
        international=bool(row["international"]),
    )
    return Given(statement, title, credit)


def _day(second: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(second, UTC).astimezone(zone).date()
