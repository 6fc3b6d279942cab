"""What the LRS knows of an agent or an activity by its statements (xAPI 1.0.3 Communication 2.4, 2.5)."""

import msgspec
from msgspec import UNSET, Raw, UnsetType

from xapi.lrs.access import READ_KNOWN, require_no_launch, require_no_nip, require_scope
from xapi.lrs.documents import Clock
from xapi.lrs.principal import Principal
from xapi.lrs.query import check_filter_agent
from xapi.lrs.store import StatementStore
from xapi.lrs.store.rows import Filter
from xapi.validation.agents import check_agent, require_agent
from xapi.validation.formats import require_iri

_IFIS = ("mbox", "mbox_sha1sum", "openid", "account")
_LOOKED_AT = 100  # the newest statements of an agent, where its names are looked for


class _Actor(msgspec.Struct, frozen=True):
    actor: Raw


_ACTOR = msgspec.json.Decoder(_Actor)


class Known:
    """The resources agents and activities; launches have no part in them."""

    def __init__(self, store: StatementStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def person(self, principal: Principal, agent: dict[str, object]) -> dict[str, object]:
        """The Person of an Agent: its identifier and the names that it has here, each in a list."""
        self._require_access(principal)
        facts = check_filter_agent(agent)
        require_agent(facts, "agent", "Communication 2.4")
        require_no_nip(facts.nip, principal)
        found = {name: [agent[name]] for name in _IFIS if name in agent}
        names = self._names(principal.institution, facts.ifi or "")
        if facts.actor.name is not UNSET:
            names.insert(0, facts.actor.name)
        if names:
            found["name"] = list(dict.fromkeys(names))
        return {"objectType": "Person", **found}

    def activity(self, principal: Principal, activity: str) -> dict[str, object]:
        """The activity with all that statements say about it; without a definition when they say nothing."""
        self._require_access(principal)
        require_iri(activity, "activityId", "Communication 2.5")
        found: dict[str, object] = {"objectType": "Activity", "id": activity}
        for definition in self._store.definitions(principal.institution, [activity]).values():
            found["definition"] = Raw(definition)
        return found

    def _require_access(self, principal: Principal) -> None:
        require_no_launch(principal)
        require_scope(principal, READ_KNOWN, self._clock())

    def _names(self, institution: str, ifi: str) -> list[str]:
        names: list[str] = []
        for stored in self._store.search(institution, Filter(agent=ifi, limit=_LOOKED_AT)):
            facts = check_agent(_ACTOR.decode(stored.body).actor, "$.actor")
            name: str | UnsetType = facts.actor.name
            if facts.ifi == ifi and name is not UNSET:
                names.append(name)
        return names
