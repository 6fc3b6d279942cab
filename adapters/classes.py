"""The report of a class for those who hold it: who took part in what, and what each person still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from adapters.remote import Connection
from xapi.sheet_rows import RefusedCell

Said = tuple[str, Mapping[str, object]]
"""A message id of the package `adapters`, and what fills it."""
MARKS = ("done", "late", "short", "missing", "pending", "other")
"""What became of a session: done, late, too little, missing, not over yet, or one of another group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSession:
    """A column: its `code`, `title`, `kind`, when it was, and whether the pass depends on it."""

    code: str
    title: str
    kind: str
    start: datetime
    end: datetime
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a person did of a session: a `state` of `MARKS`, and how much (`amount`, "" where nothing is counted)."""

    state: str
    amount: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRow:
    """A person: `marks` in the order of the sessions, where they stand (`state`, a message id), `jp` in hundredths that
    a pass gives, what is `missing`, and `notes` for the organiser."""

    nip: str = field(repr=False)
    name: str = field(repr=False)
    group: str
    unit: str
    marks: Sequence[Mark]
    state: str
    jp: int
    certificate: str = ""
    missing: Sequence[Said] = ()
    notes: Sequence[Said] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """A class: its `title` and `organiser`, its days in the zone named `zone`, its form, and everyone in it."""

    title: str
    organiser: str
    first: date
    last: date
    zone: str
    form: str
    jp: int
    sessions: Sequence[ClassSession]
    rows: Sequence[ClassRow]


@runtime_checkable
class ClassReporter(Protocol):
    """An exchange that can also say how a class stands."""

    def class_report(self, path: Path, connection: Connection) -> tuple[ClassReport | None, Sequence[RefusedCell]]:
        """The report of the class at `path`, or None and what is wrong with its files. Raises AdapterError or
        SheetError when it is no such file."""
        ...
