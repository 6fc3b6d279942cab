"""Only the proxy in front is believed about where a request came from."""

import pytest
from werkzeug.test import EnvironBuilder

from lti_tool.errors import SettingsError
from lti_tool.web.proxies import BehindProxy, networks_of

SAID = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Real-IP": "203.0.113.9"}


def seen(peer: str, *trusted: str) -> dict:
    """What the application behind sees of a request that `peer` brings with forwarding headers."""
    found: dict = {}

    def app(environ, _start):
        found.update(environ)
        return []

    environ = EnvironBuilder(headers=SAID, environ_base={"REMOTE_ADDR": peer}).get_environ()
    BehindProxy(app, networks_of(trusted))(environ, None)
    return found


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [
        ("127.0.0.1", ()),
        ("::1", ()),
        ("::ffff:127.0.0.1", ()),
        ("10.1.2.3", ("10.1.0.0/16",)),
        ("10.0.0.5", ("10.0.0.5",)),
    ],
)
def test_the_proxy_tells_the_address_and_the_scheme(peer: str, trusted: tuple[str, ...]) -> None:
    environ = seen(peer, *trusted)
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("203.0.113.9", "https")


@pytest.mark.parametrize(
    ("peer", "trusted"), [("198.51.100.1", ()), ("127.0.0.1", ("10.0.0.5",)), ("", ()), ("unix:", ())]
)
def test_a_stranger_chooses_neither_address_nor_scheme(peer: str, trusted: tuple[str, ...]) -> None:
    environ = seen(peer, *trusted)
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == (peer, "http")
    assert [name for name in environ if "FORWARDED" in name or "REAL_IP" in name] == []


def test_what_is_no_address_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"proxy\.example") as error:
        networks_of(["proxy.example"])
    assert error.value.code == "settings.wrong_type"
