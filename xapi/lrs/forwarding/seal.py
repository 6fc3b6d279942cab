"""Seals the secrets of targets with a key that is not in the database, so that a copy of the database opens nothing."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from xapi.errors import ForwardError

_NONCE_BYTES = 12


class Sealer:
    """Seals with `key` (32 bytes); a sealed secret moved to another target or institution does not open."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: str, institution: str, target: str) -> bytes:
        """`secret` of `target` as it may be stored."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), f"{institution}/{target}".encode())

    def open(self, sealed: bytes, institution: str, target: str) -> str:
        """What `seal` sealed; ForwardError `forward.sealed` when the key is another or the bytes were changed."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, body, f"{institution}/{target}".encode()).decode()
        except (InvalidTag, ValueError) as cause:
            raise ForwardError("forward.sealed", "sealed with another key") from cause
