"""What an institution hands on of a year: its people, OPDs and accepted credits as plain values, and tables of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from adapters.remote import AcceptedCredit, Connection
from xapi.sheet_rows import RefusedCell

KINDS = ("text", "count", "jp", "percent")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPerson:
    """An employee of the year: accepted `jp` and the `target` in hundredths; `status` is one of the rules.

    `nip` and `name` are empty for someone whose data may not be handed on (UU 27/2022 art. 41).
    """

    nip: str = field(repr=False)
    name: str = field(repr=False)
    opd: str
    status: str
    jp: int
    target: int
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class YearBook:
    """The year of an institution: everyone on its roster, the accepted `credits` of whom may be handed on, and the
    rules by which they were counted (`rules_hash` as `xapi.audit.rule_set.without_zone` makes it)."""

    institution: str
    year: int
    rules_version: str
    rules_hash: str
    people: Sequence[YearPerson]
    credits: Sequence[AcceptedCredit]


@dataclass(frozen=True, slots=True)
class FileColumn:
    """A column: its key in a row, its `title` in the file, and what it holds, one of KINDS (JP and percent in
    hundredths)."""

    key: str
    title: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class FileTable:
    """A table of a file, by the name of its worksheet."""

    name: str
    columns: Sequence[FileColumn]
    rows: Sequence[Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFile:
    """What is written: `tables` for a spreadsheet, `value` for JSON; it is `personal`
    when it names people."""

    tables: Sequence[FileTable]
    value: Mapping[str, object] = field(repr=False)
    personal: bool


@runtime_checkable
class YearWriter(Protocol):
    """An exchange that also makes a file of a year, for whoever gathers them."""

    def year_file(self, book: YearBook, connection: Connection) -> YearFile:
        """The file of `book`, the same each time for the same book. Raises AdapterError when it cannot be made."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Institutions side by side: the `table`, its first column the rank, and what cannot be used (`refused`).

    `unranked` is how many stand without a rank.
    """

    table: FileTable
    value: Mapping[str, object]
    refused: Sequence[RefusedCell]
    unranked: int


@runtime_checkable
class YearReader(Protocol):
    """An exchange that also reads such files of many institutions and compares them."""

    def compare(self, paths: Sequence[Path], year: int, connection: Connection) -> Comparison:
        """The institutions in the files at `paths`. Raises AdapterError for a setting that cannot be used."""
        ...
