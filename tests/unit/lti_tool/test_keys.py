"""Our own keys: made once, sealed, published without secrets, and changed with an overlap."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from lti_tool.deep_linking import LIFETIME
from lti_tool.errors import ToolError
from lti_tool.jose import read_token, sign, verify
from lti_tool.jwks_fetches import network_of
from lti_tool.keys import RETIRED_KEPT, ToolKeys
from lti_tool.platform_keys import read_jwks
from lti_tool.store import LtiStore
from lti_tool.tokens import ASSERTION_SECONDS
from xapi.database import writing


def test_the_first_use_makes_a_key_and_every_later_one_finds_it(bench) -> None:
    first = bench.lti.keys.signing()
    again = ToolKeys(bench.store, b"k" * 32, bench.clock).signing()
    assert first.kid == again.kid
    assert first.private.private_numbers() == again.private.private_numbers()


def test_n63_what_is_published_verifies_what_is_signed_and_holds_nothing_private(bench) -> None:
    key = bench.lti.keys.signing()
    published = bench.lti.keys.jwks()
    verify(read_token(sign({"a": 1}, key.private, key.kid)), read_jwks(json.dumps(published), ("RS256",))[key.kid])
    assert [set(jwk) for jwk in published["keys"]] == [{"kty", "use", "alg", "kid", "n", "e"}]


def test_n63_the_stored_key_is_sealed_with_the_secret(bench) -> None:
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


def test_two_processes_that_start_at_once_sign_with_one_key(bench) -> None:
    keys = ToolKeys(bench.store, b"k" * 32, bench.clock)
    bench.store.keys.add(keys._new("active"))
    bench.store.keys.add(keys._new("active"))
    assert len(bench.store.keys.list()) == 1


def test_a_rotation_publishes_now_switches_at_its_moment_and_keeps_the_old_key_a_day(bench, clock) -> None:
    keys = bench.lti.keys
    old = keys.signing().kid
    new = keys.rotate(timedelta(days=7))
    assert (new.state, keys.signing().kid) == ("next", old)
    clock.advance(days=7)
    assert keys.signing().kid == new.kid
    clock.advance(days=1, seconds=-1)
    assert keys.keep_up() == 0
    assert {jwk["kid"] for jwk in keys.jwks()["keys"]} == {old, new.kid}
    clock.advance(seconds=1)
    assert keys.keep_up() == 1
    assert {jwk["kid"] for jwk in keys.jwks()["keys"]} == {new.kid}


def test_n63_the_retired_key_is_published_longer_than_anything_it_signed_lives() -> None:
    assert timedelta(seconds=max(ASSERTION_SECONDS, LIFETIME)) < RETIRED_KEPT


def test_a_second_rotation_moves_the_moment_of_the_key_that_waits(bench) -> None:
    first = bench.lti.keys.rotate(timedelta(days=7))
    second = bench.lti.keys.rotate(timedelta(days=1))
    assert second.kid == first.kid
    assert second.due == first.due - 6 * 86_400
    assert len(bench.store.keys.list()) == 2


def test_a_rotation_without_a_wait_signs_with_the_new_key_at_once(bench) -> None:
    old = bench.lti.keys.signing().kid
    new = bench.lti.keys.rotate(timedelta())
    assert (new.state, bench.lti.keys.signing().kid) == ("active", new.kid)
    assert new.kid != old


@pytest.mark.parametrize("after", [timedelta(seconds=-1), timedelta(days=91)])
def test_a_wait_out_of_range_changes_nothing(bench, after) -> None:
    with pytest.raises(ToolError, match=r"keys\.overlap"):
        bench.lti.keys.rotate(after)
    assert bench.store.keys.list() == []


def test_two_processes_that_switch_at_once_switch_once(bench) -> None:
    old = bench.lti.keys.signing().kid
    new = bench.lti.keys.rotate(timedelta(days=1))
    bench.store.keys.activate(new.kid, bench.clock())
    bench.store.keys.activate(new.kid, bench.clock())
    assert {key.kid: key.state for key in bench.store.keys.list()} == {old: "retired", new.kid: "active"}


def test_a_next_key_that_does_not_open_leaves_the_present_one_signing(bench, clock) -> None:
    old = bench.lti.keys.signing().kid
    ToolKeys(bench.store, b"x" * 32, clock)._store.keys.schedule(
        ToolKeys(bench.store, b"x" * 32, clock)._new("next", int(clock().timestamp()))
    )
    assert bench.lti.keys.signing().kid == old


MOODLE_BOT = "MoodleBot/4.5 (+https://lms.example.go.id)"


def test_a_fetch_of_the_key_set_is_known_by_the_platform_that_names_itself(bench) -> None:
    bench.lti.jwks_fetches.note(MOODLE_BOT, "203.0.113.9")
    (noted,) = bench.store.jwks_fetches.list()
    assert (noted.agent, noted.platform) == ("Moodle", bench.platform.id)
    assert bench.lti.jwks_fetches.platforms_since(int(bench.clock().timestamp())) == {bench.platform.id}


def test_nothing_that_a_stranger_writes_is_kept_and_the_table_does_not_grow(bench) -> None:
    for number in range(50):
        bench.lti.jwks_fetches.note(f"198501012099031{number:03d} (+https://a{number}.example)", f"8.8.8.{number}")
    (noted,) = bench.store.jwks_fetches.list()
    assert (noted.agent, noted.network, noted.platform) == ("other", "public", "")


def test_the_same_fetch_is_written_once_a_minute(bench, clock) -> None:
    for _ in range(3):
        bench.lti.jwks_fetches.note("curl/8", "127.0.0.1")
        clock.advance(seconds=29)
    (noted,) = bench.store.jwks_fetches.list()
    assert (noted.agent, noted.network, noted.last_at) == ("curl", "loopback", noted.first_at)
    clock.advance(seconds=10)
    bench.lti.jwks_fetches.note("curl/8", "127.0.0.1")
    assert bench.store.jwks_fetches.list()[0].last_at == noted.first_at + 97


@pytest.mark.parametrize(
    ("address", "network"),
    [("127.0.0.1", "loopback"), ("::1", "loopback"), ("10.0.0.1", "private"), ("fe80::1%eth0", "private"),
     ("8.8.8.8", "public"), ("", "unknown"), ("a'b", "unknown")],
)  # fmt: skip
def test_of_an_address_only_its_kind_of_network_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_database_that_cannot_be_written_does_not_stop_the_key_set(bench) -> None:
    with writing(bench.engine) as connection:
        connection.execute(text("DROP TABLE lti_jwks_reader"))
    bench.lti.jwks_fetches.note("curl/8", "127.0.0.1")
    assert bench.lti.keys.jwks()["keys"]
