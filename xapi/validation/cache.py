"""Remembers what was found out about fragments of JSON: actors, verbs and activities repeat between statements."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

T = TypeVar("T")
MOST_FRAGMENTS = 4096
LONGEST_FRAGMENT = 4096


def remembered(check: Callable[[bytes, str], T]) -> Callable[[bytes | msgspec.Raw, str], T]:
    """`check(raw, path)` that runs once for the same bytes; what it refuses is not remembered.

    The path only serves errors, so what is found does not depend on it. Bounded: at most MOST_FRAGMENTS of
    LONGEST_FRAGMENT bytes, all forgotten when it is full, which is cheaper than order and safe with threads.
    """
    known: dict[bytes, T] = {}

    def look(raw: bytes | msgspec.Raw, path: str) -> T:
        key = bytes(raw)
        facts = known.get(key)
        if facts is None:
            facts = check(key, path)
            if len(key) <= LONGEST_FRAGMENT:
                if len(known) >= MOST_FRAGMENTS:
                    known.clear()
                known[key] = facts
        return facts

    return look
