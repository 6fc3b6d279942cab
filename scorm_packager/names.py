"""Names of files that every file system, zip reader and LMS accepts."""

import re
import unicodedata

SAFE_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
LONGEST_PATH = 150
#: What computers leave in a zip and nobody asked for.
JUNK = re.compile(r"(.*/)?(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*|~\$[^/]*)", re.IGNORECASE)


def printable(text: str) -> str:
    """`text` for a person to read: nothing in it would command a terminal or turn the line around."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def is_safe_path(path: str) -> bool:
    """Whether `path` (relative, with slashes) is plain ASCII, without spaces, `..`, or a name Windows reserves."""
    return len(path) <= LONGEST_PATH and all(_is_safe_segment(part) for part in path.split("/"))


def _is_safe_segment(part: str) -> bool:
    return bool(SAFE_SEGMENT.fullmatch(part)) and not part.endswith(".") and not RESERVED.fullmatch(part)


def slug(text: str, fallback: str = "modul") -> str:
    """`text` as lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or fallback


def safer_path(path: str) -> str:
    """A safe name to suggest for `path`."""
    parts = []
    for part in path.split("/"):
        stem, dot, suffix = part.rpartition(".")
        parts.append(f"{slug(stem, 'berkas')}.{slug(suffix, 'x')}" if dot and stem else slug(part, "berkas"))
    return "/".join(parts)
