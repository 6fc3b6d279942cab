"""The seal as JSON: its parts, the bytes that are signed, inside a JSON report or as a file beside another."""

import base64
import binascii
import hashlib
import json
from typing import Any

import msgspec

from xapi.audit.seal.keys import SealPrivateKey, SealPublicKey
from xapi.audit.seal.leaves import canonical
from xapi.errors import AuditError

FORMAT = "jampel-seal-1"
SUFFIX = ".seal.json"
MOST_SEAL = 1024 * 1024  # bytes of a seal's file; real ones have a few thousand
_SIGNED = b"jampel seal 1\n"
_INSIDE = b',\n  "seal": '
_END = b"\n}\n"


class About(msgspec.Struct, frozen=True):
    """Which report: its year, what its rows are, and how it was narrowed (names and values of the choices)."""

    year: int
    by: str
    scope: dict[str, str] = {}


class SealedFile(msgspec.Struct, frozen=True):
    """The file: its form (csv, json, xlsx, pdf), the language of its words, its size and its SHA-256 (hex)."""

    form: str
    language: str
    bytes: int
    sha256: str


class Through(msgspec.Struct, frozen=True):
    """The cut-off: the last statement that the ledger had seen, by its place in the LRS and when it was stored."""

    seq: int
    stored: str


class SealedStatements(msgspec.Struct, frozen=True):
    """The statements counted: how many, the root of their tree, the exact fingerprint, and those of parts (base64)."""

    count: int
    root: str
    exact: str
    buckets: str


class SealedRules(msgspec.Struct, frozen=True):
    """The rules: version, hash of what holds in the year, and hash of the whole rule set."""

    version: str
    hash: str
    set: str


class SealedRoster(msgspec.Struct, frozen=True):
    """The roster: the day it is of, how many pseudonyms, and the root of their tree."""

    as_of: str
    count: int
    root: str


class SealedFigures(msgspec.Struct, frozen=True):
    """The rows of the report and what stands below them."""

    count: int
    root: str


class SealKey(msgspec.Struct, frozen=True):
    """The key that signed: its id, and the public key in base64."""

    id: str
    public: str


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Another institution whose figures are in the report: what they rest on."""

    institution: str
    through: Through
    statements: SealedStatements
    rules: SealedRules
    roster: SealedRoster


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """All that is signed. `made` is when, by the clock of the installation; `release` the program's.

    `members` are the other institutions of a league; no other report has any.
    """

    format: str = FORMAT
    institution: str
    name: str
    made: str
    release: str
    report: About
    file: SealedFile
    through: Through
    statements: SealedStatements
    rules: SealedRules
    roster: SealedRoster
    query: str
    figures: SealedFigures
    key: SealKey
    members: tuple[Member, ...] = ()


class OpenedSeal(msgspec.Struct, frozen=True):
    """A seal as read: its parts, and whether its signature is that of the key that it names."""

    seal: Seal
    intact: bool


def sealed_file(content: bytes, form: str, language: str) -> SealedFile:
    """What the seal says of a file with this content."""
    return SealedFile(form, language, len(content), hashlib.sha256(content).hexdigest())


def key_part(key: SealPublicKey) -> SealKey:
    """What the seal says of the key that signs."""
    return SealKey(key.id, base64.b64encode(key.raw).decode())


def signed_text(seal: Seal, key: SealPrivateKey) -> str:
    """The seal with its signature, as JSON of several lines."""
    parts = msgspec.to_builtins(seal)
    if not seal.members:
        del parts["members"]
    parts["signature"] = base64.b64encode(key.sign(message_of(parts))).decode()
    return json.dumps(parts, ensure_ascii=False, indent=2)


def message_of(parts: dict[str, Any]) -> bytes:
    """The bytes that are signed: all parts of a seal but the signature, as the one JSON text that stands for them."""
    return _SIGNED + canonical({name: value for name, value in parts.items() if name != "signature"}).encode()


def open_seal(raw: bytes) -> OpenedSeal:
    """The seal in `raw` JSON; raises AuditError `audit.seal_unreadable` when it is none."""
    if len(raw) > MOST_SEAL:
        raise AuditError("audit.seal_unreadable", "too large")
    try:
        parts = json.loads(raw, object_pairs_hook=_without_repeats, parse_float=_refuse, parse_constant=_refuse)
        seal = msgspec.convert(parts, Seal)
        signature = base64.b64decode(parts["signature"], validate=True)
        key = SealPublicKey(base64.b64decode(seal.key.public, validate=True))
        message = message_of(parts)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error, AuditError) as cause:
        raise AuditError("audit.seal_unreadable", type(cause).__name__) from cause
    if seal.format != FORMAT:
        raise AuditError("audit.seal_format", seal.format[:40], format=seal.format[:40])
    return OpenedSeal(seal, key.id == seal.key.id and key.verifies(signature, message))


def with_seal(report: bytes, seal: str) -> bytes:
    """A JSON report (an object in several lines) with the seal as its last member."""
    return report.removesuffix(_END) + _INSIDE + seal.replace("\n", "\n  ").encode() + _END


def without_seal(file: bytes) -> tuple[bytes, bytes] | None:
    """The report that was sealed and its seal, out of a JSON report; None when there is no seal in it."""
    report, found, rest = file.rpartition(_INSIDE)
    return (report + _END, rest.removesuffix(_END)) if found and rest.endswith(_END) else None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(text: str) -> None:
    raise ValueError(f"no number of a seal: {text[:20]}")
