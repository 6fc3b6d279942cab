"""State documents: what an activity remembers about an agent (xAPI 1.0.3 Communication 2.3)."""

import msgspec

from xapi.lrs.access import READ_STATE, WRITE_STATE, require_no_nip, require_state_access
from xapi.lrs.documents import Clock, Documents, Precondition
from xapi.lrs.principal import Principal
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store.documents import DocumentKey, DocumentStore
from xapi.validation.formats import require_iri, require_uuid

__all__ = ["Precondition", "StateAddress", "States", "open_states"]

_CLAUSE = "Communication 2.3"


class StateAddress(msgspec.Struct, frozen=True):
    """Whose state about which activity. Without `state_id` it means all of them; `registration` is a UUID or None."""

    activity: str
    agent: dict[str, object]
    registration: str | None = None
    state_id: str | None = None


States = Documents[StateAddress]


def open_states(store: DocumentStore, clock: Clock) -> States:
    """The state resource over `store`."""

    def place(principal: Principal, address: StateAddress, write: bool) -> DocumentKey:
        agent = check_filter_agent(address.agent)
        require_no_nip(agent.nip, principal)
        if address.registration is not None:
            require_uuid(address.registration, "registration", _CLAUSE)
        key = DocumentKey(
            kind="state",
            activity=require_iri(address.activity, "activityId", _CLAUSE),
            agent=agent.ifi or "",
            registration=_registration(address),
            document_id=address.state_id,
        )
        require_state_access(
            principal,
            WRITE_STATE if write else READ_STATE,
            clock(),
            activity=key.activity,
            agent=key.agent,
            registration=key.registration or "",
        )
        return key

    return Documents(store, clock, place)


def _registration(address: StateAddress) -> str | None:
    """The registration of the documents meant: without one, a single document has none, a list may have any."""
    if address.registration is not None:
        return address.registration.lower()
    return None if address.state_id is None else ""
