"""Who is in a class and how far they are: the platform's roster joined with the launches of one resource link."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from lti_tool.claims import Launch
from lti_tool.errors import ToolError
from lti_tool.roster import Member

if TYPE_CHECKING:
    from lti_tool.services import Services

LEARNER = "learner"


class ClassRow(msgspec.Struct, frozen=True):
    """One learner. `best` is the best score in hundredths of a percent, None before the end; `last` is the last launch,
    None for who has not opened the module; `problem` says why a score has not reached the platform, "" when it has."""

    name: str
    best: int | None
    last: datetime | None
    problem: str


class ClassView(msgspec.Struct, frozen=True):
    """The learners of a class by name; `roster_problem` is why the platform's roster could not be read, or None."""

    rows: tuple[ClassRow, ...]
    roster_problem: ToolError | None = None


def view_class(services: "Services", launch: Launch) -> ClassView:
    """The class behind a teacher's launch.

    A platform that offers no roster (NRPS 2.0) shows those who opened the module; one whose roster cannot be read now
    shows them too, with the reason.
    """
    members, problem = _members(services, launch)
    names = {member.subject: member.name for member in members}
    states = services.lti.launches.at_resource_link(launch.platform.id, launch.deployment_id, launch.resource_link_id)
    rows = [
        ClassRow(
            name=names.pop(state.subject, None) or _known_name(services, launch.platform.issuer, state.subject),
            best=state.best,
            last=datetime.fromtimestamp(state.last_launch, UTC),
            problem=state.problem or "",
        )
        for state in states
    ]
    rows += [ClassRow(name=name or "", best=None, last=None, problem="") for name in names.values()]
    return ClassView(tuple(sorted(rows, key=lambda row: row.name.casefold())), problem)


def _members(services: "Services", launch: Launch) -> tuple[list[Member], ToolError | None]:
    if not launch.nrps_url:
        return [], None
    try:
        found = services.lti_parts.roster.members(launch.platform, launch.nrps_url)
    except ToolError as error:
        return [], error
    return [member for member in found if LEARNER in member.roles], None


def _known_name(services: "Services", issuer: str, subject: str) -> str:
    person = services.people.by_account(issuer, subject)
    employee = services.people.employee(person) if person is not None else None
    return employee.name if employee else ""
