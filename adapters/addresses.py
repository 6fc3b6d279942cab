"""Addresses of systems: which may be called at all, and whether two are of one origin."""

import ipaddress
from urllib.parse import urlsplit

from adapters.errors import AdapterError

_PORTS = {"http": 80, "https": 443}


def checked_address(url: str, *, allow_http: bool) -> str:
    """`url` without spaces around it, when it is an address that may be called.

    Raises AdapterError `remote.address_broken` (no http(s) address, or one with a user name, a query or odd signs)
    and `remote.not_https` (http to another machine without `allow_http`).
    """
    url = url.strip()
    scheme, host, port = origin_of(url)
    if not host or not port or not url.isprintable() or set(url) & {" ", "\\", "?", "#"}:
        raise AdapterError("remote.address_broken", "no plain http(s) address")
    if scheme != "https" and not allow_http and not is_this_machine(host):
        raise AdapterError("remote.not_https", "http to another machine", host=host)
    return url


def origin_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of `url`; empty where it has none, or hides behind a user name."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0
    if "@" in parts.netloc or parts.scheme not in _PORTS:
        return "", "", 0
    return parts.scheme, parts.hostname or "", port


def same_origin(url: str, other: str) -> bool:
    """Whether both addresses are of one scheme, host and port, and every reader of addresses reads `url` alike."""
    plain = url.isprintable() and not set(url) & {" ", "\\"}
    return plain and bool(origin_of(url)[1]) and origin_of(url) == origin_of(other)


def is_this_machine(host: str) -> bool:
    """Whether `host` never leaves the machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
