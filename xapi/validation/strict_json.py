"""JSON more strictly than a decoder takes it: no repeated keys, no deep nesting, errors with the path of the value.

msgspec is fast because it skips; it accepts a key twice and takes the last. Counting is how repeats are found without
decoding everything a second time: a key ends in a quote and a colon, so a text cannot hold more keys than such pairs.
When there are as many as the decoded value has keys, none was lost; only otherwise the slow search runs.
"""

from typing import Any, TypeVar

import msgspec

from xapi.errors import StatementError
from xapi.validation.places import located, repeated_key, too_deep_place

T = TypeVar("T")
DEEPEST = 64
_ANYTHING = msgspec.json.Decoder()
_FORMATTING = "Data 2.2"
_TOO_DEEP = -(10**12)


def shaped(decoder: "msgspec.json.Decoder[T]", raw: bytes | msgspec.Raw, path: str, clause: str = _FORMATTING) -> T:
    """`raw` decoded; StatementError at `path` when it is not JSON, or not of the decoder's type."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as cause:
        words, place, clause = located(str(cause), bytes(raw), path, clause)
        raise StatementError("statement.shape", words, path=place, clause=clause) from cause
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        detail = str(cause) if isinstance(cause, msgspec.DecodeError) else "not UTF-8"
        raise StatementError("statement.json", detail, path=path, clause=_FORMATTING) from cause
    except RecursionError as cause:
        raise too_deep(path) from cause


def too_deep(path: str) -> StatementError:
    """The error for JSON nested deeper than anyone needs."""
    return StatementError(
        "statement.too_deep", f"deeper than {DEEPEST}", path=path, clause=_FORMATTING, deepest=DEEPEST
    )


def require_text(body: bytes) -> None:
    """Refuses bytes that are not UTF-8 (Communication 1.4): skipping decoders do not look at them."""
    try:
        str(body, "utf-8")
    except UnicodeDecodeError as cause:
        raise StatementError("statement.encoding", "not UTF-8", clause="Communication 1.4") from cause


def key_ends(raw: bytes) -> int:
    """How many keys `raw` can hold at most: the quotes followed by a colon, white space or not.

    White space inside texts goes too; that can only make the number larger, so no repeated key escapes.
    """
    return raw.translate(None, b" \t\r\n").count(b'":')


def require_single_keys(raw: bytes, keys: int, path: str) -> None:
    """Refuses `raw`, which decodes to a value with `keys` keys, when one of its objects has a key twice."""
    if key_ends(raw) != keys:
        try:
            place = repeated_key(raw, path)
        except RecursionError as cause:
            raise too_deep(path) from cause
        if place is not None:
            raise StatementError("statement.duplicate_key", "a key stands twice", path=place, clause=_FORMATTING)


def count_all_keys(raw: bytes, path: str) -> int:
    """The number of keys of all objects in `raw`; StatementError when it is not JSON, too deep, or has a key twice."""
    keys = count_keys(shaped(_ANYTHING, raw, path), path)
    require_single_keys(raw, keys, path)
    return keys


def count_keys(value: Any, path: str) -> int:
    """The number of keys of all objects in the decoded `value`; StatementError when it is nested too deep."""
    keys = _count(value, 0)
    if keys < 0:
        raise too_deep(too_deep_place(value, path, DEEPEST))
    return keys


def _count(value: Any, depth: int) -> int:
    """The number of keys, or a number far below zero when `value` is too deep."""
    if depth > DEEPEST:
        return _TOO_DEEP
    inner, keys = value, 0
    if isinstance(value, dict):
        inner, keys = value.values(), len(value)
    elif not isinstance(value, list):
        return 0
    for item in inner:
        if isinstance(item, (dict, list)):
            keys += _count(item, depth + 1)
    return keys
