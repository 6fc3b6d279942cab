"""Reads the figures of regions: the JSON or the table that Jampel writes, and a sheet of an office without Jampel."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from adapters.errors import AdapterError
from adapters.json_tables import read_json
from adapters.recap import total_of
from adapters.sinau_bareng.figures import Figures
from adapters.sinau_bareng.regions import region_of
from adapters.tables import any_words_of, between, read_table, words_of
from xapi.audit.people import status_of
from xapi.audit.rule_set import Edition
from xapi.errors import JampelError
from xapi.identity import Nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column
from xapi.sheet_rows import RefusedCell, RowReader

FORMAT, VERSION = "jampel.figures", 1
MOST_BYTES = 20 * 1024**2
MOST_PEOPLE = 1_000_000
MOST_JP = 1_000_000  # hundredths
MOST_TOLD = 1000
_FIRST, _LAST = 2000, 2999
COLUMNS = (
    Column("region", "Kabupaten/Kota", ("Kab/Kota", "Kabupaten Kota", "Instansi", "Pemerintah Daerah", "Daerah")),
    Column("code", "Kode", ("Kode Wilayah",), required=False),
    Column("year", "Tahun"),
    Column("version", "Versi aturan", required=False),
    Column("rules", "Sidik aturan", required=False),
    Column("status", "Status", ("Status Pegawai", "Jenis ASN"), required=False),
    Column("jp", "JP", ("Total JP", "Jumlah JP", "JP Diterima", "JPL")),
    Column("people", "Pegawai", ("Jumlah Pegawai",), required=False),
    Column("nip", "NIP", ("NIP Pegawai",), required=False),
)


class _Spread(msgspec.Struct, frozen=True):
    status: str
    jp: int
    people: int


class _Rules(msgspec.Struct, frozen=True):
    version: str
    hash: str


class _Totals(msgspec.Struct, frozen=True):
    employees: int
    jp: int


class FiguresFile(msgspec.Struct, frozen=True):
    """The JSON: JP in hundredths; `totals` are there to see that nothing was cut off or retyped."""

    format: str
    version: int
    region: str
    code: str
    year: int
    rules: _Rules
    spread: list[_Spread]
    totals: _Totals


def read_figures(path: Path, edition: Edition, refused: list[RefusedCell]) -> list[Figures]:
    """The figures in the file at `path`, of one or more regions; what cannot be used goes to `refused`, and then no
    figure of the file is used."""
    bad: list[RefusedCell] = []
    try:
        found = [_read_json(path)] if path.suffix.lower() == ".json" else _read_table(path, edition, bad)
    except JampelError as error:
        bad.append(RefusedCell(0, "", error.code, error, path.name))
    if not bad:
        return found
    refused += bad[:MOST_TOLD]
    return []


def _read_json(path: Path) -> Figures:
    try:
        told = msgspec.convert(read_json(path, MOST_BYTES), FiguresFile)
    except msgspec.ValidationError as cause:
        raise AdapterError("sinau.no_figures", "another JSON", file=path.name) from cause
    if (told.format, told.version) != (FORMAT, VERSION):
        raise AdapterError("sinau.no_figures", "another format", file=path.name)
    spread: Counter[tuple[str, int]] = Counter()
    for one in told.spread:
        if not (0 <= one.jp <= MOST_JP and 1 <= one.people <= MOST_PEOPLE):
            raise AdapterError("sinau.strange_figures", "out of range", file=path.name)
        spread[one.status[:20], one.jp] += one.people
    sums = (sum(spread.values()), sum(jp * people for (_status, jp), people in spread.items()))
    if sums != (told.totals.employees, told.totals.jp):
        raise AdapterError("sinau.sums_differ", "the totals are others", file=path.name)
    region = region_of(told.code or told.region)
    if told.region and region_of(told.region) != region:
        raise AdapterError("sinau.code_differs", "another region", value=told.region[:60])
    return Figures(
        region=region, year=told.year, version=told.rules.version[:60], rules=told.rules.hash, spread=dict(spread),
        file=path.name,
    )  # fmt: skip


@dataclass(slots=True)
class _Gathered:
    """What the rows of a table said of one region so far."""

    about: tuple[int, str, str]
    row: int
    spread: Counter[tuple[str, int]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Row:
    region: str
    about: tuple[int, str, str]
    status: str
    jp: int
    people: int
    nip: Nip | None


def _read_table(path: Path, edition: Edition, refused: list[RefusedCell]) -> list[Figures]:
    gathered: dict[str, _Gathered] = {}
    seen: dict[Nip, int] = {}
    for reader in read_table(path, COLUMNS, refused):
        row = _row(reader, edition)
        if len(refused) >= MOST_TOLD:
            break
        if row is None:
            continue
        so_far = gathered.setdefault(row.region, _Gathered(row.about, reader.number))
        if so_far.about != row.about:
            reader.refuse("year", AdapterError("sinau.rules_mixed", "other rules above", first=so_far.row))
        elif row.nip is not None and row.nip in seen:
            reader.refuse("nip", AdapterError("spreadsheet.row_twice", "the same person", first=seen[row.nip]))
        else:
            so_far.spread[row.status, row.jp] += row.people
            if row.nip is not None:
                seen[row.nip] = reader.number
    if not gathered and not refused:
        raise AdapterError("spreadsheet.no_rows", "a header and nothing below it", file=path.name)
    return [_figures(region, one, path.name) for region, one in gathered.items()]


def _figures(region: str, one: _Gathered, file: str) -> Figures:
    year, version, rules = one.about
    return Figures(
        region=region, year=year, version=version, rules=rules, spread=dict(one.spread), file=file, row=one.row
    )


def _row(reader: RowReader, edition: Edition) -> _Row | None:
    region = reader.cell("region", lambda cell: region_of(words_of(cell)))
    code = reader.cell("code", any_words_of)
    if region is not None and code and code != region:
        reader.refuse("code", AdapterError("sinau.code_differs", "another region", value=code[:60]))
    year = reader.cell("year", _whole(_FIRST, _LAST))
    version, rules = reader.cell("version", any_words_of), reader.cell("rules", any_words_of)
    status = reader.cell("status", any_words_of)
    jp = reader.cell("jp", total_of)
    people = reader.cell("people", _whole(1, MOST_PEOPLE)) if reader.has("people") else 1
    nip = reader.cell("nip", _nip_or_none)
    if not reader.good or region is None or year is None or jp is None:
        return None
    if people is None:
        reader.refuse("people", AdapterError("cell.empty", "an empty cell"))
        return None
    if nip is not None and people > 1:
        reader.refuse("people", AdapterError("sinau.one_person", "a NIP and several people"))
        return None
    about = (year, version or "", rules or "")
    return _Row(region, about, status_of(status, edition), jp, people, nip)


def _nip_or_none(cell: Cell) -> Nip | None:
    return nip_of(cell) if any(not sign.isspace() for sign in str(cell or "")) else None


def _whole(least: int, most: int) -> Callable[[Cell], int | None]:
    """Reads a whole number from `least` to `most`; raises AdapterError `cell.number`."""
    read = between(least, most)

    def whole(cell: Cell) -> int | None:
        number = read(cell)
        if number is not None and number != int(number):
            raise AdapterError("cell.number", "a part of one", value=str(number)[:30], least=least, most=most)
        return None if number is None else int(number)

    return whole


def json_of(figures: Figures, name: str) -> Mapping[str, object]:
    """The JSON of `figures` of the region `name`, which `read_figures` reads."""
    rows: Sequence[tuple[tuple[str, int], int]] = sorted(figures.spread.items())
    told = FiguresFile(
        FORMAT, VERSION, name, figures.region, figures.year, _Rules(figures.version, figures.rules),
        [_Spread(status, jp, people) for (status, jp), people in rows],
        _Totals(sum(figures.spread.values()), sum(jp * people for (_, jp), people in rows)),
    )  # fmt: skip
    built: dict[str, object] = msgspec.to_builtins(told)
    return built
