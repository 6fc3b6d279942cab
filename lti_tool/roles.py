"""What a person may do after a launch: the platform's roles mapped to ours, context roles first."""

from collections.abc import Iterable
from functools import lru_cache

import msgspec

from lti_tool.errors import ToolError

LEARNER, TEACHER, ADMIN = "learner", "teacher", "admin"
#: What a rule of an administrator may say besides our three roles: this role gives no rights.
NOTHING = "none"
MEANINGS = (LEARNER, TEACHER, ADMIN, NOTHING)
VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
MOST_RULES, LONGEST_ROLE = 50, 255

#: Roles in the context (LTI 1.3 section A.2.3), by name; a sub-role such as Instructor#Grader counts as its principal.
CONTEXT_ROLES = {
    "Learner": LEARNER,
    "Instructor": TEACHER,
    "ContentDeveloper": TEACHER,
    "Administrator": TEACHER,
    "Manager": TEACHER,
}
#: Roles at the institution or the whole system (sections A.2.1 and A.2.2); they speak only when no context role does.
WIDER_ROLES = {
    "institution/person#Administrator": ADMIN,
    "system/person#Administrator": ADMIN,
    "system/person#SysAdmin": ADMIN,
    "institution/person#Student": LEARNER,
    "institution/person#Learner": LEARNER,
}
Rules = Iterable[tuple[str, str]]
_WIDER = (f"{VOCABULARY}institution/", f"{VOCABULARY}system/")


class Heard(msgspec.Struct, frozen=True):
    """One role of a launch: what it counts as (empty when it is not known), whether it is a role in the course, by a
    rule of the administrator or not, and whether it was listened to."""

    role: str
    meaning: str
    in_context: bool
    by_rule: bool
    counted: bool


class Verdict(msgspec.Struct, frozen=True):
    """Our roles for the roles of a launch, and how each of those was heard."""

    rights: frozenset[str]
    heard: tuple[Heard, ...]


def rights(roles: Iterable[str], rules: Rules = ()) -> frozenset[str]:
    """Our roles for the role URIs (or short context names) of a launch; empty when none is known: no rights.

    `rules` are pairs (role, meaning) of an administrator; they come before the usual meaning of exactly that role.
    """
    return _rights(tuple(roles), tuple(rules))


@lru_cache(maxsize=128)
def _rights(roles: tuple[str, ...], rules: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """As `rights`: a class comes with the same roles."""
    own = dict(rules)
    found = [(_is_wider(role), _meaning(role, own)) for role in roles]
    in_context = frozenset(meaning for wider, meaning in found if meaning and not wider)
    chosen = in_context or frozenset(meaning for wider, meaning in found if meaning and wider)
    return chosen - {NOTHING}


def judge(roles: Iterable[str], rules: Rules = ()) -> Verdict:
    """As `rights`, with the reasons: what an administrator reads who tries roles out."""
    given, own = tuple(dict.fromkeys(roles)), dict(rules)
    meanings = [_meaning(role, own) for role in given]
    course_speaks = any(meaning and not _is_wider(role) for role, meaning in zip(given, meanings, strict=True))
    heard = tuple(
        Heard(role, meaning, not _is_wider(role), role in own, bool(meaning) and _is_wider(role) != course_speaks)
        for role, meaning in zip(given, meanings, strict=True)
    )
    return Verdict(rights(given, own.items()), heard)


def check_rules(rules: Rules) -> tuple[tuple[str, str], ...]:
    """`rules` as they may be kept: each role once, the last one counts.

    Raises ToolError for a meaning that is none, an empty or overlong role, or too many rules.
    """
    kept: dict[str, str] = {}
    for role, meaning in rules:
        if meaning not in MEANINGS:
            raise ToolError("roles.meaning", "not one of ours", meanings=", ".join(MEANINGS))
        if not 0 < len(role) <= LONGEST_ROLE or not role.isprintable() or " " in role or "," in role:
            raise ToolError("roles.role", "not a role")
        kept[role] = meaning
    if len(kept) > MOST_RULES:
        raise ToolError("roles.too_many", "over the limit", most=MOST_RULES)
    return tuple(kept.items())


def _meaning(role: str, own: dict[str, str]) -> str:
    if role in own:
        return own[role]
    if _is_wider(role):
        return WIDER_ROLES.get(role.removeprefix(VOCABULARY), "")
    return _in_context(role)


def _is_wider(role: str) -> bool:
    """Whether `role` is one at the institution or the system; anything unknown is taken for a role in the course."""
    return role.startswith(_WIDER)


def _in_context(role: str) -> str:
    if role in CONTEXT_ROLES:  # short names are context roles (section A.2)
        return CONTEXT_ROLES[role]
    name = role.removeprefix(VOCABULARY)
    if name == role or not name.startswith("membership"):
        return ""
    tail = name.removeprefix("membership")
    if tail.startswith("#"):
        return CONTEXT_ROLES.get(tail[1:], "")
    if tail.startswith("/") and "#" in tail:
        return CONTEXT_ROLES.get(tail[1:].split("#")[0], "")
    return ""
