"""Signs id_tokens and judges what the tool signs: client assertions and deep-linking responses."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.errors import ToolError

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LIFETIME = timedelta(seconds=60)


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


def id_token_claims(issuer: str, client_id: str, nonce: str, subject: str, now: datetime) -> dict[str, Any]:
    """The claims every message of this platform begins with (OpenID Connect Core 2)."""
    return {
        "iss": issuer,
        "aud": client_id,
        "sub": subject,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "nonce": nonce,
        f"{LTI}version": "1.3.0",
    }


def read_tool_token(
    token: str, jwks: Mapping[str, Any], *, issuer: str, audience: str | list[str], clock: Callable[[], datetime]
) -> dict[str, Any]:
    """The claims of a JWT that the tool signed with a key of `jwks`.

    Raises ToolError with the reason when the signature, issuer, audience or lifetime is wrong.
    """
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((key for key in jwt.PyJWKSet.from_dict(dict(jwks)).keys if key.key_id == kid), None)
        if key is None:
            raise ToolError("sandbox.tool_token_refused", "unknown kid", reason="unknown kid")
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=audience,
            issuer=issuer,
            leeway=60,
            options={"require": ["iss", "aud", "iat", "exp"], "verify_exp": True},
        )
    except (jwt.PyJWTError, ValueError) as cause:
        raise ToolError("sandbox.tool_token_refused", str(cause), reason=type(cause).__name__) from cause
    if claims["exp"] - claims["iat"] > 3600 or datetime.fromtimestamp(claims["exp"], UTC) < clock() - LIFETIME:
        raise ToolError("sandbox.tool_token_refused", "lifetime", reason="lifetime")
    return claims
