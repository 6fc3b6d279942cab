"""The provider of a single sign-on: what it says about itself (OpenID Connect Discovery 1.0), its keys, its tokens."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.http import PlatformHttp, Reply
from lti_tool.jose import SignedToken, strict_json, verify
from lti_tool.oidc.line import Line
from lti_tool.oidc.proof import Client, prove
from lti_tool.platform_keys import PlatformKeys

WELL_KNOWN = "/.well-known/openid-configuration"
#: What the provider says about itself is asked for again after this time, and without an answer believed for this long.
FRESH, KEEP = timedelta(hours=1), timedelta(days=1)
#: Keys are asked for again no sooner than this. It is short: who signs on with a new key may try again, but a logout
#: that is refused is told only once.
KEYS_PAUSE = timedelta(seconds=5)
ALGORITHMS = ("RS256", "PS256", "ES256")


class Metadata(msgspec.Struct, frozen=True):
    """What we need of the discovery document; what else stands there is not looked at."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False
    # What only `lti_tool.oidc.examine` looks at may have any form: nobody is kept out for it.
    backchannel_logout_supported: Any = None
    id_token_signing_alg_values_supported: Any = None
    code_challenge_methods_supported: Any = None


class Tokens(msgspec.Struct, frozen=True):
    """What the provider gave for a code."""

    id_token: str
    access_token: str = ""


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
        self._line = Line(clock)
        self._keys = PlatformKeys(http, _NoKeeper(), clock, pause=KEYS_PAUSE)
        self._known: tuple[Metadata, datetime] | None = None

    def metadata(self) -> Metadata:
        """What the provider says about itself, asked for once an hour.

        Raises ToolError `oidc.unreachable`, or when what it says cannot be read or is another's.
        """
        if known := self._not_older_than(FRESH):
            return known
        try:
            return self._line.call(self._discover)
        except ToolError:
            if known := self._not_older_than(KEEP):
                return known
            raise

    def _not_older_than(self, age: timedelta) -> Metadata | None:
        known = self._known
        return known[0] if known and timedelta(0) <= self._clock() - known[1] < age else None

    def _discover(self) -> Metadata:
        if known := self._not_older_than(FRESH):  # somebody asked while we waited for the line
            return known
        reply = self._http.get(self.issuer.rstrip("/") + WELL_KNOWN, accept="application/json")
        if reply.status != 200:
            raise ToolError("oidc.discovery", "not answered with 200", reason=f"HTTP {reply.status}")
        try:
            found = msgspec.json.decode(reply.body, type=Metadata)
        except (msgspec.MsgspecError, RecursionError) as cause:
            raise ToolError("oidc.discovery", "not a discovery document", reason="JSON") from cause
        if found.issuer != self.issuer:  # Discovery section 4.3: exactly equal, or it is another provider's document
            raise ToolError("oidc.discovery", "the document names another issuer", reason="issuer")
        for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            self._http.check(address)
        self._known = (found, self._clock())
        return found

    def verify(self, token: SignedToken, kid: str) -> None:
        """Verifies `token` by the provider's public key `kid`; without a kid by its only one.

        Raises LaunchRefused as `PlatformKeys.verify`, or ToolError as `metadata`.
        """
        owner = _KeyOwner(self.metadata().jwks_uri)
        if kid:
            self._keys.verify(token, owner, kid)
        else:
            verify(token, self._keys.only_key(owner))

    def redeem(self, code: str, verifier: str, client: Client) -> Tokens:
        """The tokens for an authorization `code` (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

        Raises ToolError `oidc.code_refused`, `oidc.token_refused`, or `oidc.unreachable`.
        """
        metadata = self.metadata()
        known = metadata.token_endpoint_auth_methods_supported
        proof = prove(client, known=known, issuer=self.issuer, now=self._clock())
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.redirect_uri,
            "client_id": client.id,
            "code_verifier": verifier,
            **proof.fields,
        }
        reply = self._line.call(lambda: self._post(metadata.token_endpoint, form, proof.headers))
        if reply.status != 200:
            raise ToolError("oidc.code_refused", "the token endpoint refused the code", status=reply.status)
        try:
            return msgspec.json.decode(reply.body, type=Tokens)
        except (msgspec.MsgspecError, RecursionError) as cause:
            raise ToolError("oidc.token_refused", "no ID token", reason="id_token") from cause

    def _post(self, address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Reply:
        return self._http.post(
            address,
            urlencode(form).encode(),
            content_type="application/x-www-form-urlencoded",
            accept="application/json",
            headers=headers,
        )

    def userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        """What the provider tells about `subject` besides the ID token (Core section 5.3); empty when it has no place.

        Raises ToolError `oidc.userinfo_refused` for an answer that is not about `subject`, or `oidc.unreachable`.
        """
        address = self.metadata().userinfo_endpoint
        if not address or not access_token or not (access_token.isascii() and access_token.isprintable()):
            return {}
        headers = {"Authorization": f"Bearer {access_token}"}
        reply = self._line.call(lambda: self._http.get(address, accept="application/json", headers=headers))
        if reply.status != 200:
            raise ToolError("oidc.userinfo_refused", "not answered with 200", reason=f"HTTP {reply.status}")
        try:
            found = strict_json(reply.body)
        except LaunchRefused as cause:
            raise ToolError("oidc.userinfo_refused", "not JSON", reason="JSON") from cause
        if not isinstance(found, dict) or found.get("sub") != subject:
            raise ToolError("oidc.userinfo_refused", "about somebody else", reason="sub")
        return found
