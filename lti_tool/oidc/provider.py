"""The provider of a single sign-on: what it says about itself (OpenID Connect Discovery 1.0), its keys, its tokens."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote_plus, urlencode

import msgspec

from lti_tool.errors import ToolError
from lti_tool.http import PlatformHttp
from lti_tool.jose import VerifyKey
from lti_tool.platform_keys import PlatformKeys

WELL_KNOWN = "/.well-known/openid-configuration"
#: What the provider says about itself is asked for again after this time.
FRESH = timedelta(hours=1)
ALGORITHMS = ("RS256", "ES256")


class Metadata(msgspec.Struct, frozen=True):
    """What we need of the discovery document; what else stands there is not looked at."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _TokenAnswer(msgspec.Struct, frozen=True):
    id_token: str


class _KeyOwner(msgspec.Struct, frozen=True):
    """The provider as `PlatformKeys` knows those whose keys it keeps."""

    jwks_url: str
    institution: str = ""
    id: str = "oidc"
    algorithms: tuple[str, ...] = ALGORITHMS
    jwks: str = ""
    jwks_at: int = 0


class _NoKeeper:
    """Keys of the provider are kept in memory alone: a sign-on needs the provider at that moment anyway."""

    def save_jwks(self, platform_id: str, jwks: str, now: datetime) -> None:
        """Forgets them."""


class Provider:
    """The provider with this `issuer`; `http` is the one way out, `clock` says when to ask again."""

    def __init__(self, issuer: str, http: PlatformHttp, clock: Callable[[], datetime]) -> None:
        self.issuer = issuer
        self._http = http
        self._clock = clock
        self._keys = PlatformKeys(http, _NoKeeper(), clock)
        self._known: tuple[Metadata, datetime] | None = None

    def metadata(self) -> Metadata:
        """What the provider says about itself. Raises ToolError when that cannot be read or is another's."""
        if self._known and self._clock() - self._known[1] < FRESH:
            return self._known[0]
        reply = self._http.get(self.issuer.rstrip("/") + WELL_KNOWN, accept="application/json")
        if reply.status != 200:
            raise ToolError("oidc.discovery", "not answered with 200", reason=f"HTTP {reply.status}")
        try:
            found = msgspec.json.decode(reply.body, type=Metadata)
        except msgspec.MsgspecError as cause:
            raise ToolError("oidc.discovery", "not a discovery document", reason="JSON") from cause
        if found.issuer != self.issuer:  # Discovery section 4.3: exactly equal, or it is another provider's document
            raise ToolError("oidc.discovery", "the document names another issuer", reason="issuer")
        for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            self._http.check(address)
        self._known = (found, self._clock())
        return found

    def key(self, kid: str) -> VerifyKey:
        """The provider's public key `kid`. Raises LaunchRefused as `PlatformKeys.key`."""
        return self._keys.key(_KeyOwner(self.metadata().jwks_uri), kid)

    def redeem(self, code: str, verifier: str, *, redirect_uri: str, client_id: str, client_secret: str) -> str:
        """The ID token for an authorization `code` (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

        Without `client_secret` the client is a public one, and PKCE alone ties the code to this browser.
        Raises ToolError `oidc.code_refused`, or when the provider cannot be reached.
        """
        metadata, headers = self.metadata(), {}
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "code_verifier": verifier,
        }
        if client_secret and "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        elif client_secret:
            form["client_secret"] = client_secret
        reply = self._http.post(
            metadata.token_endpoint,
            urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
            accept="application/json",
            headers=headers,
        )
        if reply.status != 200:
            raise ToolError("oidc.code_refused", "the token endpoint refused the code", status=reply.status)
        try:
            return msgspec.json.decode(reply.body, type=_TokenAnswer).id_token
        except msgspec.MsgspecError as cause:
            raise ToolError("oidc.token_refused", "no ID token", reason="id_token") from cause
