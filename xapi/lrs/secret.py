"""Secrets of credentials and launch tokens: 256 random bits, of which only a hash is kept.

A slow password hash would protect a secret that people choose. These are random, so SHA-256 is enough, and
authenticating stays cheap however many requests come.
"""

import hashlib
import hmac
import re
import secrets

_BYTES = 32
_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


def new_secret() -> str:
    """256 random bits, as text that is safe in a URL and a header."""
    return secrets.token_urlsafe(_BYTES)


def new_key() -> str:
    """The public name of a credential: 128 random bits in hex."""
    return secrets.token_hex(16)


def is_key(text: str) -> bool:
    """Whether `text` can be the key of a credential; no other text is worth a question to a database."""
    return _KEY.fullmatch(text) is not None


def hash_secret(secret: str) -> bytes:
    """The 32 bytes to keep of `secret`."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def secret_fits(secret: str, kept: bytes) -> bool:
    """Whether `kept` is the hash of `secret`, in a time that does not depend on where they differ."""
    return hmac.compare_digest(hash_secret(secret), kept)
