"""What a platform may do to the tool beside its launches: N43, N44, N53, and what it gets of our keys: N63."""

import json

import pytest

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.http import Reply
from lti_tool.testing import LtiHarness, json_reply
from xapi.testing import FixedClock

pytestmark = pytest.mark.conformance
RUBBISH = [
    Reply(500, b"", {}), Reply(200, b"<html>", {}), Reply(200, b"{}", {}), Reply(200, b'{"keys": []}', {}),
    Reply(302, b"", {"location": "https://evil.example/keys"}), Reply(200, b"[" * 5000, {}),
    ToolError("http.unreachable", "nobody answers"), ToolError("http.too_slow", "too slow"),
]  # fmt: skip


@pytest.fixture
def tool(tmp_path, key):
    harness = LtiHarness(tmp_path, key, FixedClock())
    yield harness
    harness.close()


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda reply: getattr(reply, "status", "error"))
def test_n43_the_last_good_keys_serve_while_the_platform_answers_rubbish(tool, rubbish) -> None:
    assert tool.launch().subject == "2"
    tool.http.answers[f"GET {tool.fake.issuer}/certs"] = rubbish
    tool.clock.advance(hours=2)
    assert tool.launch().subject == "2"


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda reply: getattr(reply, "status", "error"))
def test_n44_rubbish_is_not_kept_for_longer_than_it_lasts(tool, rubbish) -> None:
    tool.http.answers[f"GET {tool.fake.issuer}/certs"] = rubbish
    with pytest.raises(LaunchRefused, match=r"launch\.ke"):
        tool.launch()
    assert tool.store.launches.last() == []
    tool.http.answers[f"GET {tool.fake.issuer}/certs"] = Reply(200, tool.fake.jwks(), {})
    tool.clock.advance(seconds=61)
    assert tool.launch().subject == "2"


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/x", "https://lms.example.go.id.evil.example/x", "http://169.254.169.254/",
     "https://lms.example.go.id@evil.example/", "https://lms.example.go.id:444/", "//lms.example.go.id/", ""],
)  # fmt: skip
def test_n53_a_service_on_another_host_gets_no_token(tool, url: str) -> None:
    for call in ("get", "post", "put", "delete"):
        more = {"body": b"{}", "content_type": "application/json"} if call in ("post", "put") else {}
        with pytest.raises(ToolError, match=r"services\.foreign_host"):
            getattr(tool.lti.services, call)(tool.platform, url, scopes=["x"], accept="application/json", **more)
    assert tool.http.calls == []


@pytest.mark.parametrize("read", ["line_items", "roster", "results"])
def test_n53_a_link_to_a_further_page_on_another_host_gets_no_token(tool, read: str) -> None:
    first = f"{tool.fake.issuer}/daftar"
    body = {"line_items": b"[]", "roster": b'{"members": []}', "results": b"[]"}[read]
    away = Reply(200, body, {"link": '<https://evil.example/daftar?halaman=2>; rel="next"'})
    asked = first + {"line_items": "", "roster": "?limit=200", "results": "/results?limit=200"}[read]
    tool.http.answers |= {
        f"POST {tool.fake.issuer}/token": json_reply({"access_token": "t", "token_type": "Bearer", "expires_in": 60}),
        f"GET {asked}": away,
    }
    with pytest.raises(ToolError, match=r"services\.foreign_host"):
        {
            "line_items": lambda: tool.lti.line_items.read_all(tool.platform, first),
            "roster": lambda: tool.lti.roster.members(tool.platform, first),
            "results": lambda: tool.lti.results.of(tool.platform, first),
        }[read]()
    assert not any("evil" in call[1] for call in tool.http.calls)


def test_n63_the_published_keys_hold_nothing_private_and_the_stored_ones_are_sealed(tool) -> None:
    published = tool.lti.keys.jwks()
    assert published["keys"]
    assert not {name for jwk in published["keys"] for name in jwk} & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    with tool.engine.connect() as connection:
        for (sealed,) in connection.exec_driver_sql("SELECT sealed FROM lti_tool_key"):
            assert b"PRIVATE KEY" not in bytes(sealed)
            assert json.dumps(published).encode() not in bytes(sealed)
