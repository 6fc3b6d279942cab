"""The Merkle tree of RFC 6962 over hashes of leaves: its root, and the proof that a leaf is in it.

A leaf is hashed with 0x00 before it and a node with 0x01, so that no node can pass for a leaf (section 2.1).
"""

from collections.abc import Sequence
from hashlib import sha256

HASH_BYTES = 32
_LEAF, _NODE = b"\x00", b"\x01"


def leaf(data: bytes) -> bytes:
    """The hash of a leaf that holds `data`."""
    return sha256(_LEAF + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of `leaves`, in their order; of none it is the hash of nothing (RFC 6962 2.1)."""
    if not leaves:
        return sha256().digest()
    level = leaves
    while len(level) > 1:
        level = _above(level)
    return level[0]


def proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes with which the root follows from the leaf at `place` (from 0), the nearest first (RFC 6962 2.1.1)."""
    path, level = [], leaves
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(level[beside])
        level, place = _above(level), place // 2
    return path


def proven_root(hashed: bytes, place: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that follows from a leaf's hash at `place` of `count` by its proof; None when the path does not fit."""
    if not 0 <= place < count:
        return None
    rest = iter(path)
    last = count - 1
    while last:
        if place % 2 or place < last:
            beside = next(rest, None)
            if beside is None or len(beside) != HASH_BYTES:
                return None
            hashed = sha256(_NODE + (beside + hashed if place % 2 else hashed + beside)).digest()
        place, last = place // 2, last // 2
    return hashed if next(rest, None) is None else None


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The level above: pairs hashed together, one left over goes up as it is."""
    above = [sha256(_NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above
