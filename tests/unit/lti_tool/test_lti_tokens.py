"""Service tokens: asked for with a proper assertion, kept while they last, never shared between tenants (N54)."""

import json
from urllib.parse import parse_qs

import pytest

from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.jose import read_token, verify
from lti_tool.platform_keys import read_jwks
from lti_tool.testing import json_reply
from lti_tool.tokens import ServiceTokens

URL = "POST https://lms.example.go.id/token"


@pytest.fixture
def tokens(bench) -> ServiceTokens:
    names = [json_reply({"access_token": f"t{number}", "expires_in": 3600}) for number in range(1, 9)]
    bench.http.answers[URL] = names
    return ServiceTokens(bench.http, bench.lti.keys, lambda _name: bench.profile, bench.clock)


def test_the_assertion_is_what_the_security_framework_asks(bench, tokens) -> None:
    tokens.get(bench.platform, ["b", "a", "a"])
    form = {name: values[0] for name, values in parse_qs(bench.http.calls[0][2].decode()).items()}
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "a b"
    token = read_token(form["client_assertion"])
    verify(token, read_jwks(json.dumps(bench.lti.keys.jwks()), ("RS256",))[token.header["kid"]])
    now = int(bench.clock().timestamp())
    assert token.claims["iss"] == token.claims["sub"] == "klien-1"
    assert token.claims["aud"] == "https://lms.example.go.id/token"
    assert token.claims["iat"] == now - 5
    assert token.claims["exp"] <= now + 300
    assert token.claims["jti"]


def test_a_token_is_kept_until_it_is_nearly_spent(bench, tokens) -> None:
    assert [tokens.get(bench.platform, ["a"]) for _ in range(3)] == ["t1"] * 3
    bench.clock.advance(seconds=3539)
    assert tokens.get(bench.platform, ["a"]) == "t1"
    bench.clock.advance(seconds=1)
    assert tokens.get(bench.platform, ["a"]) == "t2"


def test_n54_no_token_is_used_for_other_scopes_clients_or_institutions(bench, tokens) -> None:
    import msgspec

    changed = [
        msgspec.structs.replace(bench.platform, **change)
        for change in ({"client_id": "k2"}, {"institution": "b" * 32}, {"issuer": "https://x"})
    ]
    first = tokens.get(bench.platform, ["a"])
    others = [tokens.get(platform, ["a"]) for platform in changed] + [tokens.get(bench.platform, ["b"])]
    assert len({first, *others}) == 5


@pytest.mark.parametrize(
    "reply",
    [json_reply({"error": "invalid_scope"}, 400), Reply(404, b"<html>", {}), Reply(200, b"{}", {}),
     Reply(200, b"[", {}),
     json_reply({"access_token": 5}), json_reply({"access_token": "a\r\nX: y"}), json_reply([]),
     json_reply({"error": "secret text"}, 400)],
)  # fmt: skip
def test_no_token_is_an_error_without_the_platforms_words(bench, tokens, reply) -> None:
    bench.http.answers[URL] = reply
    with pytest.raises(ToolError) as caught:
        tokens.get(bench.platform, ["a"])
    assert caught.value.code == "token.refused"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
@pytest.mark.parametrize("life", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 400, "-1", "true", "null"])
def test_a_life_beyond_reason_breaks_nothing(bench, tokens, life: str) -> None:
    bench.http.answers[URL] = Reply(200, f'{{"access_token": "t", "expires_in": {life}}}'.encode(), {})
    assert tokens.get(bench.platform, ["a"]) == "t"


def test_an_answer_nested_without_end_is_no_token(bench, tokens) -> None:
    bench.http.answers[URL] = Reply(200, b'{"access_token": "t", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", {})
    with pytest.raises(ToolError) as caught:
        tokens.get(bench.platform, ["a"])
    assert caught.value.code == "token.refused"


def test_a_token_served_as_html_is_a_token(bench, tokens) -> None:
    bench.http.answers[URL] = json_reply({"access_token": "h", "expires_in": "soon"}, **{"content-type": "text/html"})
    assert tokens.get(bench.platform, ["a"]) == "h"
