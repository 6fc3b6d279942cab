"""The institution's key for seals: Ed25519 (RFC 8032), made from one secret, its public half written as one line."""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from xapi.errors import AuditError
from xapi.key_line import key_line, parse_key_line, read_key_line

KEY_BYTES = 32
WORD = "jampel-seal-key1"  # the first word of a written public key, with the version of its form


class SealPublicKey:
    """The public key (32 bytes) by which seals are checked; `name` is for people."""

    def __init__(self, raw: bytes, name: str = "") -> None:
        if len(raw) != KEY_BYTES:
            raise AuditError("audit.seal_key", "a public key has 32 bytes")
        self.raw = raw
        self.name = " ".join(name.split())[:200]

    @property
    def id(self) -> str:
        """The first 32 hex digits of the SHA-256 of the key: short enough to read out over the telephone."""
        return hashlib.sha256(self.raw).hexdigest()[:32]

    def text(self) -> str:
        """The key as one line; `parse_seal_key` reads it."""
        return key_line(WORD, self.raw, self.name)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the owner of the private key signed `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class SealPrivateKey:
    """The key that follows from `seed` (32 secret bytes) for `institution`; `public` is what others get."""

    def __init__(self, seed: bytes, institution: str, name: str = "") -> None:
        if len(seed) != KEY_BYTES:
            raise AuditError("audit.seal_secret", "a seed has 32 bytes")
        info = f"jampel seal sign {institution}".encode()
        self._key = Ed25519PrivateKey.from_private_bytes(HKDF(hashes.SHA256(), KEY_BYTES, None, info).derive(seed))
        self.public = SealPublicKey(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), name)

    def __repr__(self) -> str:
        return f"SealPrivateKey({self.public.id})"

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`, 64 bytes."""
        return self._key.sign(message)


def parse_seal_key(text: str) -> SealPublicKey:
    """The public key written as `SealPublicKey.text` does; raises AuditError `audit.seal_key`."""
    try:
        return SealPublicKey(*parse_key_line(text, WORD, KEY_BYTES))
    except ValueError as cause:
        raise AuditError("audit.seal_key", str(cause)) from cause


def read_seal_key(path: Path) -> SealPublicKey:
    """The public key in the file `path`; raises AuditError `audit.seal_key`, and OSError."""
    try:
        return parse_seal_key(read_key_line(path))
    except UnicodeDecodeError as cause:
        raise AuditError("audit.seal_key", "no text") from cause
