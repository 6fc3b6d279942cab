"""Reads the cells of a row one by one: each that cannot be used is kept with its reason, none is guessed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from xapi.errors import JampelError
from xapi.sheet import Cell, SheetRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell that cannot be used: its `row` as the spreadsheet shows it (0: the whole file), its `column`, and the
    error with its code; `file` is the name of its file where several are read at once."""

    row: int
    column: str
    code: str
    error: JampelError
    file: str = ""


class RowReader:
    """Reads the cells of `row`; those that cannot be used go to `refused` under their `titles` (by field) and the name
    of their `file`."""

    def __init__(self, row: SheetRow, titles: Mapping[str, str], refused: list[RefusedCell], *, file: str = "") -> None:
        self.number = row.number
        self.file = file
        self.good = True
        self._cells = row.cells
        self._titles = titles
        self._refused = refused

    def cell(self, field: str, read: Callable[[Cell], T]) -> T | None:
        """What `read` makes of the cell, None when it refuses it."""
        try:
            return read(self._cells.get(field))
        except JampelError as error:
            self.refuse(field, error)
            return None

    def has(self, field: str) -> bool:
        """Whether the table has a column of that field."""
        return field in self._cells

    def refuse(self, field: str, error: JampelError) -> None:
        """Notes what is wrong with a cell: the row is then no good."""
        self.good = False
        self._refused.append(RefusedCell(self.number, self._titles[field], error.code, error, self.file))
