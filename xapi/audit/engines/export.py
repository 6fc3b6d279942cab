"""Writes the ledger of one institution as Parquet files, by year and institution, for DuckDB and for a cluster.

The rows of a name go through a file of JSON lines into DuckDB, which sorts and packs them; no more memory is needed
than it is given.

Nothing counts before the manifest names it, so a failure at any moment leaves the last export as it was.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from xapi.audit.engines.duck import connect, sql_type
from xapi.audit.engines.layout import LASTING, SORTED_BY, YEARLY, columns_of
from xapi.audit.engines.manifest import Parameters, Part, Share, exclusive, is_id, replace_shares
from xapi.audit.seal.exports import Witness
from xapi.audit.store.engine import SqlEngine
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError

Begin = Callable[[int], Callable[[int], object]]
RULES = ("form_rule", "target_rule")


class Exported(msgspec.Struct, frozen=True):
    """What an export wrote: credits and rows of rosters, files, bytes, years."""

    credits: int
    employees: int
    files: int
    bytes: int
    years: tuple[int, ...]


def export_parquet(
    ledger: Ledger,
    folder: Path,
    *,
    made_at: datetime,
    name: str,
    begin: Begin = lambda _rows: lambda _done: None,
    witness: Witness | None = None,
) -> Exported:
    """Replaces the institution's part of the export in `folder` by the ledger as it is now.

    `name` (32 hex) is new for each export and stands in the names of its files. `begin` hears how many rows there are,
    and what it gives hears of each bit done. With a `witness`, reports that are reckoned from the export can be sealed.
    Raises AuditError when the ledger was never projected, DuckDB is not
    installed, or another export into the folder is under way.
    """
    if not is_id(ledger.institution) or not is_id(name):
        raise AuditError("audit.parquet_damaged", "ids of exports are 32 hex digits", folder=folder)
    rules = ledger.rules()
    with exclusive(folder), _scratch(folder, name) as scratch, ledger.snapshot() as source:
        years = sorted({*ledger.years(), *ledger.roster_years()})
        writer = _Writer(source, folder, scratch, ledger.institution, name)
        writer.write_all(years, begin)
        share = Share(
            made_at=made_at.isoformat(),
            seq=source.cursor(),
            rules=writer.rules.hexdigest(),
            years={
                year: Parameters(settings.minutes_per_jp, settings.bulk_threshold)
                for year in years
                for settings in [rules.of_year(year).settings]
            },
            parts=writer.publish(),
            sealed={} if witness is None else {year: witness.of_year(source, year) for year in years},
        )
        replace_shares(folder, {ledger.institution: share})
    return Exported(
        credits=sum(part.rows for part in share.parts if part.name == "credit"),
        employees=sum(part.rows for part in share.parts if part.name == "employee"),
        files=len(share.parts),
        bytes=sum(part.bytes for part in share.parts),
        years=tuple(years),
    )


class _Writer:
    """Writes into `scratch`, and moves everything to its place at the end."""

    def __init__(self, source: SqlEngine, folder: Path, scratch: Path, institution: str, name: str) -> None:
        self._source, self._folder, self._scratch = source, folder, scratch
        self._institution, self._name = institution, name
        self._duck = connect(scratch / "spill", database=scratch / "rows.duckdb")
        self._parts: list[Part] = []
        self.rules = hashlib.sha256()

    def write_all(self, years: Sequence[int], begin: Begin) -> None:
        """All names of the export, those of a year once a year."""
        wanted = [*((name, year) for year in years for name in YEARLY), *((name, None) for name in LASTING)]
        tick = begin(sum(self._source.count(name, year) for name, year in wanted if year is not None))
        for name, year in wanted:
            for rows in self._write(name, year):
                tick(rows if year is not None else 0)
        self._duck.close()

    def publish(self) -> list[Part]:
        """Moves the files to their places and returns them."""
        for part in self._parts:
            place = self._folder / part.path
            place.parent.mkdir(parents=True, exist_ok=True)
            (self._scratch / place.name).replace(place.with_name(self._name + ".parquet"))
        return [
            msgspec.structs.replace(part, path=str(Path(part.path).with_name(self._name + ".parquet")))
            for part in self._parts
        ]

    def _write(self, name: str, year: int | None) -> Iterator[int]:
        columns = columns_of(name)
        typed = ", ".join(f"{column} {sql_type(column)}" for column in columns)
        self._duck.execute(f"CREATE OR REPLACE TABLE part ({typed})")
        lines = self._scratch / "rows.json"
        for chunk in self._source.export(name, year):
            encoded = msgspec.json.Encoder().encode_lines([dict(zip(columns, row, strict=True)) for row in chunk])
            if name in RULES:
                self.rules.update(encoded)
            lines.write_bytes(encoded)
            self._duck.execute(
                "INSERT INTO part SELECT * FROM read_json($1, format = 'newline_delimited', columns = $2)",
                [str(lines), {column: sql_type(column) for column in columns}],
            )
            yield len(chunk)
        self._pack(name, year)

    def _pack(self, name: str, year: int | None) -> None:
        """The rows of `part`, sorted, as one Parquet file, with year and institution in every row as in the path."""
        file = self._scratch / f"{name}-{year or 0}.parquet"
        order = f" ORDER BY {SORTED_BY[name]}" if name in SORTED_BY else ""
        at = str(file).replace("'", "''")
        self._duck.execute(
            f"COPY (SELECT *, '{self._institution}' AS institution FROM part{order}) TO '{at}'"
            " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
        (rows,) = self._duck.execute("SELECT COUNT(*) FROM part").fetchall()[0]
        place = f"{name}/" + ("" if year is None else f"year={year}/") + f"institution={self._institution}/{file.name}"
        self._parts.append(Part(name, year or 0, place, rows, file.stat().st_size))


@contextmanager
def _scratch(folder: Path, name: str) -> Iterator[Path]:
    """A folder for what is not finished, on the same disk; what a killed export left there is swept away."""
    for left in folder.glob(".part-*"):
        shutil.rmtree(left, ignore_errors=True)
    scratch = folder / f".part-{name}"
    scratch.mkdir()
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
