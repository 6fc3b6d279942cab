"""Totals of people, as in the recaps of Kaltim and Sleman: no activities, but figures to compare with the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.errors import AdapterError
from adapters.layouts import SheetLayout
from adapters.remote import N_
from xapi.identity import Nip, mask_nips_in
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, SheetRow, text_of
from xapi.sheet_layout import Known
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RefusedCell, RowReader

MOST_TOTAL = Decimal(10_000)
_NAME = ("Nama", "Nama Lengkap", "Nama Pegawai")
_NIP = ("NIP", "NIP Pegawai", "NIP/NI PPPK")
_TITLES = {"nip": "NIP", "name": "Nama", "total": "Total JP", "managerial": "JP Manajerial", "technical": "JP Teknis",
           "functional": "JP Fungsional"}  # fmt: skip
KALTIM = SheetLayout(
    name="kaltim",
    title=N_("SIMON BANGKOM Kaltim: rekap per pegawai"),
    marks=("total",),
    known=Known(
        names={"nip": _NIP, "name": _NAME, "total": ("TOTAL JP", "Jumlah Total JP", "Total JPL")},
        titles=_TITLES, required=("nip", "total"), settable=(), kind="recap",
    ),
)  # fmt: skip
SLEMAN_20JP = SheetLayout(
    name="sleman20jp",
    title=N_("Bangkom Sleman: ekspor 20JP"),
    marks=("total", "managerial"),
    known=Known(
        names={"nip": _NIP, "name": _NAME, "managerial": (), "technical": (), "functional": (),
               "total": ("JP Total",)},
        titles=_TITLES, required=("nip", "managerial", "technical", "functional", "total"), settable=(), kind="recap",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Total:
    """The total of a person in a sheet: JP in hundredths."""

    row: int
    nip: Nip
    name: str = field(repr=False)
    jp: int


def read_totals(rows: Iterable[SheetRow]) -> tuple[list[Total], list[RefusedCell]]:
    """The totals, and every cell that cannot be used. A person stands once."""
    found: dict[Nip, Total] = {}
    refused: list[RefusedCell] = []
    for row in rows:
        reader = RowReader(row, _TITLES, refused)
        nip, name, jp = reader.cell("nip", nip_of), reader.cell("name", text_of), reader.cell("total", total_of)
        if nip is None or jp is None or not reader.good:
            continue
        if nip in found:
            first = found[nip].row
            reader.refuse("nip", AdapterError("spreadsheet.row_twice", "the same person twice", first=first))
        else:
            found[nip] = Total(row.number, nip, name or "", jp)
    return list(found.values()), refused


def total_of(cell: Cell) -> int:
    """A total in hundredths; nothing is nothing. Raises AdapterError for what is no number, or a strange one."""
    text = text_of(cell).removesuffix("JP").strip() or "0"
    number = None if isinstance(cell, bool) else decimal_of(text)
    if number is None:
        raise AdapterError("spreadsheet.jp_no_number", "no number", value=mask_nips_in(text)[:30])
    if not 0 <= number <= MOST_TOTAL:
        raise AdapterError("spreadsheet.total_range", "out of range", value=text[:30], most=int(MOST_TOTAL))
    return int(number * 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A person on both sides: JP in hundredths, None where the person is missing. `pending` waits for a review here."""

    nip: str = field(repr=False)
    name: str = field(repr=False)
    sheet: int | None
    ledger: int | None
    pending: int = 0

    @property
    def difference(self) -> int:
        """How much more the sheet says."""
        return (self.sheet or 0) - (self.ledger or 0)

    @property
    def state(self) -> str:
        """`same`, `differs`, `sheet_only` or `ledger_only`."""
        if self.sheet is None or self.ledger is None:
            return "sheet_only" if self.ledger is None else "ledger_only"
        return "differs" if self.difference else "same"


def compare_totals(totals: Iterable[Total], ledger: Mapping[str, Mapping[str, object]]) -> list[Compared]:
    """Each person of the sheet and of the `ledger` (rows of the report per person, by NIP), the furthest apart first.

    Who has no JP on the one side and is missing on the other is no difference, and left out.
    """
    found = []
    sheet = {total.nip.digits: total for total in totals}
    for nip in {**sheet, **ledger}:
        total, row = sheet.get(nip), ledger.get(nip)
        name = str(row["name"]) if row else total.name if total else ""
        jp = int(str(row["accepted"])) if row else None
        pending = int(str(row["pending"])) if row else 0
        one = Compared(nip=nip, name=name, sheet=total.jp if total else None, ledger=jp, pending=pending)
        if one.sheet or one.ledger or one.state == "same" or pending:
            found.append(one)
    return sorted(found, key=lambda one: (-abs(one.difference), one.nip))
