"""Our own keys: made once, sealed, published without secrets, and changed with an overlap."""

import json

import pytest
from sqlalchemy import text

from lti_tool.errors import ToolError
from lti_tool.jose import read_token, sign, verify
from lti_tool.keys import ToolKeys
from lti_tool.platform_keys import read_jwks
from lti_tool.store import LtiStore
from xapi.database import writing


def test_the_first_use_makes_a_key_and_every_later_one_finds_it(bench) -> None:
    first = bench.lti.keys.signing()
    again = ToolKeys(bench.store, b"k" * 32, bench.clock).signing()
    assert first.kid == again.kid
    assert first.private.private_numbers() == again.private.private_numbers()


def test_what_is_published_verifies_what_is_signed_and_holds_nothing_private(bench) -> None:
    key = bench.lti.keys.signing()
    published = bench.lti.keys.jwks()
    verify(read_token(sign({"a": 1}, key.private, key.kid)), read_jwks(json.dumps(published), ("RS256",))[key.kid])
    assert [set(jwk) for jwk in published["keys"]] == [{"kty", "use", "alg", "kid", "n", "e"}]


def test_the_stored_key_is_sealed_with_the_secret(bench) -> None:
    key = bench.lti.keys.signing()
    (row,) = bench.store.keys.list()
    number = key.private.private_numbers().d.to_bytes(256, "big")
    assert number not in row.sealed
    with pytest.raises(ToolError, match=r"keys\.sealed"):
        ToolKeys(bench.store, b"x" * 32, bench.clock).signing()


def test_a_sealed_key_moved_to_another_institution_does_not_open(bench) -> None:
    bench.lti.keys.signing()
    with writing(bench.engine) as connection:
        connection.execute(text("UPDATE lti_tool_key SET institution = :other"), {"other": "b" * 32})
    with pytest.raises(ToolError, match=r"keys\.sealed"):
        ToolKeys(LtiStore(bench.engine, "b" * 32), b"k" * 32, bench.clock).signing()


def test_the_next_key_is_published_before_it_signs_and_the_old_one_after(bench) -> None:
    old = bench.lti.keys.signing().kid
    following = bench.lti.keys.add_next()
    assert bench.lti.keys.signing().kid == old
    assert {jwk["kid"] for jwk in bench.lti.keys.jwks()["keys"]} == {old, following}
    bench.lti.keys.switch_to(following)
    assert bench.lti.keys.signing().kid == following
    assert {jwk["kid"] for jwk in bench.lti.keys.jwks()["keys"]} == {old, following}
    bench.store.keys.drop_retired(bench.clock())
    assert {jwk["kid"] for jwk in bench.lti.keys.jwks()["keys"]} == {following}


def test_two_processes_that_start_at_once_sign_with_one_key(bench) -> None:
    keys = ToolKeys(bench.store, b"k" * 32, bench.clock)
    bench.store.keys.add(keys._new("active"))
    bench.store.keys.add(keys._new("active"))
    assert len(bench.store.keys.list()) == 1
    with pytest.raises(ToolError, match=r"keys\.unknown"):
        keys.switch_to("nobody")
