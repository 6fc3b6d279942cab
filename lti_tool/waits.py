"""What waits for an administrator to decide or to mend: counts that are cheap enough for every page of theirs."""

from typing import TYPE_CHECKING

import msgspec

from lti_tool.store.deployments import PENDING
from xapi.lrs.forwarding.target import STOPPED

if TYPE_CHECKING:
    from lti_tool.services import Services


class Waits(msgspec.Struct, frozen=True):
    """How many of each wait.

    `deployments` wait to be let in, `scores` were refused by their platform, `people` learnt without being known,
    `forwards` are targets that stopped by themselves, `identities` signed on and have no role, and `aside` are jobs
    that were set aside, without the scores among them.
    """

    deployments: int = 0
    scores: int = 0
    people: int = 0
    forwards: int = 0
    identities: int = 0
    aside: int = 0


def waits_of(services: "Services") -> Waits:
    """What waits now in the institution of `services`."""
    backlog = services.queue.backlog(services.institution.id)
    return Waits(
        deployments=sum(one.state == PENDING for one in services.lti.deployments.list()),
        scores=services.lti.score_lists.count()[1],
        people=services.people.count_waiting(),
        forwards=sum(one.state == STOPPED for one in services.forwards.all()),
        identities=len(services.house.identities.waiting()),
        aside=sum(one.jobs["quarantined"] for kind, one in backlog.items() if kind != "score"),
    )
