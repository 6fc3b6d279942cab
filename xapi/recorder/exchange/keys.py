"""The keys of an institution for exchange files: one to seal to, one to sign with, both from one secret.

Sealing is X25519 with a key made for the occasion, HKDF-SHA256 and ChaCha20-Poly1305 (RFC 7748, 5869, 8439); signing
is Ed25519 (RFC 8032). Whoever has the public key can seal and verify, only the institution can open and sign.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from xapi.errors import RecorderError
from xapi.key_line import key_line, parse_key_line, read_key_line

RandomBytes = Callable[[int], bytes]
KEY_BYTES = 32
WORD = "jampel-key1"  # the first word of a written public key, with the version of its form
_NONCE = bytes(12)  # each key is used for one message only


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public key of an institution: `box` to seal to, `sign` to verify with (32 bytes each), `name` for people."""

    box: bytes
    sign: bytes
    name: str = ""

    @property
    def id(self) -> str:
        """The first 32 hex digits of the SHA-256 of both halves: short enough to read out over the telephone."""
        return hashlib.sha256(self.box + self.sign).hexdigest()[:32]

    def text(self) -> str:
        """The key as one line for a file or a message; `parse_key` reads it."""
        return key_line(WORD, self.box + self.sign, self.name)

    def seal(self, message: bytes, random: RandomBytes = secrets.token_bytes) -> bytes:
        """`message` so that only the owner of the private key can read it; who wrote it stays open."""
        key, ephemeral = self.shared(random)
        return ephemeral + ChaCha20Poly1305(key).encrypt(_NONCE, message, None)

    def shared(self, random: RandomBytes = secrets.token_bytes) -> tuple[bytes, bytes]:
        """A new secret (32 bytes) that the owner of the private key can make too from the second value."""
        private = X25519PrivateKey.from_private_bytes(random(KEY_BYTES))
        ephemeral = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        try:
            secret = private.exchange(X25519PublicKey.from_public_bytes(self.box))
        except ValueError as cause:  # a point of small order gives a secret that everybody knows
            raise RecorderError("exchange.bad_key", "the key is no usable point") from cause
        return _derive(secret, ephemeral, self.box), ephemeral

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the owner of the private key signed `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.sign).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


class PrivateKey:
    """The private key that follows from `seed` (32 secret bytes); `public` is what others get."""

    def __init__(self, seed: bytes, name: str = "") -> None:
        if len(seed) != KEY_BYTES:
            raise RecorderError("exchange.bad_key", "a private key is made of 32 bytes")
        self._box = X25519PrivateKey.from_private_bytes(_expand(seed, b"jampel exchange box"))
        self._sign = Ed25519PrivateKey.from_private_bytes(_expand(seed, b"jampel exchange sign"))
        box = self._box.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.public = PublicKey(box, self._sign.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), name)

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.id})"

    def open(self, sealed: bytes) -> bytes:
        """What was sealed to `public`; raises RecorderError `exchange.sealed_to_another` when it was not."""
        try:
            return ChaCha20Poly1305(self.shared(sealed[:KEY_BYTES])).decrypt(_NONCE, sealed[KEY_BYTES:], None)
        except InvalidTag as cause:
            raise RecorderError("exchange.sealed_to_another", "not sealed to this key, or damaged") from cause

    def shared(self, ephemeral: bytes) -> bytes:
        """The secret that `PublicKey.shared` made together with `ephemeral`."""
        try:
            secret = self._box.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except ValueError as cause:
            raise RecorderError("exchange.sealed_to_another", "no usable point") from cause
        return _derive(secret, ephemeral, self.public.box)

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`, 64 bytes."""
        return self._sign.sign(message)


def parse_key(text: str) -> PublicKey:
    """The public key written as `PublicKey.text` does; raises RecorderError `exchange.bad_key`."""
    try:
        raw, name = parse_key_line(text, WORD, 2 * KEY_BYTES)
    except ValueError as cause:
        raise RecorderError("exchange.bad_key", str(cause)) from cause
    return PublicKey(raw[:KEY_BYTES], raw[KEY_BYTES:], name)


def read_key(path: Path) -> PublicKey:
    """The public key in the file `path`; raises RecorderError `exchange.bad_key`, and OSError."""
    try:
        return parse_key(read_key_line(path))
    except UnicodeDecodeError as cause:
        raise RecorderError("exchange.bad_key", "no text") from cause


def write_key(path: Path, key: PublicKey) -> None:
    """Writes `key` to the new file `path`; raises RecorderError `exchange.exists`, and OSError."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(key.text())
    except FileExistsError as cause:
        raise RecorderError("exchange.exists", path.name, file=path.name) from cause


def _derive(secret: bytes, ephemeral: bytes, box: bytes) -> bytes:
    kdf = HKDF(hashes.SHA256(), KEY_BYTES, salt=ephemeral + box, info=b"jampel sealed 1")
    return kdf.derive(secret)


def _expand(seed: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose).derive(seed)
