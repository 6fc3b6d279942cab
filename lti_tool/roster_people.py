"""The people behind the members of a course: by their account, or by the NIP that the platform's roster tells."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lti_tool.roster import Member
from xapi.errors import PeopleError
from xapi.people import Employee

if TYPE_CHECKING:
    from lti_tool.services import Services


def known_people(
    services: "Services", issuer: str, members: Sequence[Member], subjects: Iterable[str]
) -> dict[str, Employee]:
    """Who the `members` and the `subjects` (user ids at `issuer`) are, as far as they are known, by user id.

    The rules are those of a launch (see `PeopleStore.resolve`): an account that is linked stays linked, and a NIP that
    somebody has links the account to them. Looking at a class makes nobody: who has neither account nor known NIP
    stays unknown until their first launch.
    """
    people = services.people
    wanted = [*(member.subject for member in members), *subjects]
    known = people.employees_by_account(issuer, wanted)
    unmatched = [member for member in members if member.nip_text and _lacks_nip(known.get(member.subject))]
    linked = [member.subject for member in unmatched if _link(services, issuer, member)]
    return known | people.employees_by_account(issuer, linked)


def _lacks_nip(employee: Employee | None) -> bool:
    return employee is None or not employee.nip


def _link(services: "Services", issuer: str, member: Member) -> bool:
    """Links the account of `member` where that makes nobody new: the NIP or the account is known already."""
    try:
        somebody = services.people.by_nip(member.nip_text or "")
    except PeopleError:  # what the platform sends in its place, an employee number perhaps, is no NIP
        return False
    if somebody is None and services.people.by_account(issuer, member.subject) is None:
        return False
    services.people.resolve(issuer, member.subject, nip=member.nip_text, name=member.name, now=services.clock())
    return True
