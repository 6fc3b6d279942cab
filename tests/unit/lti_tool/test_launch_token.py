"""Signed tokens: whatever bytes arrive, the answer is a token or a refusal, never a crash."""

import json
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import base64url, read_token, sign, strict_json, verify
from lti_tool.platform_keys import read_jwks
from lti_tool.pylti import WholeLineItem, final_score, link_item, new_line_item
from lti_tool.testing import public_jwk

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef"), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_token_or_a_refusal(text: str) -> None:
    with suppress(LaunchRefused):
        read_token(text)


@settings(deadline=None)
@given(st.binary(), st.binary(), st.binary())
def test_any_three_parts_are_a_token_or_a_refusal(first: bytes, second: bytes, third: bytes) -> None:
    with suppress(LaunchRefused):
        read_token(".".join(base64url(part) for part in (first, second, third)))


@settings(deadline=None)
@given(JSON)
def test_strict_json_reads_what_json_writes(value) -> None:
    assert strict_json(json.dumps(value).encode()) == value
    assert strict_json(json.dumps(value, ensure_ascii=False).encode()) == value


@settings(deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1), TEXT))
def test_what_is_signed_is_read_back(claims) -> None:
    key = KEY
    token = read_token(sign(claims, key, "k"))
    verify(token, read_jwks(json.dumps({"keys": [public_jwk(key, "k")]}), ("RS256",))["k"])
    assert token.claims == claims
    assert token.header == {"alg": "RS256", "typ": "JWT", "kid": "k"}


@pytest.mark.parametrize("percent", [-1, 100.01, float("nan"), float("inf")])
def test_a_score_out_of_range_is_never_written(percent: float) -> None:
    with pytest.raises(ToolError, match=r"score\.out_of_range"):
        final_score(user_id="2", percent=percent, timestamp="2026-03-02T01:00:00+00:00")


@pytest.mark.parametrize(("percent", "given"), [(0, 0), (100.0, 100), (33.335, 33.34), (12.5, 12.5)])
def test_a_score_of_zero_is_a_score_and_whole_ones_stay_whole(percent: float, given) -> None:
    body = json.loads(final_score(user_id="2", percent=percent, timestamp="t"))
    assert body["scoreGiven"] == given
    assert (body["scoreMaximum"], body["gradingProgress"]) == (100, "FullyGraded")


def test_a_line_item_keeps_what_it_does_not_know() -> None:
    item = WholeLineItem({"id": "x", "scoreMaximum": 10, "gradesReleased": False, "label": "a"})
    item.set_label("b")
    assert json.loads(item.to_json()) == {"id": "x", "scoreMaximum": 10, "gradesReleased": False, "label": "b"}


def test_values_that_the_library_refuses_become_our_errors() -> None:
    with pytest.raises(ToolError, match=r"lti\.value"):
        new_line_item(label="x", maximum=0, resource_id="m", resource_link_id="l")
    with pytest.raises(ToolError, match=r"lti\.value"):
        link_item(title="x", custom={}, maximum=-5, resource_id="m")
