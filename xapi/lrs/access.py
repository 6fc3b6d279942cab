"""What a principal may do: scopes, the limits of a launch, and no NIP where a pseudonym belongs."""

from datetime import datetime

import msgspec
from msgspec import UNSET

from xapi.errors import LrsError, StatementError
from xapi.lrs.principal import LaunchGrant, Principal
from xapi.validation.agents import check_agent
from xapi.validation.facts import AgentFacts, Definition, ParsedStatement
from xapi.validation.formats import moment_or_none
from xapi.vocabulary import (
    EXT_BENTUK,
    EXT_CERTIFICATE,
    EXT_DAYS,
    EXT_EVIDENCE,
    EXT_INTERNATIONAL,
    EXT_JP,
    EXT_ROLE,
    EXT_STATUS,
    VOIDED,
)

WRITE_STATEMENTS = frozenset({"all", "statements/write"})
READ_STATEMENTS = frozenset({"all", "all/read", "statements/read"})
WRITE_ALL = WRITE_STATE = frozenset({"all"})
READ_ALL = READ_STATE = frozenset({"all", "all/read"})
CREDIT = frozenset(
    {EXT_JP, EXT_BENTUK, EXT_DAYS, EXT_INTERNATIONAL, EXT_CERTIFICATE, EXT_EVIDENCE, EXT_STATUS, EXT_ROLE}
)
"""Extensions that decide over credit: a launch may send only those it was given, and only about the activity itself."""


def require_scope(principal: Principal, scopes: frozenset[str], now: datetime) -> None:
    """Refuses a principal with none of `scopes`, or whose launch is over (LrsError 403)."""
    if principal.grant is not None and now >= principal.grant.expires:
        raise LrsError("lrs.grant_expired", "the launch is over", status=403)
    if not principal.scopes & scopes:
        needed = ", ".join(sorted(scopes))
        raise LrsError("lrs.scope", f"needs one of {needed}", status=403, needed=needed)


def require_no_launch(principal: Principal) -> None:
    """Refuses a launch: it has statements and its own state, nothing else (LrsError 403)."""
    if principal.grant is not None:
        raise LrsError("lrs.grant", "not for a launch", status=403)


def require_state_access(
    principal: Principal, scopes: frozenset[str], now: datetime, *, activity: str, agent: str, registration: str
) -> None:
    """Refuses state documents to a principal without `scopes`; a launch has only those of its own registration."""
    if principal.grant is None:
        require_scope(principal, scopes, now)
        return
    if now >= principal.grant.expires:
        raise LrsError("lrs.grant_expired", "the launch is over", status=403)
    grant = principal.grant
    if (activity, agent, registration) != (grant.activity, agent_of(grant).ifi, grant.registration.lower()):
        raise LrsError("lrs.grant", "a state document of another launch", status=403)


def require_no_nip(found: bool, principal: Principal, path: str = "agent") -> None:
    """Refuses a NIP that names the Agent at `path`: in the LRS people are pseudonyms (StatementError)."""
    if found and not principal.allow_nip:
        raise StatementError("statement.nip", "an Agent is named by a NIP", path=path, clause="Jampel: NIP")


def require_granted(principal: Principal, parsed: ParsedStatement) -> None:
    """Refuses a statement outside the launch of `principal` (LrsError 403); without a launch everything passes."""
    grant = principal.grant
    if grant is None:
        return
    if parsed.verb.verb.id == VOIDED:
        raise LrsError("lrs.grant", "a launch cannot void", status=403)
    if parsed.actor.ifi != agent_of(grant).ifi or parsed.actor.actor.object_type == "Group":
        raise LrsError("lrs.grant", "another actor", status=403)
    if not _about(grant, parsed):
        raise LrsError("lrs.grant", "another activity", status=403)
    context = parsed.context.context if parsed.context else None
    if context is None or context.registration is UNSET or context.registration.lower() != grant.registration.lower():
        raise LrsError("lrs.grant", "another registration", status=403)
    extensions = {} if context.extensions is UNSET else context.extensions
    _require_extensions(grant, extensions, about_itself=parsed.object.activity == grant.activity)
    if grant.since is not None and parsed.timestamp is not UNSET and not CREDIT.isdisjoint(extensions):
        moment = moment_or_none(parsed.timestamp)
        if moment is None or moment < grant.since:
            raise LrsError("lrs.grant_early", "a credit dated before the enrolment", status=403)


def granted_definitions(principal: Principal, parsed: ParsedStatement) -> tuple[Definition, ...]:
    """What `parsed` may say of activities: a launch may speak only of its own activity and what lies within it."""
    grant = principal.grant
    if grant is None:
        return parsed.definitions
    return tuple(one for one in parsed.definitions if _is_within(grant.activity, one.activity))


def agent_of(grant: LaunchGrant) -> AgentFacts:
    """AgentFacts of the actor of a grant."""
    return check_agent(msgspec.json.encode(grant.actor), "grant.actor")


def _about(grant: LaunchGrant, parsed: ParsedStatement) -> bool:
    """The object is the granted activity or lies within it.

    Within is the activity's IRI, a slash or a number sign, and more; or another sign that ends a word of an IRI when
    the context names the activity as parent or grouping. So a launch of `…/modul` never reaches `…/modul-lain`.
    """
    thing = parsed.object.activity
    if thing is None or not thing.startswith(grant.activity):
        return False
    if _is_within(grant.activity, thing):
        return True
    rest = thing[len(grant.activity) :]
    named = parsed.context is not None and grant.activity in parsed.context.around
    return named and not (rest[0].isalnum() or rest[0] in "-._~%")


def _is_within(activity: str, thing: str) -> bool:
    return thing == activity or (thing.startswith(activity) and thing[len(activity)] in "/#")


def _require_extensions(grant: LaunchGrant, extensions: dict[str, object], *, about_itself: bool) -> None:
    for key in extensions:
        if key in grant.extensions and not _equal(extensions[key], grant.extensions[key]):
            raise LrsError("lrs.grant", "an extension with another value than the launch gave", status=403)
        if key in CREDIT and (key not in grant.extensions or not about_itself):
            raise LrsError("lrs.grant", "a credit that the launch did not give", status=403)


def _equal(sent: object, granted: object) -> bool:
    """Equal as JSON: true is not 1, though Python says so."""
    return sent == granted and isinstance(sent, bool) == isinstance(granted, bool)
