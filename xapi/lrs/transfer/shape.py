"""The lines of an export that are no statements: its head, sources, contents of attachments, and its end.

Each is a JSON object with one key that begins with `jampel:`, which no statement can have. The reference is
docs/reference/ekspor.md.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType, field

from xapi.errors import StatementError, TransferError
from xapi.lrs.parts import is_sha2_of
from xapi.lrs.principal import SOURCES
from xapi.lrs.selection import Selection
from xapi.validation.strict_json import count_all_keys, shaped

FORMAT = 1
CONTROL = b'{"jampel:'
_CLAUSE = "jampel:export 1"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What an export is: its `format`, when it was `made` and of what institution, and which statements it has."""

    format: int
    made: str
    institution: str
    selection: Selection = Selection()


class ContentLine(msgspec.Struct, frozen=True, rename="camel"):
    """The content of an attachment (`data` is base64 in JSON); its statement comes after it."""

    sha2: str
    content_type: str
    data: bytes


class End(msgspec.Struct, frozen=True):
    """The end: how many statements and contents came, and the SHA-256 of all bytes before this line."""

    statements: int
    contents: int
    sha256: str


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line that is no statement; exactly one property is set."""

    head: Head | UnsetType = field(name="jampel:export", default=UNSET)
    source: str | UnsetType = field(name="jampel:source", default=UNSET)
    content: ContentLine | UnsetType = field(name="jampel:content", default=UNSET)
    end: End | UnsetType = field(name="jampel:end", default=UNSET)


_CONTROL = msgspec.json.Decoder(Control)


def control_line(**part: Any) -> bytes:
    """The line, with its end, of a Control with this one property."""
    return msgspec.json.encode(Control(**part)) + b"\n"


def read_control(line: bytes) -> Control:
    """The Control in `line`; raises StatementError when it is malformed or of a format that is not known.

    A content must have the SHA-2 that it names, in lower case.
    """
    found = shaped(_CONTROL, line, "$", _CLAUSE)
    if len(line) < 4096:  # contents are large, and have nothing that could stand twice unseen
        count_all_keys(line, "$")
    if found.head is not UNSET and found.head.format != FORMAT:
        raise TransferError("transfer.format", str(found.head.format), known=FORMAT)
    if found.source is not UNSET and found.source not in SOURCES:
        raise StatementError("transfer.source", "unknown source", path="$.jampel:source", clause=_CLAUSE)
    if found.content is not UNSET and not is_sha2_of(found.content.sha2.lower(), found.content.data):
        raise StatementError("transfer.content_hash", "another SHA-2", path="$.jampel:content.sha2", clause=_CLAUSE)
    return found
