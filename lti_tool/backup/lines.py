"""A table inside a backup: compressed lines, the columns first; what is read is checked while it streams by."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any

import msgspec

from lti_tool.backup.archive import Archive, Hashing
from lti_tool.backup.manifest import DatabasePart, TablePart, member_of
from lti_tool.backup.rows import Columns, Row, RowFormat, Tally
from lti_tool.errors import ToolError

LEVEL = 3  # of gzip: most of what 9 gives, at a third of its time
PIECE = 1024 * 1024
MOST_LINE = 512 * 1024 * 1024  # bytes of one row: more than any body or attachment that the LRS takes
Tick = Callable[[int], None]


def write_table(
    columns: Columns, rows: Iterable[Sequence[Any]], file: IO[bytes], *, following: int, tick: Tick
) -> TablePart:
    """Writes a table into `file` and returns its entry for the manifest; `tick` hears of every row."""
    encode, tally, packed, raw = RowFormat(columns).encode, Tally(), Hashing(file), 0
    with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=LEVEL, mtime=0) as out:
        raw += out.write(msgspec.json.encode(columns) + b"\n")
        for row in rows:
            line = encode(row)
            tally.add(line)
            raw += out.write(line + b"\n")
            tick(1)
    stored = packed.stored
    return TablePart(
        name=columns.table,
        rows=tally.rows,
        checksum=tally.checksum,
        next=following,
        raw=raw,
        size=stored.size,
        sha256=stored.sha256,
    )


class TableReader:
    """One table of a backup. `columns` is known at once; `rows` yields them and raises ToolError `backup.broken` at
    the first that is malformed, or at the end when they are not those of the manifest: use them only after the end."""

    def __init__(self, archive: Archive, database: DatabasePart, table: TablePart) -> None:
        self._table = table
        self._part = member_of(database.name, table.name)
        self._lines = _lines(archive.chunks(self._part, table.size, table.sha256), table.raw, self._part)
        try:
            self.columns = msgspec.json.decode(next(self._lines, b""), type=Columns)
        except (msgspec.DecodeError, UnicodeDecodeError) as cause:
            raise ToolError("backup.broken", "no columns", part=self._part) from cause
        if self.columns.table != table.name:
            raise ToolError("backup.broken", "another table", part=self._part)

    def rows(self, tick: Tick) -> Iterator[Row]:
        """The rows; `tick` hears of every one."""
        decode, tally = RowFormat(self.columns).decode, Tally()
        for line in self._lines:
            tally.add(line)
            yield decode(line)
            tick(1)
        if (tally.rows, tally.checksum) != (self._table.rows, self._table.checksum):
            raise ToolError("backup.broken", "other rows than the manifest says", part=self._part)


def _lines(packed: Iterable[bytes], most: int, part: str) -> Iterator[bytes]:
    """The lines in a compressed stream of at most `most` bytes when unpacked."""
    rest, total = b"", 0
    for piece in _unpacked(packed, part):
        total += len(piece)
        *whole, rest = (rest + piece).split(b"\n")
        if total > most or len(rest) > MOST_LINE:
            raise ToolError("backup.broken", "more than the manifest says", part=part)
        yield from whole
    if rest or total != most:
        raise ToolError("backup.broken", "cut off", part=part)


def _unpacked(packed: Iterable[bytes], part: str) -> Iterator[bytes]:
    """Never more than PIECE bytes at a time, however tightly they were packed."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for chunk in packed:
        waiting = chunk
        while waiting and not unpacker.eof:
            try:
                yield unpacker.decompress(waiting, PIECE)
            except zlib.error as cause:
                raise ToolError("backup.broken", str(cause), part=part) from cause
            waiting = unpacker.unconsumed_tail
        if waiting or unpacker.unused_data:
            raise ToolError("backup.broken", "bytes behind the end", part=part)
    if not unpacker.eof:
        raise ToolError("backup.broken", "cut off", part=part)
