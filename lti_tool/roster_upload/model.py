"""A list of employees on its way in, as plain values: what was sent, what it would change, and what it changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from lti_tool.tasks.model import Problem
from xapi.errors import JampelError
from xapi.people.roster import ImportReport, Roster
from xapi.people.roster_cells import Flag
from xapi.sheet_layout import Layout
from xapi.sheet_rows import RefusedCell

#: Errors whose sentence tells of options of the command; a page has other ways out.
_ON_A_PAGE = {
    "sheet.columns_missing": "error:roster.columns_missing",
    "people.too_many_bad": "error:roster.too_many_bad",
}


class Cell(msgspec.Struct, frozen=True):
    """A cell that was refused, or that is used and worth a look: its row, its column, and why; never what it holds."""

    row: int
    column: str
    why: Problem


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a list would change, or changed: people by what became of them, cells that were refused or flagged.

    `columns` are the headers that were recognised, by field, `fixed` what holds for all rows, `unused` the other
    headers. `problem` says why nothing of the list can be used. `many` says that a full list leaves out more people
    than one that names everyone would.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    left: int = 0
    refused: Sequence[Cell] = ()
    flagged: Sequence[Cell] = ()
    columns: Mapping[str, str] = {}
    fixed: Mapping[str, str] = {}
    unused: Sequence[str] = ()
    many: bool = False
    problem: Problem | None = None

    @property
    def refused_rows(self) -> int:
        """How many rows have a refused cell."""
        return len({cell.row for cell in self.refused})

    @property
    def good(self) -> int:
        """How many people the good rows name."""
        return self.added + self.changed + self.unchanged

    @property
    def news(self) -> int:
        """How many people would change."""
        return self.added + self.changed + self.left


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A list that `account` sent as the file `name`, of `size` bytes.

    `columns` and `fixed` are how it is to be read, by field (see `Layout`); `full` says that it names everyone, `day`
    from when it holds. `found` is what it would change; `taken` what it changed, after which the file is gone.
    """

    id: str
    account: str
    name: str
    size: int
    created: datetime
    columns: Mapping[str, str] = {}
    fixed: Mapping[str, str] = {}
    full: bool = False
    day: date | None = None
    found: Found | None = None
    taken: Found | None = None

    @property
    def overtaken(self) -> bool:
        """Whether the people store changed between the look and the taking, so that other numbers were taken."""
        if self.found is None or self.taken is None:
            return False
        return any(getattr(self.found, name) != getattr(self.taken, name) for name in ("added", "changed", "left"))

    @property
    def layout(self) -> Layout:
        """How it is to be read."""
        return Layout(self.columns, self.fixed)

    def told(self, error: JampelError) -> Problem:
        """`error` as it is kept, with the file under the name that its sender knows."""
        params = {name: str(value) for name, value in error.params.items()}
        if "file" in params:
            params["file"] = self.name
        if own := _ON_A_PAGE.get(error.code):
            return Problem(own.removeprefix("error:"), params=params)
        return Problem(error.code, error.package, params)


def found_in(sent: Sent, roster: Roster, report: ImportReport, *, many: bool = False) -> Found:
    """What `report` says of the list."""
    return Found(
        added=report.added, changed=report.changed, unchanged=report.unchanged, left=report.left, many=many,
        refused=[_refused(sent, one) for one in report.refused], flagged=[_flagged(one) for one in report.flagged],
        columns=dict(roster.headers), fixed=dict(roster.layout.fixed), unused=list(roster.unused),
    )  # fmt: skip


def _refused(sent: Sent, one: RefusedCell) -> Cell:
    return Cell(one.row, one.column, sent.told(one.error))


def _flagged(one: Flag) -> Cell:
    return Cell(one.row, one.column, Problem(one.code, "xapi", {"masked": one.masked}))
