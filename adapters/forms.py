"""Forms that are printed, filled in by hand, and typed into a sheet later: what a system that has them offers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from adapters.remote import Connection
from xapi.sheet_rows import RefusedCell


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file to keep: its `name` without a folder, and its `content`, which may hold NIPs."""

    name: str
    content: bytes = field(repr=False)


@runtime_checkable
class FormPrinter(Protocol):
    """An exchange that can also make the forms of a class, and the sheets into which they are typed."""

    form_kinds: tuple[str, ...]
    """The kinds of files, as extensions without a dot."""

    def forms(
        self, path: Path, connection: Connection, kinds: Sequence[str], language: str
    ) -> tuple[Sequence[FormFile], Sequence[RefusedCell]]:
        """The files of the forms in the plan at `path`, of these `kinds` and in `language`, or none and what is wrong
        with the plan. Raises AdapterError or SheetError when it is no such file."""
        ...
