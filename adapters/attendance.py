"""Someone who attended an event, as a row of a sheet tells it, and the rows of a sheet read one by one."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from sys import intern

from adapters.errors import AdapterError
from xapi.audit.rule_cells import QUANTITIES
from xapi.audit.rule_set import FormRule, RuleSet
from xapi.audit.rule_words import pay
from xapi.errors import JampelError
from xapi.identity import Nip
from xapi.sheet import Cell, SheetRow, plain_name
from xapi.sheet_rows import RefusedCell, RowReader

MOST_TOLD = 1000  # bad cells: a wrong column makes one of every row
KEPT_NOTES = 100  # of each kind


@dataclass(frozen=True, slots=True)
class Attendance:
    """One good row: who (`nip`, `name`) attended which event, from `start` to `end`.

    `jp` is in hundredths, as declared; `form` is a slug; `days` the days on which JP is counted and `quantity` the
    semesters or months, None when not said. `file` is the certificate's file as the row names it. Who has no `nip` is
    known by the `account` at its issuer.
    """

    row: int
    nip: Nip | None
    name: str = field(repr=False)
    event: str
    organiser: str
    form: str
    start: date
    end: date
    jp: int
    certificate: str
    international: bool
    days: int | None
    quantity: int | None = None
    file: str = field(default="", repr=False)
    account: tuple[str, str] = field(default=("", ""), repr=False)

    @property
    def event_key(self) -> tuple[str, str, str, str]:
        """What makes two rows the same event: title, organiser and dates."""
        return (plain_name(self.event), plain_name(self.organiser), self.start.isoformat(), self.end.isoformat())


@dataclass(slots=True)
class Notes:
    """Cells that are used, or rows that are left out, and worth a look: all are counted, the first of a kind kept."""

    kept: list[RefusedCell] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, row: int, column: str, error: JampelError) -> None:
        """Notes a cell of a row; `error` says what about it."""
        self.counts[error.code] += 1
        if self.counts[error.code] <= KEPT_NOTES:
            self.kept.append(RefusedCell(row, column, error.code, error))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a row is read by: the known `forms`, `today` where the institution is, the `rules`, and what a row may
    leave behind: `notes` about cells that are used, and rows that are `left_out` for a reason that they give."""

    forms: frozenset[str]
    today: date
    rules: RuleSet
    notes: Notes = field(default_factory=Notes)
    left_out: Notes = field(default_factory=Notes)

    def rule(self, form: str, day: date) -> FormRule | None:
        """The rule of `form` on a day."""
        edition = self.rules.at(day.year * 10000 + day.month * 100 + day.day)
        return edition.form(form) if edition else None


ReadRow = Callable[[RowReader, Setting], Attendance | None]


@dataclass(slots=True)
class Rows:
    """The rows of a sheet that were read: good ones, and every refused cell, up to `MOST_TOLD`."""

    found: list[Attendance] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HowToRead:
    """How rows become attendances: by `read` (None: a reader of its own takes them all), under the `titles` of their
    columns, with `fixed` cells for all rows."""

    read: ReadRow | None
    titles: Mapping[str, str]
    fixed: Mapping[str, Cell] = field(default_factory=dict)


def read_rows(
    rows: Iterable[SheetRow], how: HowToRead, setting: Setting, tick: Callable[[int], None] = lambda _rows: None
) -> Rows:
    """The good rows and every refused cell; reading ends when more is wrong than anybody reads."""
    if how.read is None:
        raise TypeError("a layout without rows")
    held = Rows()
    seen: dict[tuple[object, ...], int] = {}
    keys: dict[tuple[str, str, date, date], tuple[str, ...]] = {}
    for row in rows:
        tick(1)
        reader = RowReader(SheetRow(row.number, {**row.cells, **how.fixed}), how.titles, held.refused)
        one = how.read(reader, setting)
        if len(held.refused) >= MOST_TOLD:
            break
        if one is None:
            continue
        event = (one.event, one.organiser, one.start, one.end)
        key = (one.nip.digits if one.nip else one.account, *keys.setdefault(event, one.event_key))
        if key in seen:
            reader.refuse("nip", AdapterError("spreadsheet.row_twice", "the same attendance twice", first=seen[key]))
        else:
            seen[key] = row.number
            held.found.append(one)
    return held


def counted_jp(one: Attendance, rule: FormRule) -> int:
    """What the ledger makes of the row (hundredths), before caps, duplicates and reviews."""
    abroad = one.international
    units = (one.quantity if rule.unit_paid(international=abroad) in QUANTITIES else one.days) or 1
    return pay(rule, one.jp, units, 0, international=abroad)


def kept_once(text: str | None) -> str:
    """`text`, the same object for all rows that say it: titles and organisers stand in thousands of them."""
    return intern(text or "")


def refuse_empty(rows: Sequence[object], file: str) -> None:
    """Raises AdapterError for a sheet without a row."""
    if not rows:
        raise AdapterError("spreadsheet.no_rows", "a header and nothing below it", file=file)
