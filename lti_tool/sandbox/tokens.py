"""Signs what the sandbox LMS says and judges what the tool signs: client assertions and deep-linking responses."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.errors import ToolError

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
#: What a tool signs may live this many seconds.
LONGEST = 3600


class SigningKey:
    """The RSA key of the platform."""

    def __init__(self, kid: str, pem: str) -> None:
        self.kid = kid
        self._key: Any = serialization.load_pem_private_key(pem.encode(), password=None)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A compact JWS of `claims`, RS256."""
        return jwt.encode(dict(claims), self._key, algorithm="RS256", headers={"kid": self.kid})

    def jwks(self) -> dict[str, list[dict[str, str]]]:
        """The public half, as a JWK set (RFC 7517)."""
        numbers = self._key.public_key().public_numbers()
        public = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid}
        return {"keys": [public | {"n": _base64url(numbers.n), "e": _base64url(numbers.e)}]}


def new_pem() -> str:
    """A fresh RSA-2048 private key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_key_id() -> str:
    """A fresh name for a key."""
    return secrets.token_hex(8)


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a JWT of a tool; `issuer` and `audience` are not looked at when they are None.

    `leeway` is how many seconds the two clocks may differ.
    """

    issuer: str | None
    audience: str | None
    leeway: int


def claimed(token: str) -> dict[str, Any]:
    """What a JWT says of itself, unproved; empty when it cannot be read."""
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return {}
    return claims


def read_tool_token(token: str, jwks: Mapping[str, Any], judgement: Judgement, now: datetime) -> dict[str, Any]:
    """The claims of a JWT that the tool signed with a key of `jwks`.

    Raises ToolError with the reason when the signature, issuer, audience or lifetime is wrong.
    """
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in jwt.PyJWKSet.from_dict(dict(jwks)).keys if key.key_id == kid), None)
        if key is None:
            raise _refused("unknown kid")
        by_hand = dict.fromkeys(("verify_exp", "verify_iat", "verify_nbf"), False)  # our clock is an argument
        options: Any = by_hand | {"require": ["iat", "exp"], "verify_aud": judgement.audience is not None}
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=judgement.audience,
            issuer=judgement.issuer,
            options=options,
        )
    except (jwt.PyJWTError, ValueError) as cause:
        raise _refused(type(cause).__name__) from cause
    _check_times(claims, judgement.leeway, now.timestamp())
    return claims


def _check_times(claims: Mapping[str, Any], leeway: int, now: float) -> None:
    issued, expires, begins = claims["iat"], claims["exp"], claims.get("nbf", 0)
    if not all(isinstance(moment, int | float) for moment in (issued, expires, begins)):
        raise _refused("iat, exp, nbf")
    if max(issued, begins) > now + leeway:
        raise _refused("iat")
    if expires < now - leeway or expires - issued > LONGEST:
        raise _refused("exp")


def _refused(reason: str) -> ToolError:
    return ToolError("sandbox.tool_token_refused", reason, reason=reason)
