"""One learner's work at one activity: how far they are, where the score is, and what they did, for their teacher."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from lti_tool.browse.find import Wanted, find
from lti_tool.class_view import Class, Delivery, delivery_of
from lti_tool.errors import ToolError
from lti_tool.score_problems import explained
from lti_tool.store import Link
from xapi.lrs.store import StoredStatement

if TYPE_CHECKING:
    from lti_tool.services import Services


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner did. `best` is in hundredths of a percent, None before the end; `statements` are the newest
    first; `cut` tells that there are more of them."""

    name: str
    registration: str = ""
    best: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    delivery: Delivery = ""
    reason: ToolError | None = None
    statements: tuple[StoredStatement, ...] = ()
    cut: bool = False

    def __repr__(self) -> str:
        return f"Work({self.registration})"  # the rest is personal


def view_work(services: "Services", found: Class, subject: str) -> Work:
    """The work of the learner `subject` at the activity `found`.

    Empty when they have not opened it, without a name: a teacher learns nothing of people who are not in the class.
    """
    link = services.lti.launches.link_of(found.platform.id, found.deployment, found.resource_link, subject)
    if link is None or not link.learner:
        return Work(name="")
    person = services.people.employees_by_account(found.platform.issuer, [subject]).get(subject)
    states = services.lti.launches.at_resource_link(found.platform.id, found.deployment, found.resource_link)
    state = next(one for one in states if one.subject == subject)
    page = find(services.statements, services.institution.id, Wanted(registration=link.registration))
    delivery, reason = delivery_of(state), state.problem or state.delay
    return Work(
        name=person.name if person else "",
        registration=link.registration,
        best=state.best,
        first=_first(services, link),
        last=datetime.fromtimestamp(state.last_launch, UTC),
        delivery=delivery,
        reason=explained(reason, found.platform.name) if reason and delivery in ("waiting", "refused") else None,
        statements=tuple(page.statements),
        cut=page.more is not None,
    )


def _first(services: "Services", link: Link) -> datetime | None:
    second = services.lti.launches.first_launch(link.registration)
    return None if second is None else datetime.fromtimestamp(second, UTC)
