"""The plan of a year: how many JP each person means to reach, imported from a table of the office."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from xapi.audit.people import People, roster_of
from xapi.audit.store.plans import Plans
from xapi.errors import AuditError
from xapi.identity import Nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, SheetRow, read_sheet, text_of
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RefusedCell, RowReader

COLUMNS = (
    Column("nip", "NIP", ("NIP Baru", "NIP Pegawai", "NIP Peserta", "NIP/NI PPPK", "NI PPPK", "Employee Number")),
    Column("planned", "Rencana JP", ("Rencana", "JP Rencana", "Target JP", "JP Target", "Jumlah JP", "Total JP",
                                     "Planned JP")),
)  # fmt: skip
TITLES = {column.field: column.title for column in COLUMNS}
MOST = 2_000  # JP; more in a year is a slip of the pen
FINEST = 2  # decimals


class PlanReport(msgspec.Struct, frozen=True):
    """How many plans were `added`, `changed` and found `unchanged`, and the `refused` cells: with one nothing is
    written."""

    added: int
    changed: int
    unchanged: int
    refused: Sequence[RefusedCell]


def read_plan(path: Path) -> list[SheetRow]:
    """The rows of `path`, CSV or XLSX with the columns NIP and Rencana JP. Raises SheetError as `read_sheet`."""
    return read_sheet(path, COLUMNS)


def import_plan(plans: Plans, people: People, rows: Sequence[SheetRow], year: int) -> PlanReport:
    """Sets the plans of `year` of everyone in `rows`, who must be on the year's roster; others keep theirs.

    One bad cell and nothing is written. The same rows again change nothing.
    """
    roster, refused = roster_of(people, year), list[RefusedCell]()
    wanted: dict[str, int] = {}
    for row in rows:
        reader = RowReader(row, TITLES, refused)
        person = reader.cell("nip", lambda cell: _person(cell, people, roster, wanted))
        planned = reader.cell("planned", _hundredths)
        if person is not None:
            wanted[person] = planned or 0
    if refused:
        return PlanReport(0, 0, 0, refused)
    added, changed = plans.set(year, wanted)
    return PlanReport(added, changed, len(wanted) - added - changed, ())


def _person(cell: Cell, people: People, roster: Mapping[str, Any], seen: Mapping[str, int]) -> str:
    nip: Nip = nip_of(cell)
    person = people.by_nip(nip.digits)
    if person is None or person not in roster:
        raise AuditError("audit.plan_unknown", "nobody on the roster of the year has this number")
    if person in seen:
        raise AuditError("audit.plan_twice", "this person stands in an earlier row")
    return person


def _hundredths(cell: Cell) -> int:
    text = text_of(cell).removesuffix("JP").strip()
    number = None if isinstance(cell, bool) else decimal_of(text)
    if number is None or not 0 <= number <= MOST or -int(number.as_tuple().exponent) > FINEST:
        raise AuditError("audit.plan_jp", "no number of JP", value=text[:30], most=MOST)
    return int(number * 100)
