"""Where the LRS and the second statement of the rules differ on purpose; docs/reference/aturan-pernyataan.md says why.

A difference that none of these explains is a mistake in one of the two.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.conformance.rules import formats, times
from tests.conformance.rules.judge import Fault
from xapi.errors import StatementError


def _kept_iri(value: Any) -> bool:
    """An IRI with signs that RFC 3987 wants encoded, or encodes wrongly; none that no one can see."""
    return (
        isinstance(value, str)
        and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]+", value) is not None
    )


def _mbox(fault: Fault) -> bool:
    return (
        _kept_iri(fault.value)
        and re.fullmatch(r"mailto:[^@\s?#,:;()\[\]/]+@[^@\s?#,:;()\[\]/]+", fault.value) is not None
    )


def _media(fault: Fault) -> bool:
    parts = [part for part in formats.split_unquoted(fault.value, ";") if part.strip(" \t")]
    return formats.is_media_type(";".join(parts)) and fault.value != ";".join(parts)


def _zone(fault: Fault) -> bool:
    """Extended time with a basic offset, or the other way round."""
    day, _, time = fault.value.partition("T")
    zone = times.split_zone(time)[1]
    bare = fault.value[: len(fault.value) - len(zone)]
    return times.is_timestamp(bare) and (times.is_zone(zone, True) or times.is_zone(zone, False))


def _not_rfc3339(fault: Fault) -> bool:
    return times.is_timestamp(fault.value) or _zone(fault)


def _rounding(fault: Fault) -> bool:
    """A number that is outside only by what the 53 bits of a double do not hold."""
    return isinstance(fault.value, Decimal) and float(fault.value) in (-1.0, 1.0)


def _rounding_order(fault: Fault) -> bool:
    low, raw, high = (None if (one := fault.value.get(name)) is None else float(one) for name in ("min", "raw", "max"))
    if low is not None and high is not None and not low < high:
        return False
    return (raw is None or low is None or raw >= low) and (raw is None or high is None or raw <= high)


TAKEN: dict[str, tuple[str, Callable[[Fault], bool]]] = {
    "iri-signs": ("xapi-iri", lambda fault: _kept_iri(fault.value)),
    "irl-signs": ("xapi-irl", lambda fault: _kept_iri(fault.value)),
    "uri-signs": ("xapi-uri", lambda fault: _kept_iri(fault.value) and fault.value.isascii()),
    "mail-address": ("xapi-mbox", _mbox),
    "empty-media-parameter": ("xapi-media-type", _media),
    "mixed-offset": ("xapi-timestamp", _zone),
    "iso-8601-in-2.0": ("xapi-timestamp-rfc3339", _not_rfc3339),
    "beyond-double-maximum": ("maximum", _rounding),
    "beyond-double-minimum": ("minimum", _rounding),
    "beyond-double-order": ("order", _rounding_order),
}
"""What the LRS takes though the second judge refuses it: the rule, and whether it is this case."""


def _at(value: Any, path: str) -> Any:
    """The value at a path of ours in a decoded statement; None when there is none."""
    for name, place, key in re.findall(r"\.([A-Za-z_][\w\-]*)|\[(\d+)\]|\['(.*?)'\]", path):
        try:
            value = value[int(place)] if place else value[name or key]
        except (LookupError, TypeError):
            return None
    return value


def _rare_timestamp(error: StatementError, value: Any) -> bool:
    """ISO 8601 without seconds, by week or day of the year, with hour 24; a year that no calendar of ours has."""
    if error.code != "statement.timestamp" or not isinstance(value, str):
        return False
    usual = re.fullmatch(r"(?!0000)\d{4}-?\d\d-?\d\dT(?!24)\d\d:?\d\d:?\d\d([.,]\d+)?(Z|[+-]\d\d(:?\d\d)?)?", value)
    return usual is None or value[:4] in ("0001", "9999")


def _no_host(error: StatementError, value: Any) -> bool:
    return error.code == "statement.iri" and error.path.endswith(".openid") and value.lower().startswith("http")


def _only_scheme(error: StatementError, value: Any) -> bool:
    text = error.path.partition(".extensions['")[2].removesuffix("']") or value
    return error.code == "statement.iri" and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*:", text) is not None


REFUSED: dict[str, Callable[[StatementError, Any], bool]] = {
    "rare-timestamp": _rare_timestamp,
    "openid-without-host": _no_host,
    "only-a-scheme": _only_scheme,
    "mail-with-slash": lambda error, value: error.code == "statement.mbox" and "/" in value,
    "mail-with-space": lambda error, value: error.code == "statement.mbox" and re.search(r"\s", value) is not None,
    "members-none": lambda error, value: error.code == "statement.anonymous_group" and value.get("member") == [],
    "authority-with-identifier": lambda error, value: error.code == "statement.authority" and len(value["member"]) == 2,
    "too-deep": lambda error, value: error.code == "statement.too_deep",
    "beyond-double": lambda error, value: error.detail == "Number out of range",
    "beyond-double-equal": lambda error, value: error.code == "statement.score_range" and value["min"] == value["max"],
    "length-with-fraction": lambda error, value: error.path.endswith(".length") and "got `float`" in error.detail,
}
"""What the LRS refuses though the second judge takes it."""


def explained_taking(found: list[Fault]) -> list[str]:
    """The names of the differences that explain every fault in `found`; an empty list when one stays unexplained."""
    names = [
        next((name for name, (rule, holds) in TAKEN.items() if rule == fault.rule and holds(fault)), "")
        for fault in found
    ]
    return names if all(names) else []


def explained_refusal(error: StatementError, statement: Any) -> str:
    """The name of the difference that explains the refusal of `statement`, or an empty text."""
    value = _at(statement, error.path)
    return next((name for name, holds in REFUSED.items() if holds(error, value)), "")
