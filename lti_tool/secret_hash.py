"""How a secret that was made at random is kept."""

import hashlib


def secret_hash(secret: str) -> str:
    """How a random secret (link, session) is kept: SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
