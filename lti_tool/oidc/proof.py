"""How this client proves to the provider's token endpoint that it is the client (OpenID Connect Core 1.0 section 9)."""

import base64
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote_plus

import msgspec

from lti_tool.errors import ToolError
from lti_tool.tokens import ASSERTION_TYPE

BASIC, POST, KEY = "client_secret_basic", "client_secret_post", "private_key_jwt"
#: How long an assertion of ours holds, in seconds.
HOLDS = 120


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """What we are to the provider; `secret` is asked for when it is needed, `scopes` are besides `openid profile`.

    `auth` is how we prove ourselves: by the secret in one of two ways, or by a signature of `sign`, whose public key
    the provider reads at `/lti/jwks`. Empty: by the secret, if there is one, in the first way that the provider knows.
    """

    id: str
    redirect_uri: str
    secret: Callable[[], str]
    scopes: tuple[str, ...] = ()
    auth: str = ""
    sign: Callable[[Mapping[str, object]], str] | None = None


class Proof(NamedTuple):
    """What a request to the token endpoint carries besides the code."""

    fields: dict[str, str]
    headers: dict[str, str]


def prove(client: Client, *, known: tuple[str, ...], issuer: str, now: datetime) -> Proof:
    """The proof for the provider `issuer`, which knows the ways `known`.

    A client without a secret and without a key is a public one: PKCE alone ties the code to this browser. Raises
    ToolError `oidc.settings` when the settings want a secret and have none.
    """
    if client.auth == KEY and client.sign is not None:
        return Proof({"client_assertion_type": ASSERTION_TYPE, "client_assertion": _assertion(client, issuer, now)}, {})
    secret = client.secret()
    if client.auth and not secret:
        raise ToolError("oidc.settings", "no secret", key="client_secret_file")
    if not secret:
        return Proof({}, {})
    way = client.auth or (BASIC if BASIC in known else POST)
    if way == POST:
        return Proof({"client_secret": secret}, {})
    pair = f"{quote_plus(client.id)}:{quote_plus(secret)}".encode()
    return Proof({}, {"Authorization": f"Basic {base64.b64encode(pair).decode()}"})


def _assertion(client: Client, issuer: str, now: datetime) -> str:
    """Meant for the issuer and nobody else: an audience that a hostile provider may choose would be of use to it."""
    made = int(now.timestamp())
    claims = {
        "iss": client.id,
        "sub": client.id,
        "aud": issuer,
        "iat": made,
        "exp": made + HOLDS,
        "jti": secrets.token_urlsafe(24),
    }
    return client.sign(claims) if client.sign else ""
