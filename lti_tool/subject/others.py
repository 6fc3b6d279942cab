"""Takes other people out of a statement before its actor is given a copy (UU 27/2022 art. 33)."""

from collections.abc import Collection
from typing import Any

IDENTIFIERS = ("account", "mbox", "mbox_sha1sum", "openid")  # xAPI 1.0.3 Data 2.4.2.3
#: Who let the statement in is a program of the institution.
_KEPT = frozenset({"authority"})
#: Deeper than any statement that was let in.
_DEEPEST = 200


def without_others(value: Any, home_page: str, pseudonyms: Collection[str], depth: int = 0) -> Any:
    """`value` (JSON) with every Agent and Group that is not one of `pseudonyms` replaced by one without a name."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [without_others(one, home_page, pseudonyms, depth + 1) for one in value]
    if not isinstance(value, dict):
        return value
    if _is_somebody(value) and not _is_own(value, home_page, pseudonyms):
        return {"objectType": value.get("objectType", "Agent"), "name": "***"}
    return {
        key: inner if key in _KEPT else without_others(inner, home_page, pseudonyms, depth + 1)
        for key, inner in value.items()
        if key != "name" or not _is_group(value)
    }


def _is_somebody(value: dict[str, Any]) -> bool:
    return any(key in value for key in IDENTIFIERS)


def _is_group(value: dict[str, Any]) -> bool:
    return value.get("objectType") == "Group" or "member" in value


def _is_own(value: dict[str, Any], home_page: str, pseudonyms: Collection[str]) -> bool:
    account = value.get("account")
    return isinstance(account, dict) and account.get("homePage") == home_page and account.get("name") in pseudonyms
