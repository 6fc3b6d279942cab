"""Turns the log of statements into the lines of an export, a bounded piece at a time."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple, Protocol

import msgspec

from xapi.lrs.attachments import described, may_describe
from xapi.lrs.log import Log, pages, place_of
from xapi.lrs.selection import Selection
from xapi.lrs.store.rows import StoredStatement
from xapi.lrs.transfer.shape import FORMAT, ContentLine, Head, control_line

PIECE = 1024 * 1024  # bytes after which a piece is given out
_REMEMBERED = 100_000  # contents known to be in the file; beyond that one may stand there again, which is harmless
_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")  # in JSON these stand between values only, never inside a text


class Source(Log, Protocol):
    """What an export needs of `xapi.lrs.store.StatementStore`."""

    def contents(self, institution: str, sha2s: Collection[str]) -> Mapping[str, bytes]:
        """The contents of attachments that are kept."""
        ...


class Piece(NamedTuple):
    """Some whole lines, how many statements and contents they are, and the seq up to which the log is in the file."""

    data: bytes
    statements: int
    contents: int
    seq: int


class Sink(Protocol):
    """Where pieces go."""

    def append(self, piece: Piece) -> None:
        """Adds lines."""
        ...

    def finish(self) -> None:
        """Writes what belongs at the end."""
        ...


class Export:
    """The statements of `institution` that `selection` picks; its `until` is the end of the export.

    Each statement is the bytes that are stored, on one line. Unless `plain`, lines say the source of the statements
    after them, and the contents of attachments come before the first statement that has them.
    """

    def __init__(self, source: Source, institution: str, selection: Selection, *, plain: bool = False) -> None:
        self._source = source
        self._institution = institution
        self._selection = selection
        self._picks_all = msgspec.structs.replace(selection, until="") == Selection()
        self._plain = plain
        self._written: set[str] = set()
        self._last_source = ""

    def run(self, sink: Sink, seq: int, tell: Callable[[Piece], None]) -> None:
        """Puts all that is stored after `seq` into `sink` and finishes it; `tell` hears of each piece."""
        for piece in self.pieces(seq):
            sink.append(piece)
            tell(piece)
        sink.finish()

    def head(self, made: str) -> Piece:
        """The first line of an export begun at `made`; nothing of a plain one."""
        head = Head(format=FORMAT, made=made, institution=self._institution, selection=self._selection)
        return Piece(b"" if self._plain else control_line(head=head), 0, 0, self.start())

    def start(self) -> int:
        """The seq after which the export begins."""
        return place_of(self._source, self._institution, self._selection.since) if self._selection.since else 0

    def end(self) -> int:
        """The seq of the last statement that may be in it."""
        return place_of(self._source, self._institution, self._selection.until)

    def pieces(self, seq: int) -> Iterator[Piece]:
        """The lines of what is stored after `seq`, in order; a piece may be empty when nothing was picked for long."""
        until = self.end()
        for page in pages(self._source, self._institution, seq):
            lines: list[bytes] = []
            statements = contents = size = 0
            for statement in page:
                if statement.seq > until:
                    break
                if not self._picks_all and not self._selection.picks(statement):
                    continue
                before = self._before(statement)
                contents += sum(line.startswith(b'{"jampel:content') for line in before)
                lines += [*before, statement.body.translate(_ONE_LINE) + b"\n"]
                statements += 1
                size += sum(map(len, lines[-len(before) - 1 :]))
                if size > PIECE:
                    yield Piece(b"".join(lines), statements, contents, statement.seq)
                    lines, statements, contents, size = [], 0, 0, 0
            yield Piece(b"".join(lines), statements, contents, min(page[-1].seq, until))
            if page[-1].seq >= until:
                return

    def _before(self, statement: StoredStatement) -> list[bytes]:
        """The lines that must stand before a statement."""
        if self._plain:
            return []
        lines = []
        if statement.source != self._last_source:
            self._last_source = statement.source
            lines.append(control_line(source=statement.source))
        if may_describe(statement.body):
            lines += self._contents(statement.body)
        return lines

    def _contents(self, body: bytes) -> Iterator[bytes]:
        for sha2, kind in next(described([body])).items():
            if sha2 in self._written:
                continue
            found = self._source.contents(self._institution, [sha2])
            if len(self._written) >= _REMEMBERED:
                self._written.clear()
            self._written.add(sha2)
            for content in found.values():
                yield control_line(content=ContentLine(sha2, kind, content))
