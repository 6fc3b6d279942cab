"""Rules for the agents and groups around a statement, which xAPI 2.0 added (IEEE 9274.1.1 4.2.2.5)."""

import msgspec
from msgspec import UNSET, Raw, UnsetType

from xapi.errors import StatementError
from xapi.model import Actor, ContextAgent, ContextGroup
from xapi.validation.agents import agent_facts, require_agent
from xapi.validation.facts import AgentFacts, PeopleFacts
from xapi.validation.formats import require_iri
from xapi.validation.strict_json import count_all_keys, shaped

_CLAUSE = "xAPI 2.0 4.2.2.5"
_AGENTS = msgspec.json.Decoder(list[ContextAgent])
_GROUPS = msgspec.json.Decoder(list[ContextGroup])
NOBODY = PeopleFacts(UNSET, UNSET, 0, (), False)
"""The facts of a context with neither."""


def check_people(agents: Raw | UnsetType, groups: Raw | UnsetType, path: str) -> PeopleFacts:
    """PeopleFacts of contextAgents and contextGroups in JSON; StatementError when they break a rule."""
    if agents is UNSET and groups is UNSET:
        return NOBODY
    found: list[AgentFacts] = []
    typed_agents: list[ContextAgent] | UnsetType = UNSET
    typed_groups: list[ContextGroup] | UnsetType = UNSET
    keys = 0
    if agents is not UNSET:
        here = f"{path}.contextAgents"
        typed_agents, keys = shaped(_AGENTS, agents, here, _CLAUSE), count_all_keys(bytes(agents), here)
        found += [_agent(one, f"{here}[{place}]") for place, one in enumerate(typed_agents)]
    if groups is not UNSET:
        here = f"{path}.contextGroups"
        typed_groups, keys = shaped(_GROUPS, groups, here, _CLAUSE), keys + count_all_keys(bytes(groups), here)
        found += [_group(one, f"{here}[{place}]") for place, one in enumerate(typed_groups)]
    related = tuple(dict.fromkeys(ifi for facts in found for ifi in facts.agents))
    return PeopleFacts(typed_agents, typed_groups, keys, related, any(facts.nip for facts in found))


def _agent(one: ContextAgent, path: str) -> AgentFacts:
    facts = _facts(one.agent, one.relevant_types, path, "agent")
    require_agent(facts, f"{path}.agent", _CLAUSE)
    return facts


def _group(one: ContextGroup, path: str) -> AgentFacts:
    facts = _facts(one.group, one.relevant_types, path, "group")
    if one.group.object_type != "Group":
        raise StatementError("statement.team", "an Agent, not a Group", path=f"{path}.group", clause=_CLAUSE)
    return facts


def _facts(actor: Actor, types: list[str] | UnsetType, path: str, name: str) -> AgentFacts:
    if types is not UNSET:
        if not types:
            here = f"{path}.relevantTypes"
            raise StatementError("statement.relevant_types", "an empty list", path=here, clause=_CLAUSE)
        for place, iri in enumerate(types):
            require_iri(iri, f"{path}.relevantTypes[{place}]", _CLAUSE)
    return agent_facts(actor, 0, f"{path}.{name}")
