"""Public keys written as one line, `WORD BASE64 NAME`, for a file or a message."""

import base64
import binascii
from pathlib import Path

_MOST = 4096  # bytes of a key file
_MOST_NAME = 200  # characters


def key_line(word: str, raw: bytes, name: str) -> str:
    """The line of the key `raw`; `word` names its kind and the version of its form, `name` is for people."""
    return f"{word} {base64.b64encode(raw).decode()} {name}".rstrip() + "\n"


def parse_key_line(text: str, word: str, length: int) -> tuple[bytes, str]:
    """The `length` bytes and the name in a line that `key_line` wrote; raises ValueError when it is none of `word`."""
    found, _, rest = text.strip().partition(" ")
    encoded, _, name = rest.strip().partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as cause:
        raise ValueError("not base64") from cause
    if found != word or len(raw) != length:
        raise ValueError("no public key of this form")
    return raw, " ".join(name.split())[:_MOST_NAME]


def read_key_line(path: Path) -> str:
    """The text of the file `path`, as much as a key may have. Raises ValueError when it is no text, and OSError."""
    with path.open("rb") as file:
        return file.read(_MOST).decode()
