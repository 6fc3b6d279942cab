"""What a person may do after a launch: the platform's roles mapped to ours, context roles first."""

from collections.abc import Iterable

LEARNER, TEACHER, ADMIN = "learner", "teacher", "admin"
VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"

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


def rights(roles: Iterable[str]) -> frozenset[str]:
    """Our roles for the role URIs (or short context names) of a launch; empty when none is known: no rights."""
    given = tuple(roles)
    in_context = frozenset(found for role in given if (found := _in_context(role)))
    if in_context:
        return in_context
    short = (role.removeprefix(VOCABULARY) for role in given if role.startswith(VOCABULARY))
    return frozenset(WIDER_ROLES[name] for name in short if name in WIDER_ROLES)


def _in_context(role: str) -> str | None:
    if role in CONTEXT_ROLES:  # short names are context roles (section A.2)
        return CONTEXT_ROLES[role]
    name = role.removeprefix(VOCABULARY)
    if name == role or not name.startswith("membership"):
        return None
    tail = name.removeprefix("membership")
    if tail.startswith("#"):
        return CONTEXT_ROLES.get(tail[1:])
    if tail.startswith("/") and "#" in tail:
        return CONTEXT_ROLES.get(tail[1:].split("#")[0])
    return None
