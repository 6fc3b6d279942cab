"""Calls to platforms over HTTP: only where they may go, to the address that was checked, brief and bounded."""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from lti_tool.errors import ToolError
from lti_tool.turns import step_aside
from xapi.retry_after import seconds_asked

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5.0, 5.0, 15.0
MOST_BYTES = 256 * 1024
USER_AGENT = "Jampel/0.1 (LTI 1.3 tool)"
_IPV6_CARRYING_IPV4 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

Resolve = Callable[[str, int], list[str]]


class Reply(msgspec.Struct, frozen=True):
    """What a platform answered; header names are in lower case, `reason` is the phrase beside the status."""

    status: int
    body: bytes
    headers: dict[str, str]
    reason: str = ""

    @property
    def wait_asked(self) -> float | None:
        """The seconds that the platform asks us to wait (`Retry-After`), None when it does not."""
        return seconds_asked(self.headers.get("retry-after", ""), self.headers.get("date", ""))


class Target(msgspec.Struct, frozen=True):
    """An address that may be called, and the IP address it is called at."""

    scheme: str
    host: str
    port: int
    address: str


def resolve_with_system(host: str, port: int) -> list[str]:
    """The IP addresses of `host`, from the system's resolver."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def check_address(url: str, private_hosts: Collection[str], resolve: Resolve = resolve_with_system) -> Target:
    """Where `url` leads, when it may be called at all.

    It must be https on port 443 of a host whose every address is public, or its `host:port` must be in
    `private_hosts`, which an operator lists. User names in the address are refused. Raises ToolError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError as cause:
        raise ToolError("http.address_broken", "not an address") from cause
    host = parts.hostname or ""
    if not port or not host or "@" in parts.netloc or any(character <= " " or character == "\\" for character in url):
        raise ToolError("http.address_broken", "not a plain http(s) address")
    listed = f"{host}:{port}" in private_hosts
    if not listed and (parts.scheme != "https" or port != 443):
        raise ToolError("http.not_https", "only https on port 443", host=host, port=port)
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as cause:
        raise ToolError("http.unresolved", "the host name has no address", host=host) from cause
    if not addresses:
        raise ToolError("http.unresolved", "the host name has no address", host=host)
    if not listed and not all(is_public(address) for address in addresses):
        raise ToolError("http.private_address", "an address of the host is not public", host=host, port=port)
    return Target(parts.scheme, host, port, addresses[0])


def is_public(address: str) -> bool:
    """Whether `address` lies on the public internet, also behind the disguises of IPv6."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and any(ip in network for network in _IPV6_CARRYING_IPV4):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


class _Cut:
    """Cuts the connection of one call when its time is over: a drip of bytes never meets the limit of a single read."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connected: socket.socket) -> None:
        """From now on this socket is cut, whatever TLS makes of it: a copy of its handle is kept."""
        self._socket = connected.dup()

    def __enter__(self) -> "_Cut":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._socket is not None:
            self._socket.close()

    def _end(self) -> None:
        self.over = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class _PinnedAdapter(HTTPAdapter):
    """Connects to the checked IP address while TLS and the Host header keep the name, so DNS cannot change its mind.

    `watch` gets the socket of every connection before TLS begins on it.
    """

    def __init__(self, target: Target, watch: Callable[[socket.socket], None]) -> None:
        self._target = target
        self._watch = watch
        super().__init__(max_retries=0)

    @property
    def scheme(self) -> str:
        """The scheme of the one address it is for."""
        return self._target.scheme

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        pools: dict[str, Any] = {"http": HTTPConnectionPool, "https": HTTPSConnectionPool}
        self.poolmanager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": _watched(pool.ConnectionCls, self._watch)})
            for scheme, pool in pools.items()
        }

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        host_params["host"] = self._target.address
        if self._target.scheme == "https":
            names = {"server_hostname": self._target.host, "assert_hostname": self._target.host}
            return host_params, {**pool_kwargs, **names}
        return host_params, pool_kwargs


def _watched(kind: type[Any], watch: Callable[[socket.socket], None]) -> type[Any]:
    class Connection(kind):
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            watch(connected)
            return connected

    return Connection


class PlatformHttp:
    """The one way out to platforms.

    `private_hosts` are the `host:port` pairs that may be called although they are not public https hosts on port 443.
    `ca_file` replaces the public certificate authorities (for an LMS whose certificate the institution signs itself).
    A whole call takes `seconds` at most, however slowly its answer drips in.
    Redirects are not followed, environment proxies and .netrc are not used, nothing is tried twice.
    """

    def __init__(
        self,
        private_hosts: Collection[str] = (),
        *,
        ca_file: str | None = None,
        resolve: Resolve = resolve_with_system,
        monotonic: Callable[[], float] = time.monotonic,
        seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._verify = ca_file or True
        self._resolve = resolve
        self._monotonic = monotonic
        self._seconds = seconds

    def check(self, url: str) -> None:
        """Raises ToolError when `url` may not be called; calls nothing."""
        check_address(url, self._private_hosts, self._resolve)

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """GET `url`, asking for exactly the media type `accept`. Raises ToolError when no answer can be read."""
        return self._call("GET", url, {"Accept": accept, **(headers or {})}, None)

    def post(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """POST `body` to `url`. Raises ToolError when no answer can be read."""
        return self._call("POST", url, {"Accept": accept, "Content-Type": content_type, **(headers or {})}, body)

    def put(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """PUT `body` to `url`. Raises ToolError when no answer can be read."""
        return self._call("PUT", url, {"Accept": accept, "Content-Type": content_type, **(headers or {})}, body)

    def delete(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """DELETE `url`. Raises ToolError when no answer can be read."""
        return self._call("DELETE", url, {"Accept": accept, **(headers or {})}, None)

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        step_aside()
        target = check_address(url, self._private_hosts, self._resolve)
        host = f"[{target.host}]" if ":" in target.host else target.host
        usual = target.port == {"https": 443, "http": 80}[target.scheme]
        sent = {"User-Agent": USER_AGENT, "Host": host if usual else f"{host}:{target.port}", **headers}
        with _Cut(self._seconds) as cut:
            try:
                reply = self._send(method, url, body, sent, _PinnedAdapter(target, cut.watch))
            except (requests.RequestException, OSError) as cause:
                if not cut.over:
                    raise ToolError("http.unreachable", type(cause).__name__, host=target.host) from cause
            if cut.over:
                raise self._too_slow()
            return reply

    def _send(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], adapter: _PinnedAdapter
    ) -> Reply:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = self._verify
            session.mount(f"{adapter.scheme}://", adapter)
            with session.request(
                method,
                url,
                data=body,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
            ) as response:
                return self._read(response)

    def _too_slow(self) -> ToolError:
        return ToolError("http.too_slow", "the answer takes too long", seconds=int(self._seconds))

    def _read(self, response: requests.Response) -> Reply:
        deadline = self._monotonic() + self._seconds
        body = b""
        for piece in response.iter_content(16 * 1024):
            body += piece
            if len(body) > MOST_BYTES:
                raise ToolError("http.too_large", "the answer is over the limit", limit=MOST_BYTES)
            if self._monotonic() > deadline:
                raise self._too_slow()
        headers = {name.lower(): _header_text(value) for name, value in response.headers.items()}
        return Reply(response.status_code, body, headers, response.reason or "")


def _header_text(value: str) -> str:
    """A header as the platform meant it: Python reads headers as Latin-1, but Moodle's Link has quotes in UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
