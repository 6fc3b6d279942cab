"""The tool's own signing keys: made at first use, sealed at rest, published, and changed with an overlap."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lti_tool.errors import ToolError
from lti_tool.jose import base64url
from lti_tool.store import LtiStore, SealedKey

BITS = 2048
#: A next key is published this long before it signs, so that platforms that keep our key set have fetched it by then.
OVERLAP = timedelta(days=7)
LONGEST_OVERLAP = timedelta(days=90)
#: A key that signs no more stays published this long. What we sign lives for five minutes; the rest is for clocks
#: that are wrong and for platforms that look late.
RETIRED_KEPT = timedelta(days=1)
_NONCE_BYTES = 12


class SigningKey(NamedTuple):
    """The private key that signs now, and its name."""

    kid: str
    private: rsa.RSAPrivateKey


class ToolKey(NamedTuple):
    """A published key as people may see it; `state` is active, next or retired, times are Unix seconds."""

    kid: str
    state: str
    created: int
    due: int | None
    retired: int | None


class ToolKeys:
    """Signing keys of one institution; `secret` (32 bytes) seals them and comes from the secrets folder."""

    def __init__(self, store: LtiStore, secret: bytes, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._cipher = AESGCM(secret)
        self._clock = clock
        self._open: dict[str, SigningKey] = {}

    def signing(self) -> SigningKey:
        """The key to sign with: made when there is none, and the next one as soon as its moment has come.

        Raises ToolError when the stored key was sealed with another secret.
        """
        active = self._active()
        if active is None:
            self._store.keys.add(self._new("active"))
            active = self._active()
        if active is None:
            raise ToolError("keys.none_active", "no active signing key could be made")
        if active.kid not in self._open:
            self._open = {active.kid: SigningKey(active.kid, self._unseal(active))}
        return self._open[active.kid]

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public key set for `/lti/jwks`: keys in use, the next one, and those just retired (RFC 7517)."""
        self.signing()
        return {"keys": [json.loads(key.public_jwk) for key in self._store.keys.list()]}

    def public_pem(self) -> str:
        """The public half of the key that signs now, in PEM: for a platform that cannot fetch our key set."""
        form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        return self.signing().private.public_key().public_bytes(*form).decode()

    def published(self) -> list[ToolKey]:
        """The published keys: the one that signs first, then the next, then those that sign no more."""
        self.signing()
        return [ToolKey(key.kid, key.state, key.created, key.due, key.retired) for key in self._store.keys.list()]

    def rotate(self, after: timedelta = OVERLAP) -> ToolKey:
        """Publishes the next key now and signs with it `after` from now; returns it.

        When a next key is published already, it stays and gets the new moment. With no time in between the key signs at
        once, which is for a key that may be known to others: a platform that keeps our key set refuses us until it
        fetches it again. Raises ToolError for a time below 0 or over LONGEST_OVERLAP.
        """
        if not timedelta() <= after <= LONGEST_OVERLAP:
            raise ToolError("keys.overlap", "time until the switch out of range", days=LONGEST_OVERLAP.days)
        self.signing()  # there is one to take over from
        due = int((self._clock() + after).timestamp())
        kid = self._store.keys.schedule(self._new("next", due))
        return next(key for key in self.published() if key.kid == kid)

    def keep_up(self) -> int:
        """Switches to a key whose moment has come, forgets keys retired long ago, and returns how many it forgot."""
        self._active()
        return self._store.keys.drop_retired(self._clock() - RETIRED_KEPT)

    def _active(self) -> SealedKey | None:
        """The key that signs now, after a switch whose moment has come; whoever is first makes it."""
        keys, now = self._store.keys.list(), self._clock()
        due = [key for key in keys if key.state == "next" and key.due is not None and key.due <= now.timestamp()]
        if due and self._opens(due[0]):  # else the one that does open goes on
            self._store.keys.activate(due[0].kid, now)
            keys = self._store.keys.list()
        return next((key for key in keys if key.state == "active"), None)

    def _new(self, state: str, due: int | None = None) -> SealedKey:
        private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        kid = secrets.token_hex(12)
        numbers = private.public_key().public_numbers()
        jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": _number(numbers.n), "e": _number(numbers.e)}
        der = private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, der, self._bound_to(kid))
        return SealedKey(kid, state, json.dumps(jwk), sealed, int(self._clock().timestamp()), None, due)

    def _unseal(self, key: SealedKey) -> rsa.RSAPrivateKey:
        try:
            der = self._cipher.decrypt(key.sealed[:_NONCE_BYTES], key.sealed[_NONCE_BYTES:], self._bound_to(key.kid))
        except InvalidTag as cause:
            raise ToolError("keys.sealed", "sealed with another secret", kid=key.kid) from cause
        private = serialization.load_der_private_key(der, None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ToolError("keys.sealed", "not an RSA key", kid=key.kid)
        return private

    def _opens(self, key: SealedKey) -> bool:
        try:
            self._unseal(key)
        except ToolError:
            return False
        return True

    def _bound_to(self, kid: str) -> bytes:
        """A sealed key moved to another row or institution does not open."""
        return f"{self._store.institution}/{kid}".encode()


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
