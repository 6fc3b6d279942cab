"""Files of tables that people made: which layout they are in, what they hold, and what a person should look at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, overload, runtime_checkable

from adapters.attendance import Attendance, Notes
from adapters.base import FileRecords
from adapters.records import LearningRecord
from adapters.remote import Connection
from xapi.identity import mask_nips_in
from xapi.sheet import Sheet
from xapi.sheet_layout import Layout, headers_of, mark_of, unused_headers
from xapi.sheet_rows import RefusedCell

if TYPE_CHECKING:
    from adapters.recap import Total


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoice:
    """How a person wants a file read: the name of a `layout` (empty: the one that fits), `columns` chosen and values
    that hold for all rows (`chosen`), what is `remembered` of headers (by their mark), and the name of the worksheet.

    `tick` hears of rows as they are read.
    """

    layout: str = ""
    chosen: Layout = field(default_factory=Layout)
    remembered: Callable[[str], Layout | None] = lambda _mark: None
    sheet: str = ""
    tick: Callable[[int], None] = lambda _rows: None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFound:
    """What a file turned out to be: the `layout` (name) and its `title` (a message id of `adapters`), the header of
    each field (`headers`), headers that are not used, and the layout as it was applied, with the `mark` that it is
    remembered by.

    `sheet` is the worksheet that was read, perhaps a `hidden` one, `beside` the others, and `hidden_rows` how many rows
    were read that nobody sees. `titles` are those of the fields, `settable` the fields that may hold for all rows.
    """

    layout: str
    title: str
    headers: Mapping[str, str]
    unused: Sequence[str]
    applied: Layout
    mark: str
    titles: Mapping[str, str]
    sheet: str = ""
    hidden: bool = False
    beside: Sequence[str] = ()
    hidden_rows: int = 0


@dataclass(frozen=True, slots=True)
class TableHeld(FileRecords):
    """What a file of tables holds: as `FileRecords`, and what was `found`, the `rows` behind the records, what is worth
    a look (`notes`), and the rows that are `left_out`. `remade` gives the records anew with the hashes of certificates
    by the number of a row."""

    found: TableFound | None = None
    rows: Sequence[Attendance] = ()
    notes: Notes = field(default_factory=Notes)
    left_out: Notes = field(default_factory=Notes)
    remade: Callable[[Mapping[int, str]], Sequence[LearningRecord]] = lambda _evidence: ()


@runtime_checkable
class TableExchange(Protocol):
    """An exchange that reads tables, whose layouts a person can choose and map."""

    @property
    def layouts(self) -> Sequence[str]:
        """The names of the layouts that it knows."""
        ...

    @property
    def fields(self) -> Mapping[str, str]:
        """The fields of all layouts with their titles."""
        ...

    def open(self, path: Path, connection: Connection, choice: TableChoice) -> TableHeld:
        """The records of the file at `path`, read as `choice` says; records nothing. Raises as `Exchange.read`."""
        ...


@runtime_checkable
class RecapExchange(Protocol):
    """An exchange that reads totals of people, which are no activities and only compared with the ledger."""

    def totals(self, path: Path, choice: TableChoice) -> "tuple[Sequence[Total], Sequence[RefusedCell]]":
        """The totals in the file at `path`, and every cell that cannot be used. Raises as `Exchange.read`."""
        ...


def found_in(
    sheet: Sheet, layout: str, title: str, applied: Layout, titles: Mapping[str, str], kind: str
) -> TableFound:
    """What is told of a `sheet` whose rows were read."""
    return TableFound(
        layout=layout, title=title, headers=headers_of(sheet.headers, sheet.head),
        unused=unused_headers(sheet.headers, sheet.head), applied=applied,
        mark=mark_of(list(sheet.headers.values()), kind), titles=titles, sheet=mask_nips_in(sheet.table.name),
        hidden=sheet.table.hidden, beside=tuple(map(mask_nips_in, sheet.table.beside)),
        hidden_rows=len(sheet.table.hidden_rows),
    )  # fmt: skip


class MadeRecords(Sequence[LearningRecord]):
    """Records that are made of `rows` when they are asked for: a row takes a tenth of what its record takes."""

    def __init__(self, rows: Sequence[Attendance], make: Callable[[Attendance], LearningRecord]) -> None:
        self._rows = rows
        self._make = make

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[LearningRecord]:
        return map(self._make, self._rows)

    @overload
    def __getitem__(self, place: int) -> LearningRecord: ...
    @overload
    def __getitem__(self, place: slice) -> "MadeRecords": ...
    def __getitem__(self, place: int | slice) -> "LearningRecord | MadeRecords":
        if isinstance(place, slice):
            return MadeRecords(self._rows[place], self._make)
        return self._make(self._rows[place])
