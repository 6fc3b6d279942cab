"""Profile documents: what is kept about an agent or an activity (xAPI 1.0.3 Communication 2.6, 2.7)."""

import msgspec

from xapi.lrs.access import READ_PROFILES, WRITE_PROFILES, require_no_launch, require_no_nip, require_scope
from xapi.lrs.documents import Clock, Documents
from xapi.lrs.principal import Principal
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store.documents import DocumentKey, DocumentStore
from xapi.validation.formats import require_iri


class AgentProfileAddress(msgspec.Struct, frozen=True):
    """Whose profile; without `profile_id` all of them."""

    agent: dict[str, object]
    profile_id: str | None = None


class ActivityProfileAddress(msgspec.Struct, frozen=True):
    """The profile of which activity (an IRI); without `profile_id` all of them."""

    activity: str
    profile_id: str | None = None


AgentProfiles = Documents[AgentProfileAddress]
ActivityProfiles = Documents[ActivityProfileAddress]


def open_agent_profiles(store: DocumentStore, clock: Clock) -> AgentProfiles:
    """The agent profile resource over `store`; launches have no part in it."""

    def place(principal: Principal, address: AgentProfileAddress, write: bool) -> DocumentKey:
        _require_access(principal, write, clock)
        agent = check_filter_agent(address.agent)
        require_no_nip(agent.nip, principal)
        return DocumentKey(kind="agent", agent=agent.ifi or "", document_id=address.profile_id)

    return Documents(store, clock, place)


def open_activity_profiles(store: DocumentStore, clock: Clock) -> ActivityProfiles:
    """The activity profile resource over `store`; launches have no part in it."""

    def place(principal: Principal, address: ActivityProfileAddress, write: bool) -> DocumentKey:
        _require_access(principal, write, clock)
        activity = require_iri(address.activity, "activityId", "Communication 2.7")
        return DocumentKey(kind="activity", activity=activity, document_id=address.profile_id)

    return Documents(store, clock, place)


def _require_access(principal: Principal, write: bool, clock: Clock) -> None:
    require_no_launch(principal)
    require_scope(principal, WRITE_PROFILES if write else READ_PROFILES, clock())
