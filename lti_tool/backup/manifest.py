"""The list of contents of a backup: what it was made of, and by which numbers it is verified."""

import re
from pathlib import PurePosixPath

import msgspec

from lti_tool.errors import ToolError

FORMAT = 1
HEX64 = r"^[0-9a-f]{64}$"
_Digest = msgspec.Meta(pattern=HEX64)
MOST_NAME = 400  # characters of the path of a file in the data folder
_EVIDENCE = re.compile(r"evidence/[0-9a-f]{32}/(?:[0-9a-f]{2}/[0-9a-f]{64}\.(?:pdf|txt)|late/[0-9a-f-]{36})")
_RULES = re.compile(r"[\w][\w. -]*\.toml")
_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
SETTINGS_NAME = "jampel.toml"


class TablePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One table: how many `rows`, their `checksum` (see `rows.Tally`), the number that a new row gets when its key
    counts up (`next`, else 0), the `raw` bytes of its lines, and the size and SHA-256 of its member in the file."""

    name: str
    rows: int
    checksum: str
    next: int
    raw: int
    size: int
    sha256: str


class DatabasePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One database: the version of each store's tables, and the tables."""

    name: str
    versions: dict[str, str]
    tables: tuple[TablePart, ...]


class FilePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of the data folder, by its path there; the content stands in the backup under its SHA-256."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything in a backup. `made` is the moment of the snapshot (UTC, ISO 8601), `jampel` the version that made it,
    `source` the databases it was made from."""

    format: int
    jampel: str
    made: str
    source: str
    databases: tuple[DatabasePart, ...]
    files: tuple[FilePart, ...]

    @property
    def tables(self) -> list[tuple[DatabasePart, TablePart]]:
        """All tables with their database."""
        return [(database, table) for database in self.databases for table in database.tables]

    @property
    def has_secrets(self) -> bool:
        """Whether the keys of the installation are in it."""
        return any(file.path.startswith("secrets/") for file in self.files)


def member_of(database: str, table: str) -> str:
    """The name under which a table stands in a backup."""
    return f"tables/{database}/{table}.jsonl.gz"


def file_member(sha256: str) -> str:
    """The name under which the content of a file stands in a backup."""
    return f"files/{sha256}"


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON that a person can read too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def decode_manifest(content: bytes) -> Manifest:
    """The manifest in `content`. Raises ToolError when it is malformed, of a later format, or names a file that has no
    business in a data folder."""
    try:
        found = msgspec.json.decode(content)
        if isinstance(found, dict) and isinstance(found.get("format"), int) and found["format"] > FORMAT:
            raise ToolError("backup.newer", str(found["format"]))
        manifest = msgspec.convert(found, Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise ToolError("backup.broken", "the manifest is malformed", part="manifest.json") from cause
    for file in manifest.files:
        if not is_safe(file.path) or not re.fullmatch(HEX64, file.sha256):
            raise ToolError("backup.broken", "a file that does not belong there", part="manifest.json")
    numbers = [n for _, t in manifest.tables for n in (t.rows, t.next, t.raw, t.size)] + [
        f.size for f in manifest.files
    ]
    names = [database.name for database in manifest.databases]
    if any(number < 0 for number in numbers) or len(set(names)) < len(names):
        raise ToolError("backup.broken", "impossible numbers or names", part="manifest.json")
    return manifest


def is_safe(path: str) -> bool:
    """Whether `path` is one of the files that a backup may bring: of the library, a rule layer, settings, a
    secret, a certificate."""
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") and part.isprintable() and "\\" not in part for part in parts)
    if not plain or len(path) > MOST_NAME or str(PurePosixPath(path)) != path:
        return False
    safe = False
    match parts:
        case [name]:
            safe = name == SETTINGS_NAME or _RULES.fullmatch(name) is not None
        case ["secrets", name]:
            safe = _SECRET.fullmatch(name) is not None
        case ["evidence", *_]:
            safe = _EVIDENCE.fullmatch(path) is not None
        case ["library", digest, *_]:
            safe = len(parts) > 2 and re.fullmatch(HEX64, digest) is not None
        case [first, *_, name]:
            safe = first not in ("secrets", "library") and _RULES.fullmatch(name) is not None
    return safe
