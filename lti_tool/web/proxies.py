"""Whom to believe about where a request came from: the reverse proxy in front, by its address, and nobody else."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from lti_tool.errors import SettingsError

Network = IPv4Network | IPv6Network
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]
THIS_MACHINE = ("127.0.0.0/8", "::1")
_SAID = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def networks_of(texts: Sequence[str]) -> tuple[Network, ...]:
    """The addresses and networks `texts` (`10.0.0.5`, `10.1.0.0/16`); this machine when there are none.

    Raises SettingsError for a text that is neither.
    """
    try:
        return tuple(ip_network(one) for one in texts or THIS_MACHINE)
    except ValueError as cause:
        problem = f"trusted_proxies: {cause}"
        raise SettingsError("settings.wrong_type", problem, section="server", problem=problem) from cause


class BehindProxy:
    """The WSGI application `app` behind a proxy in one of `networks`.

    From there one X-Forwarded-For and one X-Forwarded-Proto are believed, which the proxy wrote. From elsewhere such
    headers are taken away, so that nobody chooses the address under which attempts to log in are counted.
    """

    def __init__(self, app: Wsgi, networks: Sequence[Network]) -> None:
        self._app = app
        self._believing = ProxyFix(app, x_for=1, x_proto=1, x_host=0)
        self._networks = tuple(networks)
        self._is_proxy = lru_cache(maxsize=1024)(self._belongs)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        if self._is_proxy(environ.get("REMOTE_ADDR", "")):
            return self._believing(environ, start_response)
        for name in _SAID:
            environ.pop(name, None)
        return self._app(environ, start_response)

    def _belongs(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        known = getattr(found, "ipv4_mapped", None) or found
        return any(known in network for network in self._networks)
