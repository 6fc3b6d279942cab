"""Imports statements from the lines of a file: checked, with pseudonyms, in batches, and any number of times."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET

from xapi.errors import JampelError, LrsError, StatementError, TransferError
from xapi.identity import mask_nips_in
from xapi.lrs.attachments import described, may_describe
from xapi.lrs.compare import same_received
from xapi.lrs.compose import FIELDS, put_together
from xapi.lrs.prepare import Version
from xapi.lrs.principal import Principal
from xapi.lrs.service import Lrs
from xapi.lrs.transfer.admission import Admission, require_no_nip
from xapi.lrs.transfer.reader import Entry, Line, Lines, entries
from xapi.lrs.transfer.report import Counts, Hear, Refusal
from xapi.lrs.transfer.shape import CONTROL, ContentLine, Control, End, read_control
from xapi.validation.facts import ParsedStatement
from xapi.validation.parse import validate_text

BATCH = 500
MOST_CONTENT = 16 * 1024 * 1024  # bytes of contents in one request to the LRS; a single statement may have more
MOST_BYTES = 16 * 1024 * 1024  # of statements in one batch
MOST_UPCOMING = 256 * 1024 * 1024  # bytes of contents before one statement
_NAMESPACE = UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122 appendix C, URLs
_SET_BY_LRS = ("stored", "authority")
_CONFLICT = 409


class Statements(Protocol):
    """What an import needs of `xapi.lrs.store.StatementStore`."""

    def bodies(self, institution: str, ids: Collection[bytes]) -> Mapping[bytes, bytes]:
        """The bodies of statements that are there, by id."""
        ...

    def content_sizes(self, institution: str, sha2s: Collection[str]) -> Mapping[str, int]:
        """The bytes of contents that are kept."""
        ...

    def contents(self, institution: str, sha2s: Collection[str]) -> Mapping[str, bytes]:
        """Contents that are kept."""
        ...


class Ready(NamedTuple):
    """A statement on its way in: where it stands, its id, what it says, its source, and the contents it describes."""

    entry: Entry
    id: str
    parsed: ParsedStatement
    source: str
    sha2s: frozenset[str]


class Importer:
    """Takes the statements of `lines` into `lrs`, whose store is `statements`.

    `principal_of` gives the principal for a source; `source` is that of all statements, or with None the one that the
    file names. `admission` makes pseudonyms; None takes statements as they are, but nothing with a NIP. `hear` is told
    of each refusal. `settled` is the line up to which everything is stored or refused, with the counts as they were
    there: an import can go on after it.
    """

    def __init__(
        self, lrs: Lrs, statements: Statements, principal_of: Callable[[str], Principal],
        *, admission: Admission | None, source: str | None, hear: Hear, counts: Counts | None = None,
    ) -> None:  # fmt: skip
        self._lrs = lrs
        self._statements = statements
        self._principal_of = principal_of
        self._admission = admission
        self._fixed_source = source
        self._source = source or "foreign"
        self._hear = hear
        self._batch: dict[str, Ready] = {}
        self._batch_bytes = 0
        self._contents: dict[str, bytes] = {}  # of the statements in the batch
        self._upcoming: dict[str, bytes] = {}  # of the statement that comes next
        self._began = self._ended = False
        self.counts = msgspec.structs.replace(counts) if counts else Counts()
        self.settled = (0, msgspec.structs.replace(self.counts))

    def run(self, lines: Lines, after: int, tell: Callable[[int], bool]) -> None:
        """Imports what stands after the line `after`; `tell` hears of each line read and says whether to go on.

        What is wrong with the file as a whole (cut off, damaged) is refused like a line, after everything that could be
        read of it.
        """
        number = 0
        try:
            for line in lines:
                number = line.number
                self._line(lines, line, skip=number <= after)
                if not tell(number):
                    break
            else:
                self._require_end()
        except TransferError as error:
            self._trouble(number + 1, error)
        self._flush(number)

    def take(self, found: Iterable[tuple[Entry, Mapping[str, bytes]]]) -> None:
        """Imports statements that stand in no file, each with the contents of its attachments by SHA-2.

        Every one is stored or refused when this returns.
        """
        for entry, contents in found:
            self._make_room(contents.values(), None)
            self.counts.contents += len(contents)
            self._upcoming = dict(contents)
            self._entry(entry)
            if len(self._batch) >= BATCH or self._batch_bytes > MOST_BYTES:
                self._flush(None)
        self._flush(None)

    def _make_room(self, contents: Iterable[bytes], number: int | None) -> None:
        """Stores the batch when `contents` would not fit beside its own; `number` as of `_flush`."""
        size = sum(map(len, self._contents.values())) + sum(map(len, contents))
        if self._batch and size > MOST_CONTENT:
            self._flush(number)

    def _flush(self, number: int | None) -> None:
        """Stores the batch. With `number`, all up to that line has been looked at."""
        batch, self._batch, self._batch_bytes = list(self._batch.values()), {}, 0
        principal = self._principal_of(self._source)
        known = self._statements.bodies(principal.institution, [UUID(one.id).bytes for one in batch])
        fresh: dict[tuple[str, Version], list[Ready]] = {}
        for one in batch:
            there = known.get(UUID(one.id).bytes)
            if there is None:
                fresh.setdefault((one.source, version_of(one.parsed)), []).append(one)
            elif same_received(one.parsed.body, there):
                self.counts.already += 1
            else:
                self._conflict(one, LrsError("lrs.conflict", "another statement has this id", id=one.id))
        for (source, _), some in fresh.items():
            self._store(self._principal_of(source), some)
        self._contents = {}
        if number is not None and not self._upcoming:
            self.settled = (number, msgspec.structs.replace(self.counts))

    def _line(self, lines: Lines, line: Line, *, skip: bool) -> None:
        control = line.body is not None and line.body.startswith(CONTROL)
        if control or (line.number == 1 and line.body is not None and line.body[3:].startswith(CONTROL)):
            self._control(lines, line, skip=skip)
            return
        if line.body is not None:
            lines.note(line.body)
        if skip:
            return
        try:
            found = entries(line)
        except StatementError as error:
            self._trouble(line.number, error)
            return
        for entry in found:
            self._entry(entry)
            if len(self._batch) >= BATCH or self._batch_bytes > MOST_BYTES:
                self._flush(line.number if entry is found[-1] else None)

    def _control(self, lines: Lines, line: Line, *, skip: bool) -> None:
        body = line.body or b""
        digest = lines.digest.hexdigest()
        lines.note(body)
        if skip and body.startswith(b'{"jampel:content"'):
            return
        try:
            found = read_control(body)
        except StatementError as error:
            self._trouble(line.number, error)
            return
        self._began = self._began or found.head is not UNSET
        if found.source is not UNSET and self._fixed_source is None:
            self._source = found.source
        if found.end is not UNSET:
            self._end(found.end, digest)
        if found.content is not UNSET:
            self._content(line, found)

    def _content(self, line: Line, found: Control) -> None:
        content = found.content
        assert isinstance(content, ContentLine)  # noqa: S101 - the caller has looked
        self._make_room([content.data], line.number - 1)
        self.counts.contents += 1
        self._upcoming[content.sha2.lower()] = content.data
        if sum(map(len, self._upcoming.values())) > MOST_UPCOMING:
            self._upcoming = {}
            self._trouble(line.number, TransferError("transfer.contents", "too many for one statement"))

    def _end(self, end: End, digest: str) -> None:
        self._ended = True
        if end.sha256 != digest:
            raise TransferError("transfer.altered", "the lines are not those that were written")

    def _require_end(self) -> None:
        if self._began and not self._ended:
            raise TransferError("transfer.cut_off", "no last line")

    def _entry(self, entry: Entry) -> None:
        self.counts.read += 1
        try:
            ready = self._prepare(entry)
        except JampelError as error:
            self._refuse(entry, "", error)
            return
        finally:
            upcoming, self._upcoming = self._upcoming, {}
        if ready.id in self._batch:
            self._flush(None)
        self._contents |= upcoming
        self._batch[ready.id] = ready
        self._batch_bytes += len(ready.parsed.body)

    def _prepare(self, entry: Entry) -> Ready:
        """`entry` checked, with pseudonyms and an id; raises what is wrong with it."""
        parsed = validate_text(entry.body)
        if self._admission is None:
            require_no_nip(parsed.body)
        else:
            before = FIELDS.decode(parsed.body)
            after = self._admission.admit({name: before[name] for name in before if name not in _SET_BY_LRS})
            if any(bytes(value) != bytes(before[name]) for name, value in after.items()):
                parsed = validate_text(put_together(after))
        sha2s = frozenset(next(described([parsed.body]))) if may_describe(parsed.body) else frozenset()
        return Ready(entry, _id_of(parsed, entry), parsed, self._source, sha2s)

    def _store(self, principal: Principal, batch: Sequence[Ready]) -> None:
        """Stores new statements; when the LRS refuses some, the guilty are found by halving."""
        for run in self._runs(principal.institution, batch):
            waiting = [run]
            while waiting:
                some = waiting.pop()
                try:
                    self._post(principal, some)
                    self.counts.new += len(some)
                except (StatementError, LrsError) as error:
                    if len(some) > 1:
                        middle = len(some) // 2
                        waiting += [some[middle:], some[:middle]]
                    elif isinstance(error, LrsError) and error.status == _CONFLICT:
                        self._conflict(some[0], error)
                    else:
                        self._refuse(some[0].entry, some[0].id, error)

    def _runs(self, institution: str, batch: Sequence[Ready]) -> list[list[Ready]]:
        """`batch` in runs whose contents fit into memory."""
        names = {sha2 for one in batch for sha2 in one.sha2s}
        sizes = dict(self._statements.content_sizes(institution, names)) if names else {}
        sizes |= {sha2: len(content) for sha2, content in self._contents.items()}
        runs: list[list[Ready]] = [[]]
        room = MOST_CONTENT
        for one in batch:
            size = sum(sizes.get(sha2, 0) for sha2 in one.sha2s)
            if runs[-1] and size > room:
                runs.append([])
                room = MOST_CONTENT
            runs[-1].append(one)
            room -= size
        return runs

    def _post(self, principal: Principal, batch: Sequence[Ready]) -> None:
        names = {sha2 for one in batch for sha2 in one.sha2s}
        contents = {sha2: self._contents[sha2] for sha2 in names if sha2 in self._contents}
        contents |= self._statements.contents(principal.institution, names - contents.keys()) if names else {}
        pairs = [(one.parsed, one.id) for one in batch]
        self._lrs.add_parsed(principal, pairs, version=version_of(batch[0].parsed), contents=contents)

    def _refuse(self, entry: Entry, number: str, error: JampelError) -> None:
        self.counts.refused += 1
        place = getattr(error, "path", None) or str(error.params.get("path", "$"))
        self._hear(Refusal(entry.line, entry.path + mask_nips_in(place.removeprefix("$")), number, error))

    def _conflict(self, one: Ready, error: JampelError) -> None:
        self.counts.conflicts += 1
        self._hear(Refusal(one.entry.line, one.entry.path, one.id, error))

    def _trouble(self, line: int, error: JampelError) -> None:
        self.counts.troubles += 1
        self._hear(Refusal(line, str(error.params.get("path", "$")), "", error))


def version_of(parsed: ParsedStatement) -> Version:
    """The version whose rules a statement is taken by: 2.0.0 when it says so, or has what only that one knows."""
    says_so = parsed.version is not UNSET and parsed.version.startswith("2.")
    return "2.0.0" if parsed.newer or says_so else "1.0.0"


def _id_of(parsed: ParsedStatement, entry: Entry) -> str:
    """The statement's id in lower case; without one, an id made of what and where it is, the same at each import."""
    if parsed.id is not UNSET:
        return parsed.id.lower()
    digest = hashlib.sha256(entry.body).hexdigest()
    return str(uuid5(_NAMESPACE, f"jampel:import:{entry.line}:{entry.path}:{digest}"))
