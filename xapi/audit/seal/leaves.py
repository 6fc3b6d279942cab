"""What is hashed of a statement, of a person on the roster and of a row of a report: the same wherever they lie."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Protocol

import msgspec

from xapi.audit.meanings import Stored
from xapi.audit.seal import tree

KEY_BYTES = 16
EXACT_BYTES = 16
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")  # as an export writes them; in JSON they stand between values only
Leaves = Mapping[bytes, bytes]
"""Hashes of leaves by their keys of 16 bytes; a statement's value has its exact fingerprint after the hash."""
Row = Mapping[str, object]
_LAST_MOMENT = 253_402_300_800_000_000  # microseconds from 1970 to the year 10000
_Part = msgspec.Raw | msgspec.UnsetType


class Kept(Stored, Protocol):
    """A statement as the LRS's store gives it, with its id as 16 bytes and when it was stored, in microseconds."""

    @property
    def key(self) -> bytes: ...
    @property
    def moment(self) -> int: ...


class _Content(msgspec.Struct, gc=False):
    """The properties of a statement (xAPI Data 2.2) but those that an LRS sets, in the order of their names."""

    actor: _Part = msgspec.UNSET
    attachments: _Part = msgspec.UNSET
    context: _Part = msgspec.UNSET
    id: _Part = msgspec.UNSET
    object: _Part = msgspec.UNSET
    result: _Part = msgspec.UNSET
    timestamp: _Part = msgspec.UNSET
    verb: _Part = msgspec.UNSET
    version: _Part = msgspec.UNSET


_read = msgspec.json.Decoder(_Content).decode
_write = msgspec.json.Encoder().encode


def content(body: bytes) -> bytes:
    """The JSON of a statement without what an LRS sets for itself: its properties by name, each value as it is written.

    A body that is no JSON object stands for itself: it is not what was sealed, whatever it is.
    """
    return _content(one_line(body))


def _content(line: bytes) -> bytes:
    """As `content`, of a body in one line."""
    try:
        return _write(_read(line))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return line


def one_line(body: bytes) -> bytes:
    """JSON with blanks for line breaks, which in JSON stand between values only."""
    return body.translate(_ONE_LINE) if b"\n" in body or b"\r" in body else body


def of_statement(statement: Kept) -> bytes:
    """The leaf of a statement (id, source, content), and after it the exact fingerprint (stored, every byte)."""
    body = one_line(statement.body)
    leaf = sha256(b"\x00%b%b\n%b" % (statement.key, statement.source.encode(), _content(body)))
    return leaf.digest() + sha256(b"%d\n%b" % (statement.moment, body)).digest()[:EXACT_BYTES]


def is_statement(statement: Kept) -> bool:
    """Whether a row of the LRS's database has the types and sizes of a statement, whatever it says."""
    key, moment, source, body = statement.key, statement.moment, statement.source, statement.body
    typed = isinstance(key, bytes) and isinstance(moment, int) and isinstance(source, str) and isinstance(body, bytes)
    return typed and len(key) == KEY_BYTES and 0 <= moment < _LAST_MOMENT


def of_text(text: str) -> bytes:
    """The leaf of a line of text."""
    return tree.leaf(text.encode())


def canonical(value: object) -> str:
    """`value` as the one JSON text that stands for it: names sorted, no blanks, no escapes that are not needed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_of_id(text: str) -> bytes:
    """The 16 bytes of a UUID or of a pseudonym; of any other text the beginning of its SHA-256."""
    digits = text.replace("-", "")
    if len(digits) == 2 * KEY_BYTES:
        try:
            return bytes.fromhex(digits)
        except ValueError:
            pass
    return key_of_text(text)


def key_of_text(text: str) -> bytes:
    """16 bytes that stand for any text."""
    return sha256(text.encode()).digest()[:KEY_BYTES]


class Set:
    """Leaves in the order of their keys: root, exact fingerprint, and fingerprints of its parts."""

    def __init__(self, leaves: Leaves) -> None:
        self.leaves = leaves
        self._keys = sorted(leaves)
        self.hashes = [leaves[key][: tree.HASH_BYTES] for key in self._keys]
        self._root = ""

    def __len__(self) -> int:
        return len(self._keys)

    def root(self) -> str:
        """The root of the tree, hex."""
        self._root = self._root or tree.root(self.hashes).hex()
        return self._root

    def exact(self) -> str:
        """SHA-256 of the exact fingerprints one after the other, hex."""
        return sha256(b"".join(self.leaves[key][tree.HASH_BYTES :] for key in self._keys)).hexdigest()

    def buckets(self) -> list[bytes]:
        """Fingerprints (8 bytes) of the parts: by the first hex digit of the key, by the first two in a large set."""
        width = 1 if len(self) > MANY else 16
        ends = [bisect_left(self._keys, bytes([first])) for first in range(width, 256, width)]
        borders = pairwise([0, *ends, len(self)])
        return [sha256(b"".join(self.hashes[low:high])).digest()[:BUCKET_BYTES] for low, high in borders]

    def place(self, key: bytes) -> int | None:
        """Where the leaf of `key` stands, from 0."""
        return bisect_left(self._keys, key) if key in self.leaves else None


MANY = 4096
"""Leaves above which the parts are 256 and not 16."""
BUCKET_BYTES = 8


def as_set(texts: Iterable[tuple[str, str]]) -> Set:
    """The set of leaves of (key, text); texts of one key stand together, in order, one a line."""
    lines: dict[str, list[str]] = {}
    for key, text in texts:
        lines.setdefault(key, []).append(text)
    return Set({key_of_id(key): of_text("\n".join(some)) for key, some in lines.items()})


def rows_set(rows: Sequence[Row], summary: Row) -> Set:
    """The set of a report's rows, and of what stands below them. Keys are made of what names the row."""
    leaves = {key_of_text("summary"): of_text(canonical(summary))}
    for row in rows:
        key = key_of_text(row_name(row))
        if key in leaves:  # no row may hide behind another
            key = key_of_text(canonical(row))
        leaves[key] = of_text(canonical(row))
    return Set(leaves)


NAMES = (
    "person", "opd", "unit_code", "status", "grade", "position", "form", "quarter", "semester", "institution",
)  # fmt: skip
#: What names a row that is about a statement: a finding, or a credit of a transcript.
ABOUT_STATEMENT = ("kind", "statement_id", "other_id", "mark")


def row_name(row: Row) -> str:
    """What tells a row from the others: its statement or its person, else its words and numbers that are no sums."""
    if "statement_id" in row:
        return canonical({name: row[name] for name in ABOUT_STATEMENT if name in row})
    if "person" in row:
        return str(row["person"])
    return canonical({name: row[name] for name in NAMES if name in row})


def row_called(row: Row) -> str:
    """The row's name for people: of a person the pseudonym."""
    return next((str(row[name]) for name in ("statement_id", *NAMES) if row.get(name)), "-")
