"""Who is in a class and how far they are: the platform's roster joined with the launches of one resource link."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from lti_tool.claims import Launch
from lti_tool.errors import ToolError
from lti_tool.groups import Group
from lti_tool.results import RESULT_READ, Result
from lti_tool.roster import Member
from lti_tool.roster_people import known_people
from lti_tool.score_problems import explained
from lti_tool.store import Platform
from lti_tool.store.launches import LinkState
from lti_tool.store.scores import NO_GRADEBOOK
from xapi.alphabet import alphabetical

if TYPE_CHECKING:
    from lti_tool.services import Services

LEARNER = "learner"
Delivery = Literal["", "sent", "waiting", "refused"]


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """One activity of a course, as a teacher's launch tells of it."""

    platform: Platform
    deployment: str
    resource_link: str
    line_item: str = ""
    scopes: tuple[str, ...] = ()
    nrps_url: str = ""
    groups_url: str = ""

    def __repr__(self) -> str:
        return f"Class({self.platform.id}, {self.resource_link})"


class ClassRow(msgspec.Struct, frozen=True, kw_only=True):
    """One learner.

    `best` is the best score in hundredths of a percent, None before the end; `last` is the last launch, None for who
    has not opened the module. `delivery` is where the score is on its way to the LMS ("" where there is none to send),
    and `reason` why it is not there. `grade` is the percentage in the LMS's gradebook, None when there is none or it
    cannot be read. `matched` tells whether the person is on the institution's roster of employees.
    """

    name: str
    subject: str
    best: int | None = None
    last: datetime | None = None
    delivery: Delivery = ""
    reason: ToolError | None = None
    grade: float | None = None
    matched: bool = False
    registration: str = ""


class ClassView(msgspec.Struct, frozen=True, kw_only=True):
    """The learners of a class by name.

    `roster_problem` is why the platform's roster could not be read, `grades_problem` why its gradebook could not; None
    when they were or are not offered. `has_gradebook` tells whether scores can be sent at all. `groups` are those of
    the course that somebody here is in, none where the platform tells none; `group` is the id of the one that is shown.
    """

    rows: tuple[ClassRow, ...]
    roster_problem: ToolError | None = None
    grades_problem: ToolError | None = None
    has_gradebook: bool = True
    shows_grades: bool = False
    groups: tuple[Group, ...] = ()
    group: str = ""

    @property
    def undelivered(self) -> int:
        """How many scores are not in the gradebook although they should be."""
        return sum(row.delivery in ("waiting", "refused") for row in self.rows)

    @property
    def knows_employees(self) -> bool:
        """Whether anybody here is known as an employee: where nobody is, it says nothing about the others."""
        return any(row.matched for row in self.rows)

    @property
    def not_started(self) -> int:
        """How many learners have not opened the module."""
        return sum(row.last is None for row in self.rows)


def class_of(launch: Launch) -> Class:
    """The class behind a teacher's launch."""
    return Class(
        platform=launch.platform,
        deployment=launch.deployment_id,
        resource_link=launch.resource_link_id,
        line_item=launch.ags.line_item,
        scopes=launch.ags.scopes,
        nrps_url=launch.nrps_url,
        groups_url=launch.groups_url,
    )


def view_class(services: "Services", found: Class, group: str = "") -> ClassView:
    """The learners of `found`, or those of one `group` (its id); of a group that is not there all are shown.

    A platform that offers no roster (NRPS 2.0) shows those who opened the module; one whose roster cannot be read now
    shows them too, with the reason. A member whose NIP an employee has is linked to that employee; nobody is made.
    """
    members, roster_problem = _members(services, found)
    states = services.lti.launches.at_resource_link(found.platform.id, found.deployment, found.resource_link)
    asks = bool(states) and roster_problem is None  # a platform that is down is not waited for twice
    grades, grades_problem = _grades(services, found) if asks else ({}, None)
    groups = _groups(services, found, members)
    if group in {one.id for one in groups}:
        members = [member for member in members if group in member.groups]
        inside = {member.subject for member in members}
        states = [state for state in states if state.subject in inside]
    else:
        group = ""
    people = known_people(services, found.platform.issuer, members, [state.subject for state in states])
    names = {member.subject: member.name for member in members}
    rows = []
    for subject in dict.fromkeys([*(state.subject for state in states), *names]):
        person = people.get(subject)
        grade = grades.get(subject)
        row = ClassRow(
            name=names.get(subject) or (person.name if person else ""),
            subject=subject,
            matched=bool(person and person.opd),
            grade=grade.percent if grade else None,
        )
        rows.append(row)
    of_subject = {state.subject: state for state in states}
    full = [_with_state(row, of_subject.get(row.subject), found.platform) for row in rows]
    return ClassView(
        rows=tuple(sorted(full, key=lambda row: (row.name == "", alphabetical(row.name), row.subject))),
        roster_problem=roster_problem,
        grades_problem=grades_problem,
        has_gradebook=all(state.problem != NO_GRADEBOOK for state in states),
        shows_grades=bool(grades),
        groups=groups,
        group=group,
    )


def _with_state(row: ClassRow, state: LinkState | None, platform: Platform) -> ClassRow:
    if state is None:
        return row
    delivery = delivery_of(state)
    reason = state.problem or state.delay
    return msgspec.structs.replace(
        row,
        best=state.best,
        last=datetime.fromtimestamp(state.last_launch, UTC),
        delivery=delivery,
        reason=explained(reason, platform.name) if reason and delivery in ("waiting", "refused") else None,
        registration=state.registration,
    )


def delivery_of(state: LinkState) -> Delivery:
    """Where the best score of a learner is on its way to the LMS."""
    if state.best is None or state.problem == NO_GRADEBOOK:
        return ""
    if state.sent is not None and state.sent >= state.best and not state.problem:
        return "sent"
    return "refused" if state.problem else "waiting"


def _members(services: "Services", found: Class) -> tuple[list[Member], ToolError | None]:
    if not found.nrps_url:
        return [], None
    try:
        members = services.lti_parts.roster.members(
            found.platform, found.nrps_url, found.resource_link, groups=bool(found.groups_url)
        )
    except ToolError as error:
        return [], error
    return [member for member in members if LEARNER in member.roles], None


def _groups(services: "Services", found: Class, members: list[Member]) -> tuple[Group, ...]:
    """The groups that can be chosen; none where the platform cannot be asked: no page fails for a filter."""
    used = frozenset().union(*(member.groups for member in members))
    if not used:
        return ()
    try:
        return tuple(one for one in services.lti_parts.groups.of(found.platform, found.groups_url) if one.id in used)
    except ToolError:
        return ()


def _grades(services: "Services", found: Class) -> tuple[dict[str, Result], ToolError | None]:
    if not found.line_item or RESULT_READ not in found.scopes:
        return {}, None
    try:
        return services.lti_parts.results.of(found.platform, found.line_item), None
    except ToolError as error:
        return {}, error
