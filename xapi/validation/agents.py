"""Rules for Agents, Groups and Verbs (xAPI 1.0.3 Data 2.4.2, 2.4.3, 2.4.9)."""

import msgspec
from msgspec import UNSET

from xapi.errors import StatementError
from xapi.identity import contains_nip, looks_like_nip
from xapi.model import Account, Actor, LanguageMap, Verb
from xapi.validation.cache import remembered
from xapi.validation.facts import AgentFacts, VerbFacts
from xapi.validation.formats import (
    is_language,
    require_iri,
    require_irl,
    require_language,
    require_mbox,
    require_sha1,
    require_uri,
)
from xapi.validation.places import member
from xapi.validation.strict_json import count_all_keys, shaped

_ACTOR = msgspec.json.Decoder(Actor)
_VERB = msgspec.json.Decoder(Verb)


def _check_agent(raw: bytes, path: str) -> AgentFacts:
    actor = shaped(_ACTOR, raw, path, "Data 2.4.2")
    return agent_facts(actor, count_all_keys(raw, path), path)


def _check_verb(raw: bytes, path: str) -> VerbFacts:
    verb = shaped(_VERB, raw, path, "Data 2.4.3")
    require_iri(verb.id, f"{path}.id", "Data 2.4.3")
    if verb.display is not UNSET:
        require_language_map(verb.display, f"{path}.display")
    return VerbFacts(verb, count_all_keys(raw, path))


check_agent = remembered(_check_agent)
"""AgentFacts of an Agent or Group in JSON; StatementError when it breaks a rule of Data 2.4.2."""
check_verb = remembered(_check_verb)
"""VerbFacts of a Verb in JSON; StatementError when it breaks a rule of Data 2.4.3."""


def agent_facts(actor: Actor, keys: int, path: str) -> AgentFacts:
    """What an LRS needs to know about `actor`; StatementError when it breaks a rule of Data 2.4.2."""
    group = actor.object_type == "Group"
    ifis = _identifiers(actor, path)
    if len(ifis) > 1:
        raise StatementError("statement.ifi_many", "more than one identifier", path=path, clause="Data 2.4.2.3")
    if not group and not ifis:
        raise StatementError("statement.ifi_none", "an Agent without identifier", path=path, clause="Data 2.4.2.1")
    members = _members(actor, group, not ifis, path)
    agents = tuple(dict.fromkeys([*ifis, *(ifi for member in members for ifi in member.agents)]))
    nip = any(member.nip for member in members) or tells_nip(actor)
    return AgentFacts(actor, keys, ifis[0] if ifis else None, agents, nip)


def require_agent(facts: AgentFacts, path: str, clause: str) -> None:
    """Refuses a Group where only an Agent may stand."""
    if facts.actor.object_type == "Group":
        raise StatementError("statement.not_agent", "a Group, not an Agent", path=path, clause=clause)


def require_authority(facts: AgentFacts, path: str) -> None:
    """Refuses an authority that is neither an Agent nor an anonymous Group of two Agents (Data 2.4.9)."""
    actor = facts.actor
    if actor.object_type == "Group" and (facts.ifi is not None or actor.member is UNSET or len(actor.member) != 2):
        raise StatementError("statement.authority", "a Group other than of two Agents", path=path, clause="Data 2.4.9")


def require_language_map(texts: LanguageMap, path: str) -> None:
    """Refuses a language map with a key that is no language tag (Data 4.2)."""
    for tag in texts:
        if not is_language(tag):
            require_language(tag, member(path, tag), "Data 4.2")


def account_ifi(account: Account) -> str:
    """The text that stands for an account; a home page holds no space, so it is unambiguous."""
    return f"account:{account.home_page} {account.name}"


def _identifiers(actor: Actor, path: str) -> list[str]:
    found = []
    if actor.mbox is not UNSET:
        found.append(require_mbox(actor.mbox, f"{path}.mbox"))
    if actor.mbox_sha1sum is not UNSET:
        found.append("sha1:" + require_sha1(actor.mbox_sha1sum, f"{path}.mbox_sha1sum"))
    if actor.openid is not UNSET:
        found.append("openid:" + require_uri(actor.openid, f"{path}.openid", "Data 2.4.2.3"))
    if actor.account is not UNSET:
        require_irl(actor.account.home_page, f"{path}.account.homePage", "Data 2.4.2.4")
        found.append(account_ifi(actor.account))
    return found


def tells_nip(actor: Actor) -> bool:
    """Whether the account name is a NIP, or a plausible one stands in another text by which people know each other."""
    if actor.account is not UNSET and looks_like_nip(actor.account.name):
        return True
    return any(text is not UNSET and contains_nip(text) for text in (actor.name, actor.mbox, actor.openid))


def _members(actor: Actor, group: bool, anonymous: bool, path: str) -> list[AgentFacts]:
    if not group:
        if actor.member is not UNSET:
            raise StatementError(
                "statement.member", "an Agent with members", path=f"{path}.member", clause="Data 2.4.2.1"
            )
        return []
    if anonymous and not actor.member:
        raise StatementError("statement.anonymous_group", "no members", path=path, clause="Data 2.4.2.2")
    members = []
    for place, one in enumerate(actor.member or []):
        facts = agent_facts(one, 0, f"{path}.member[{place}]")
        require_agent(facts, f"{path}.member[{place}]", "Data 2.4.2.2")
        members.append(facts)
    return members
