"""The real way to a platform: the guarded way out, the system's DNS, and TLS with the same authorities."""

import socket
import ssl
import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from lti_tool.doctor.model import Certificate
from lti_tool.errors import ToolError
from lti_tool.http import PlatformHttp, Reply, Resolve, check_address, resolve_with_system
from lti_tool.keys import ToolKeys
from lti_tool.launch import Profiles
from lti_tool.store import Platform
from lti_tool.tokens import ServiceTokens

TLS_SECONDS, CALL_SECONDS = 5.0, 8.0
#: A whole examination: an LMS that answers every call just in time is given up after this.
MOST_SECONDS = 60.0
#: Verification results of OpenSSL (X509_V_ERR_…) that have a remedy of their own.
_EXPIRED, _OTHER_NAME, _SELF_SIGNED, _CHAIN = (10,), (62, 64), (18, 19), (2, 20, 21)


class PlatformWay:
    """`Way` over the network; `ca_file` replaces the public certificate authorities."""

    def __init__(
        self,
        keys: ToolKeys,
        profiles: Profiles,
        clock: Callable[[], datetime],
        *,
        private_hosts: Collection[str] = (),
        ca_file: str | None = None,
        resolve: Resolve = resolve_with_system,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._authorities = ca_file or DEFAULT_CA_BUNDLE_PATH
        self._resolve = resolve
        self._monotonic = monotonic
        self._end = monotonic() + MOST_SECONDS
        self._http = PlatformHttp(private_hosts, ca_file=ca_file, resolve=resolve, seconds=CALL_SECONDS)
        self._tokens = ServiceTokens(self._http, keys, profiles, clock)

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses of `host`."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as cause:
            raise ToolError("http.unresolved", "the host name has no address", host=host) from cause
        return list(dict.fromkeys(found))

    def _keep_to_time(self) -> None:
        if self._monotonic() > self._end:
            raise ToolError("http.too_slow", "the examination takes too long", seconds=int(MOST_SECONDS))

    def certificate(self, url: str) -> Certificate:
        """The certificate of the host of `url`, verified as for every call."""
        self._keep_to_time()
        target = check_address(url, self._private_hosts, self._resolve)
        context = ssl.create_default_context(cafile=self._authorities)
        try:
            with (
                socket.create_connection((target.address, target.port), TLS_SECONDS) as raw,
                context.wrap_socket(raw, server_hostname=target.host) as connected,
            ):
                shown = connected.getpeercert() or {}
        except ssl.SSLCertVerificationError as cause:
            raise _untrusted(cause.verify_code, target.host) from cause
        except ssl.SSLError as cause:
            raise ToolError("doctor.tls.broken", "no TLS", host=target.host) from cause
        except OSError as cause:
            raise ToolError("http.unreachable", type(cause).__name__, host=target.host) from cause
        until = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
        return Certificate(until, _issuer(shown.get("issuer", ())))

    def token(self, platform: Platform, scope: str) -> str:
        """A new token for `scope`."""
        self._keep_to_time()
        return self._tokens.get(platform, [scope], fresh=True)

    def get(self, url: str, *, accept: str, token: str = "") -> Reply:
        """GET `url`."""
        self._keep_to_time()
        return self._http.get(url, accept=accept, headers={"Authorization": f"Bearer {token}"} if token else None)

    def post(self, url: str, body: bytes, *, media: str, token: str) -> Reply:
        """POST `body` to `url`."""
        self._keep_to_time()
        headers = {"Authorization": f"Bearer {token}"}
        return self._http.post(url, body, content_type=media, accept=media, headers=headers)

    def delete(self, url: str, *, token: str) -> Reply:
        """DELETE `url`, however late it is: what was made is removed."""
        return self._http.delete(url, accept="*/*", headers={"Authorization": f"Bearer {token}"})


def _untrusted(verify_code: int, host: str) -> ToolError:
    if verify_code in _EXPIRED:
        return ToolError("doctor.tls.expired", "expired", host=host)
    if verify_code in _OTHER_NAME:
        return ToolError("doctor.tls.other_name", "another name", host=host)
    if verify_code in _SELF_SIGNED:
        return ToolError("doctor.tls.self_signed", "not of a known authority", host=host)
    if verify_code in _CHAIN:
        return ToolError("doctor.tls.chain", "the chain is not complete", host=host)
    return ToolError("doctor.tls.broken", "not trusted", host=host)


def _issuer(issuer: object) -> str:
    """The organisation in the issuer's name, as `ssl` gives it: pairs inside tuples."""
    pairs = [pair for part in issuer for pair in part] if isinstance(issuer, tuple) else []
    names = {str(name): str(value) for name, value in pairs}
    return names.get("organizationName") or names.get("commonName") or "-"
