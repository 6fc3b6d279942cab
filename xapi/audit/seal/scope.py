"""How a report is narrowed, as a seal says it: names and texts."""

from collections.abc import Mapping

import msgspec

from xapi.audit.report_scope import Scope
from xapi.errors import AuditError


def scope_words(scope: Scope) -> dict[str, str]:
    """How a report is narrowed, as names and texts."""
    return {name: str(value) for name, value in msgspec.structs.asdict(scope).items() if value is not None}


def scope_of(words: dict[str, str]) -> Scope:
    """The scope that `scope_words` gave. Raises AuditError when this release does not know it."""
    known = Scope.__struct_fields__
    try:
        if not set(words) <= set(known):
            raise ValueError("a choice that this release does not know")
        return msgspec.convert(words, Scope, strict=False)
    except (ValueError, msgspec.ValidationError) as cause:
        raise AuditError("audit.seal_unreadable", "scope") from cause


def chosen(words: Mapping[str, str], name: str) -> str:
    """What the scope says of `name`. Raises AuditError when it says nothing."""
    try:
        return words[name]
    except KeyError as cause:
        raise AuditError("audit.seal_unreadable", f"no {name} in the scope") from cause
