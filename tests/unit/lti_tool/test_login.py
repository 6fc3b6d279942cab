"""Login: straight to the platform's own address, with what it needs and nothing it does not."""

from urllib.parse import parse_qs, urlsplit

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.testing import TOOL


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def test_the_request_holds_exactly_what_the_security_framework_asks(bench) -> None:
    start = bench.lti.login.start(bench.fake.login_form())
    asked = query(start.url)
    assert start.url.startswith("https://lms.example.go.id/auth?")
    assert asked.pop("state") == start.flow.state
    assert asked.pop("nonce") == start.flow.nonce
    assert asked == {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "client_id": "klien-1", "redirect_uri": f"{TOOL}/lti/launch", "login_hint": "2",
        "lti_message_hint": '{"cmid":2}',
    }  # fmt: skip


def test_an_authorisation_address_with_a_query_keeps_it(bench) -> None:
    bench.store.platforms.add(
        bench.fake.registration(client_id="k2", auth_url="https://lms.example.go.id/auth?tenant=a%20b&state=x#top"),
        "2" * 32, bench.clock(),
    )  # fmt: skip
    start = bench.lti.login.start(bench.fake.login_form(client_id="k2"))
    assert query(start.url)["tenant"] == "a b"
    assert query(start.url)["state"] == start.flow.state
    assert "#" not in start.url


def test_a_missing_message_hint_is_not_invented(bench) -> None:
    form = bench.fake.login_form()
    del form["lti_message_hint"]
    assert "lti_message_hint" not in query(bench.lti.login.start(form).url)


def test_an_inactive_platform_cannot_log_in(bench) -> None:
    bench.store.platforms.set_active(bench.platform.id, False)
    with pytest.raises(LaunchRefused, match=r"login\.platform_unknown"):
        bench.lti.login.start(bench.fake.login_form())


def test_a_hint_of_a_megabyte_is_refused(bench) -> None:
    with pytest.raises(LaunchRefused, match=r"login\.hint_too_large"):
        bench.lti.login.start(bench.fake.login_form(login_hint="x" * 1_000_000))


@pytest.mark.parametrize("url", [f"{TOOL}/lti/launch", f"{TOOL}/lti/launch?unit=7", f"{TOOL}:443/x", TOOL])
def test_every_address_of_the_tool_is_a_good_target(bench, url: str) -> None:
    assert bench.lti.login.is_own(url)
