"""Writes multipart/mixed as the standard uses it: statements in JSON first, then the contents of attachments (1.5.2).

And checks the SHA-2 by which statements and contents find each other.
"""

import hashlib
from collections.abc import Sequence

from xapi.lrs.attachments import Content

MIXED = "multipart/mixed"
_SHA2 = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}


def is_sha2_of(named: str, content: bytes) -> bool:
    """Whether `named`, hex digits in lower case, is a SHA-2 of `content` (Data 2.4.11 allows four lengths)."""
    return len(named) in _SHA2 and hashlib.new(_SHA2[len(named)], content).hexdigest() == named


def write_parts(statements: bytes, contents: Sequence[Content]) -> tuple[str, bytes]:
    """The Content-Type and body of a message with `contents` after the JSON of `statements`."""
    digest = hashlib.sha256(statements)
    for one in contents:
        digest.update(one.content)
    # Whoever could put it into a content would have to know the whole message; it has at most 70 characters (RFC 2046
    # 5.1.1).
    boundary = f"jampel-{digest.hexdigest()[:60]}"
    parts = [b"Content-Type: application/json\r\n\r\n%b" % statements]
    for one in contents:
        head = (
            f"Content-Type: {_media_type(one.content_type)}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {one.sha2}\r\n\r\n"
        )
        parts.append(head.encode() + one.content)
    line = f"--{boundary}".encode()
    body = b"".join(b"%b\r\n%b\r\n" % (line, part) for part in parts) + line + b"--\r\n"
    return f"{MIXED}; boundary={boundary}", body


def _media_type(text: str) -> str:
    """`text` as it may stand in a header."""
    return text if text.isascii() and text.isprintable() else "application/octet-stream"
