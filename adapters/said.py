"""What a system says, made fit for an error or a receipt: short, plain, without secrets and NIPs."""

import re
from collections.abc import Collection
from html import unescape

MOST_SAID = 200
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){15,}|\d{9,}")  # a NIP or NIK however it is spaced, an old NIP, a telephone
_READ = 64 * 1024


def plain_said(said: bytes | str, secrets: Collection[str] = ()) -> str:
    """At most MOST_SAID characters of `said` on one line; `secrets` and long numbers are replaced by `…`."""
    text = said[:_READ].decode("utf-8", "replace") if isinstance(said, bytes) else said[:_READ]
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    text = unescape(_MARKUP.sub(" ", text))
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in _LONG_NUMBER.sub("…", text)).split())
    return text if len(text) <= MOST_SAID else text[: MOST_SAID - 1] + "…"
