"""What the claims of a person mean here: whether they belong to this institution, their role, name and NIP."""

from collections.abc import Mapping
from typing import Any

import msgspec

from lti_tool.errors import ToolError
from lti_tool.house.model import ROLES

LEARNER = "learner"
#: The roles that a group can give, the one with the most rights first: somebody in several groups gets that one.
ORDER = ("admin", "auditor", "author", LEARNER)
LONGEST = 120


class ClaimMapping(msgspec.Struct, frozen=True, kw_only=True):
    """How claims are read; the names are those of the settings in `[oidc]`."""

    groups_claim: str
    roles: Mapping[str, str]
    institution_claim: str = ""
    institution_values: tuple[str, ...] = ()
    nip_claim: str = ""


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the provider describes them; `role` is empty when no group gives one."""

    role: str
    name: str
    username: str
    nip: str


def mapping_of(roles: tuple[str, ...], **names: Any) -> ClaimMapping:
    """The mapping with `roles` written as `group=role`. Raises ToolError `oidc.settings` for one that is not."""
    found = {}
    for line in roles:
        group, _, role = line.rpartition("=")
        if not group.strip() or role.strip() not in (*ROLES, LEARNER):
            raise ToolError("oidc.settings", "not group=role", key="roles")
        found[group.strip()] = role.strip()
    if names.get("institution_claim") and not names.get("institution_values"):
        raise ToolError("oidc.settings", "a claim without values", key="institution_values")
    return ClaimMapping(roles=found, **names)


def read_claims(mapping: ClaimMapping, claims: Mapping[str, Any]) -> Who:
    """Who `claims` are about. Raises ToolError `oidc.other_institution` for somebody of another institution."""
    if mapping.institution_claim:
        said = _texts(_at(claims, mapping.institution_claim))
        if not said & set(mapping.institution_values):
            raise ToolError("oidc.other_institution", "the claim has none of the values")
    given = {mapping.roles[group] for group in _texts(_at(claims, mapping.groups_claim)) if group in mapping.roles}
    username = _text(claims.get("preferred_username")) or _text(claims.get("email"))
    return Who(
        role=next((role for role in ORDER if role in given), ""),
        name=_text(claims.get("name")) or username or "–",
        username=username,
        nip=_text(_at(claims, mapping.nip_claim)) if mapping.nip_claim else "",
    )


def missing_claims(mapping: ClaimMapping, claims: Mapping[str, Any]) -> list[str]:
    """The names of the outermost claims that `mapping` looks for and `claims` do not have."""
    wanted = [mapping.groups_claim if mapping.roles else "", mapping.institution_claim, mapping.nip_claim, "name"]
    return [path if path in claims else path.split(".")[0] for path in wanted if path and _at(claims, path) is None]


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim at `path`; dots lead into objects (`realm_access.roles`), unless a claim has the very name."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _texts(value: Any) -> set[str]:
    return {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}


def _text(value: Any) -> str:
    """A text for people to read: one line, no longer than a name."""
    return "".join(sign for sign in value if sign.isprintable()).strip()[:LONGEST] if isinstance(value, str) else ""
