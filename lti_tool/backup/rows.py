"""Rows of any table as lines of JSON, the same on every database, and a checksum that needs no order."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from lti_tool.errors import ToolError

Row = tuple[Any, ...]
KINDS: dict[str, Any] = {
    "int": int | None, "text": str | None, "bytes": bytes | None, "bool": bool | None, "float": float | None,
}  # fmt: skip
_ALL = 1 << 256


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a table: its name, and the name and kind (a key of KINDS) of each column."""

    table: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [name for name, _ in self.columns]


class RowFormat:
    """Reads and writes rows with these `columns`; bytes are base64 in JSON. Raises ToolError for a value of a wrong
    kind: SQLite would keep it silently, and another database would not."""

    def __init__(self, columns: Columns) -> None:
        if not columns.columns or any(kind not in KINDS for _, kind in columns.columns):
            raise ToolError("backup.broken", "unknown kind of column", part=columns.table)
        self._table = columns.table
        self._type = tuple.__class_getitem__(tuple(KINDS[kind] for _, kind in columns.columns))
        self._decode: Callable[[bytes], Row] = msgspec.json.Decoder(self._type).decode

    def encode(self, row: Sequence[Any]) -> bytes:
        """`row` as a line of JSON, without its end."""
        try:
            return msgspec.json.encode(msgspec.convert(tuple(row), self._type))
        except (msgspec.ValidationError, UnicodeEncodeError, OverflowError) as cause:
            raise ToolError("backup.wrong_value", self._table, table=self._table) from cause

    def decode(self, line: bytes) -> Row:
        """The row that `encode` wrote."""
        try:
            return self._decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as cause:
            raise ToolError("backup.broken", "a row is malformed", part=self._table) from cause


class Tally:
    """Counts lines and adds up their SHA-256 modulo 2^256: equal for the same rows in whatever order."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        """Counts one line."""
        self.rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(line).digest(), "big")) % _ALL

    @property
    def checksum(self) -> str:
        """64 hex digits."""
        return f"{self._sum:064x}"
