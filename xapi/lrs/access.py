"""What a principal may do: scopes, the limits of a launch or a module, and no NIP where a pseudonym belongs."""

from datetime import datetime

import msgspec
from msgspec import UNSET

from xapi.errors import LrsError, StatementError
from xapi.lrs.principal import LaunchGrant, ModuleGrant, Principal
from xapi.lrs.scopes import scopes_that
from xapi.validation.agents import check_agent
from xapi.validation.facts import AgentFacts, Definition, ParsedStatement
from xapi.validation.formats import moment_or_none
from xapi.vocabulary import (
    EXT_ASSIGNED,
    EXT_AWAITS,
    EXT_BENTUK,
    EXT_CERTIFICATE,
    EXT_COMPETENCY,
    EXT_DAYS,
    EXT_EVIDENCE,
    EXT_IMPLEMENTS,
    EXT_INTERNATIONAL,
    EXT_JP,
    EXT_LEVEL,
    EXT_ORGANISER,
    EXT_QUANTITY,
    EXT_ROLE,
    EXT_STANDARD,
    EXT_STATUS,
    EXT_ZONE,
    VOIDED,
)

WRITE_STATEMENTS = scopes_that("statements", "write")
READ_STATEMENTS = scopes_that("statements", "read", "read mine")
READ_ALL_STATEMENTS = scopes_that("statements", "read")
WRITE_STATE, READ_STATE = scopes_that("state", "write"), scopes_that("state", "read")
WRITE_PROFILES, READ_PROFILES = scopes_that("profiles", "write"), scopes_that("profiles", "read")
READ_KNOWN = scopes_that("known", "read")
CREDIT = frozenset(
    {
        EXT_JP, EXT_BENTUK, EXT_DAYS, EXT_INTERNATIONAL, EXT_CERTIFICATE, EXT_EVIDENCE, EXT_STATUS, EXT_ROLE,
        EXT_ASSIGNED, EXT_AWAITS, EXT_COMPETENCY, EXT_IMPLEMENTS, EXT_ORGANISER, EXT_QUANTITY,
        EXT_ZONE, EXT_LEVEL, EXT_STANDARD,
    }
)  # fmt: skip
"""Extensions that decide over credit: with a limit, only those it was given, and only about the activity itself."""


def require_scope(principal: Principal, scopes: frozenset[str], now: datetime) -> None:
    """Refuses a principal with none of `scopes`, or whose launch is over (LrsError 403)."""
    if principal.grant is not None and now >= principal.grant.expires:
        raise LrsError("lrs.grant_expired", "the launch is over", status=403)
    if not principal.scopes & scopes:
        needed = ", ".join(sorted(scopes))
        raise LrsError("lrs.scope", f"needs one of {needed}", status=403, needed=needed)


def own_authority(principal: Principal) -> str | None:
    """The identifier of the authority whose statements alone `principal` may read; None when it may read all."""
    if principal.scopes & READ_ALL_STATEMENTS:
        return None
    return check_agent(msgspec.json.encode(principal.authority), "authority").ifi or ""  # nobody's, never everybody's


def require_no_launch(principal: Principal) -> None:
    """Refuses a launch: it has statements and its own state, nothing else (LrsError 403)."""
    if principal.grant is not None:
        raise LrsError("lrs.grant", "not for a launch", status=403)


def require_may_attach(principal: Principal) -> None:
    """Refuses contents of attachments from a launch and from a module, which could fill the disk (LrsError 403)."""
    require_no_launch(principal)
    if principal.module is not None:
        raise LrsError("lrs.module", "contents of attachments", status=403)


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
    """Refuses a statement outside the launch or the module of `principal` (LrsError 403); without, everything passes.

    Both send what one person did in one activity: no voiding, no group as the actor, nothing about anything else.
    """
    limit = principal.limit
    if limit is None:
        return
    if parsed.verb.verb.id == VOIDED:
        raise _outside(principal, "it cannot void")
    if parsed.actor.actor.object_type == "Group":
        raise _outside(principal, "a group")
    if not _about(limit, parsed):
        raise _outside(principal, "another activity")
    if principal.grant is not None:
        _require_launched(principal, principal.grant, parsed)
    extensions = _extensions(parsed)
    for key in extensions:
        if key in limit.extensions and not _equal(extensions[key], limit.extensions[key]):
            raise _outside(principal, "an extension with another value than it was given")
        if key in CREDIT and (key not in limit.extensions or parsed.object.activity != limit.activity):
            raise _outside(principal, "a credit that it was not given")


def granted_definitions(principal: Principal, parsed: ParsedStatement) -> tuple[Definition, ...]:
    """What `parsed` may say of activities: with a limit, only of that activity and what lies within it."""
    limit = principal.limit
    if limit is None:
        return parsed.definitions
    return tuple(one for one in parsed.definitions if _is_within(limit.activity, one.activity))


def agent_of(grant: LaunchGrant) -> AgentFacts:
    """AgentFacts of the actor of a grant."""
    return check_agent(msgspec.json.encode(grant.actor), "grant.actor")


def _outside(principal: Principal, detail: str) -> LrsError:
    return LrsError("lrs.grant" if principal.grant is not None else "lrs.module", detail, status=403)


def _require_launched(principal: Principal, grant: LaunchGrant, parsed: ParsedStatement) -> None:
    """Refuses what is of another learner, of another registration, or a credit dated before the enrolment."""
    if parsed.actor.ifi != agent_of(grant).ifi:
        raise _outside(principal, "another actor")
    context = parsed.context.context if parsed.context else None
    if context is None or context.registration is UNSET or context.registration.lower() != grant.registration.lower():
        raise _outside(principal, "another registration")
    if grant.since is not None and parsed.timestamp is not UNSET and not CREDIT.isdisjoint(_extensions(parsed)):
        moment = moment_or_none(parsed.timestamp)
        if moment is None or moment < grant.since:
            raise LrsError("lrs.grant_early", "a credit dated before the enrolment", status=403)


def _extensions(parsed: ParsedStatement) -> dict[str, object]:
    context = parsed.context.context if parsed.context else None
    return {} if context is None or context.extensions is UNSET else context.extensions


def _about(limit: LaunchGrant | ModuleGrant, parsed: ParsedStatement) -> bool:
    """The object is the granted activity or lies within it.

    Within is the activity's IRI, a slash or a number sign, and more; or another sign that ends a word of an IRI when
    the context names the activity as parent or grouping. So a launch of `…/modul` never reaches `…/modul-lain`.
    """
    thing = parsed.object.activity
    if thing is None or not thing.startswith(limit.activity):
        return False
    if _is_within(limit.activity, thing):
        return True
    rest = thing[len(limit.activity) :]
    named = parsed.context is not None and limit.activity in parsed.context.around
    return named and not (rest[0].isalnum() or rest[0] in "-._~%")


def _is_within(activity: str, thing: str) -> bool:
    return thing == activity or (thing.startswith(activity) and thing[len(activity)] in "/#")


def _equal(sent: object, granted: object) -> bool:
    """Equal as JSON: true is not 1, though Python says so."""
    return sent == granted and isinstance(sent, bool) == isinstance(granted, bool)
