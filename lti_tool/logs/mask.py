"""Hides NIPs, secrets and rows of databases in a text on its way into a log: the last defence, not the first.

Whoever logs chooses what to say, and nothing in Jampel logs a body, a query or a header. What still slips in does so
inside texts of others: an exception that quotes its input, an address in a library's message.
"""

import re
import unicodedata
from urllib.parse import unquote_plus

from xapi.identity import mask_nips_in

HIDDEN = "***"
MOST = 8_000  # characters of one text
_ROUNDS = 3  # an address inside an address is encoded twice
_SEPARATORS = "\\s.\\-\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff"
_NIP = re.compile(rf"(?<!\d)\d(?:[{_SEPARATORS}]*\d){{17}}(?!\d)|\d{{16,}}", re.ASCII)  # a NIK has 16
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NAMES = "token|secret|password|passwd|sandi|assertion|nonce|state|csrf|cookie|session|signature|api_?key|credential"
_RULES = (
    (re.compile(r"(?i)\b(authorization\b['\"]?\s*[:=]\s*['\"]?)[^\r\n'\"]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?i)\b(basic|bearer|digest)(\s+|%20|\+)[A-Za-z0-9+/=._~%-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*"), HIDDEN),
    (re.compile(rf"(?i)((?:{_NAMES})[\w-]{{0,40}}(?:=|%3D|['\"]\s*[:=]\s*)['\"]?)[^\s&;,'\"<>}}]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(://)[^/\s@:]*:[^/\s@]*@"), rf"\1{HIDDEN}@"),
    (re.compile(r"\[parameters: .{0,4000}?\](?=\n|$)", re.DOTALL), f"[parameters: {HIDDEN}]"),
    (re.compile(r"(?m)^(DETAIL|CONTEXT):.*$"), rf"\1: {HIDDEN}"),
    (re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), HIDDEN),
)
_LONG = re.compile(r"[A-Za-z0-9_-]{32,}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def mask(text: str) -> str:
    """`text` without NIPs, credentials, tokens, mail addresses and quoted rows, at most MOST characters."""
    known = plain = unicodedata.normalize("NFKC", text[:MOST])
    for _ in range(_ROUNDS if "%" in plain else 0):
        plain = unquote_plus(plain)
        known = plain if _gives_away(plain) else known
    for pattern, instead in _RULES:
        known = pattern.sub(instead, known)
    known = _LONG.sub(_secret, known)
    return mask_nips_in(_NIP.sub(HIDDEN, known))


def _gives_away(text: str) -> bool:
    """Whether `text` shows something once it is decoded."""
    return _NIP.search(text) is not None or any(pattern.search(text) for pattern, _ in _RULES)


def _secret(found: re.Match[str]) -> str:
    """A long run of letters and digits is a token, a digest or a pseudonym; one of letters alone is a name in code."""
    text = found.group()
    if _UUID.fullmatch(text) or not any(sign.isdigit() for sign in text):
        return text
    return HIDDEN


def visible(text: str) -> str:
    """`text` on one line, without signs that no one sees or that a terminal obeys."""
    kept = _INVISIBLE.sub("", text)
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in kept)
