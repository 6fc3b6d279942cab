"""Platforms' keys: asked for rarely, kept through outages, and never replaced by rubbish (N43, N44)."""

import json
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.http import Reply
from lti_tool.jose import base64url, read_token, verify
from lti_tool.platform_keys import PlatformKeys, read_jwks
from lti_tool.testing import public_jwk


@pytest.fixture
def address(bench) -> str:
    return f"GET {bench.fake.issuer}/certs"


RUBBISH = [
    Reply(500, b"", {}), Reply(200, b"<html>", {}), Reply(200, b"{}", {}), Reply(200, b'{"keys":[]}', {}),
    Reply(200, b'{"keys":[{}]}', {}), Reply(302, b"", {"location": "https://x"}), Reply(200, b"[]", {}),
    Reply(200, b'{"error":"down"}', {}), ToolError("http.unreachable", "down"), ToolError("http.too_large", "big"),
]  # fmt: skip


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_the_last_good_keys_outlive_an_outage(bench, address, rubbish) -> None:
    bench.launch()
    bench.http.answers[address] = rubbish
    bench.clock.advance(hours=5)
    assert bench.launch()


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_an_outage_at_the_first_launch_is_over_as_soon_as_the_platform_answers(bench, address, rubbish) -> None:
    good, bench.http.answers[address] = bench.http.answers[address], rubbish
    with pytest.raises(LaunchRefused) as caught:
        bench.launch()
    assert (caught.value.code, caught.value.status) == ("launch.keys_unreachable", 503)
    bench.http.answers[address] = good
    bench.clock.advance(minutes=1)
    assert bench.launch()


def test_keys_survive_a_restart_during_an_outage(bench, address) -> None:
    bench.launch()
    bench.http.answers[address] = Reply(500, b"", {})
    again = PlatformKeys(bench.http, bench.store.platforms, bench.clock)
    assert again.key(bench.store.platforms.get(bench.platform.id), "kunci-1")


def test_keys_of_a_platform_gone_for_more_than_a_week_are_not_trusted(bench, address) -> None:
    bench.launch()
    bench.http.answers[address] = Reply(500, b"", {})
    bench.clock.advance(days=8)
    with pytest.raises(LaunchRefused, match=r"launch\.keys_unreachable"):
        bench.launch()


def test_a_key_that_the_platform_withdraws_stops_working_within_the_hour(bench, address, other_key) -> None:
    bench.launch()
    bench.http.answers[address] = Reply(200, json.dumps({"keys": [public_jwk(other_key, "new")]}).encode(), {})
    bench.clock.advance(hours=1)
    with pytest.raises(LaunchRefused, match=r"launch\.kid_unknown"):
        bench.launch()


def test_a_clock_that_was_ahead_keeps_no_withdrawn_key(bench, address, other_key) -> None:
    bench.launch()
    bench.http.answers[address] = Reply(200, json.dumps({"keys": [public_jwk(other_key, "new")]}).encode(), {})
    bench.clock.advance(days=-1)
    with pytest.raises(LaunchRefused, match=r"launch\.kid_unknown"):
        bench.launch()


def test_a_key_that_was_replaced_under_its_old_name_is_taken_at_the_next_launch(bench, address, other_key) -> None:
    bench.launch()
    bench.clock.advance(minutes=1)
    bench.http.answers[address] = Reply(200, json.dumps({"keys": [public_jwk(other_key, "kunci-1")]}).encode(), {})
    bench.fake.key = other_key
    assert bench.launch()


def test_forged_tokens_make_the_platform_be_asked_once_a_minute(bench, address, other_key) -> None:
    bench.launch()
    bench.clock.advance(minutes=1)
    bench.fake.key = other_key
    for _ in range(5):
        with pytest.raises(LaunchRefused, match=r"launch\.signature"):
            bench.launch()
    assert bench.http.called("GET", f"{bench.fake.issuer}/certs") == 2


def test_many_launches_at_once_fetch_the_keys_once(bench) -> None:
    keys = PlatformKeys(bench.http, bench.store.platforms, bench.clock)
    found = []
    threads = [threading.Thread(target=lambda: found.append(keys.key(bench.platform, "kunci-1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert bench.http.called("GET") == 1


def test_two_tenants_at_one_address_have_keys_of_their_own(bench, address, other_key) -> None:
    second = bench.store.platforms.add(bench.fake.registration(client_id="k2"), "2" * 32, bench.clock())
    bench.launch()
    bench.http.answers[address] = Reply(200, json.dumps({"keys": [public_jwk(other_key, "kunci-1")]}).encode(), {})
    keys = bench.lti.receiver.keys
    assert keys.key(second, "kunci-1").public != keys.key(bench.platform, "kunci-1").public


def test_an_elliptic_key_works_where_the_platform_declares_it() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    numbers = private.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-256", "kid": "e", "x": base64url(numbers.x.to_bytes(32, "big")),
           "y": base64url(numbers.y.to_bytes(32, "big"))}  # fmt: skip
    key = read_jwks(json.dumps({"keys": [jwk]}), ("RS256", "ES256"))["e"]
    signed = base64url(b'{"alg":"ES256"}') + "." + base64url(b"{}")
    r, s = decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(SHA256())))
    verify(read_token(f"{signed}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"), key)
    for bad in (b"", b"\0" * 64, b"x" * 63):
        with pytest.raises(LaunchRefused):
            verify(read_token(f"{signed}.{base64url(bad) or 'AA'}"), key)
