"""The tree of RFC 6962 and the sets over it: no change of a leaf goes unseen, and the order of arrival says nothing."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.audit.seal import tree
from xapi.audit.seal.leaves import Set, canonical

# https://github.com/google/certificate-transparency: the inputs and roots of its reference implementations.
REFERENCE = [
    b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KEYS = st.binary(min_size=16, max_size=16)
VALUES = st.binary(min_size=48, max_size=48)
SETS = st.dictionaries(KEYS, VALUES, max_size=40)


@pytest.mark.parametrize("count", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(count: int) -> None:
    assert tree.root([tree.leaf(data) for data in REFERENCE[:count]]).hex() == ROOTS[count - 1]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    """RFC 6962 2.1: MTH({}) = SHA-256()."""
    assert tree.root([]) == sha256().digest()


@given(SETS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_says_nothing(leaves: dict[bytes, bytes], rng: random.Random) -> None:
    shuffled = list(leaves.items())
    rng.shuffle(shuffled)
    assert Set(dict(shuffled)).root() == Set(leaves).root()


@given(SETS.filter(bool), st.data())
def test_any_single_bit_of_any_leaf_changes_the_root(leaves: dict[bytes, bytes], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(leaves)))
    bit = data.draw(st.integers(0, 255))
    value = bytearray(leaves[key])
    value[bit // 8] ^= 1 << bit % 8
    assert Set(leaves | {key: bytes(value)}).root() != Set(leaves).root()


@given(SETS.filter(bool), st.data())
def test_a_removed_and_an_added_leaf_change_the_root(leaves: dict[bytes, bytes], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(leaves)))
    rest = {name: value for name, value in leaves.items() if name != key}
    assert Set(rest).root() != Set(leaves).root()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True), st.data())
def test_leaves_in_another_order_have_another_root(leaves: list[bytes], data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.sets(st.integers(0, len(leaves) - 1), min_size=2, max_size=2)))
    swapped = list(leaves)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert tree.root(swapped) != tree.root(leaves)


def test_a_node_does_not_pass_for_a_leaf() -> None:
    """A second preimage without the prefixes: the leaf that holds the two hashes below a node."""
    left, right = tree.leaf(b"a"), tree.leaf(b"b")
    assert tree.root([tree.leaf(left + right)]) != tree.root([left, right])


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_a_proof_gives_the_root_and_no_other_leaf_does(texts: list[bytes], data: st.DataObject) -> None:
    leaves = [tree.leaf(text) for text in texts]
    place = data.draw(st.integers(0, len(leaves) - 1))
    path = tree.proof(leaves, place)
    assert tree.proven_root(leaves[place], place, len(leaves), path) == tree.root(leaves)
    assert tree.proven_root(tree.leaf(b"another leaf"), place, len(leaves), path) != tree.root(leaves)
    assert tree.proven_root(leaves[place], place, len(leaves), [*path, path[0] if path else leaves[0]]) is None
    if path:
        assert tree.proven_root(leaves[place], place, len(leaves), path[:-1]) is None


@pytest.mark.parametrize(("count", "parts"), [(10, 16), (5000, 256)])
def test_the_parts_name_where_a_set_differs(count: int, parts: int) -> None:
    leaves = {sha256(b"%d" % n).digest()[:16]: sha256(b"v%d" % n).digest() for n in range(count)}
    key = max(leaves)
    before, after = Set(leaves).buckets(), Set(leaves | {key: bytes(32)}).buckets()
    differing = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    assert len(before) == parts
    assert differing == [key[0] if parts == 256 else key[0] >> 4]


def test_canonical_json_has_one_text_for_one_value() -> None:
    assert canonical({"b": [1, "é\n"], "a": None}) == '{"a":null,"b":[1,"é\\n"]}'
