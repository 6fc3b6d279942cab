"""The files of ASN Sinau Bareng: trainings in, the figures of a region out, and those of all side by side."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.bangkom_files import BangkomExchange
from adapters.errors import AdapterError
from adapters.remote import Connection
from adapters.sinau_bareng.comparison import compared
from adapters.sinau_bareng.figures import Figures, spread_of
from adapters.sinau_bareng.reading import json_of, read_figures
from adapters.sinau_bareng.regions import REGIONS, region_of
from adapters.sinau_bareng.settings import choices_of, rules_of
from adapters.yearly import Comparison, FileColumn, FileTable, YearBook, YearFile
from xapi.sheet_rows import RefusedCell

_COLUMNS = (
    FileColumn("region", "Kabupaten/Kota"), FileColumn("code", "Kode"), FileColumn("year", "Tahun", "count"),
    FileColumn("version", "Versi aturan"), FileColumn("rules", "Sidik aturan"), FileColumn("status", "Status"),
    FileColumn("jp", "JP", "jp"), FileColumn("people", "Pegawai", "count"),
)  # fmt: skip


class SinauExchange(BangkomExchange):
    """Reads trainings (`Exchange`), writes the figures of a year (`YearWriter`), compares regions (`YearReader`)."""

    def year_file(self, book: YearBook, connection: Connection) -> YearFile:
        """As in `YearWriter`: figures without names. Raises AdapterError `sinau.no_region` when neither the
        setting `region` nor the name of the institution is a kabupaten or kota of Jawa Tengah."""
        region = _own_region(connection.options.get("region", "") or book.institution)
        figures = Figures(
            region=region, year=book.year, version=book.rules_version, rules=book.rules_hash, spread=spread_of(book),
            file="",
        )  # fmt: skip
        return file_of(figures)

    def compare(self, paths: Sequence[Path], year: int, connection: Connection) -> Comparison:
        """As in `YearReader`; raises AdapterError `sinau.setting`."""
        rules, choices = rules_of(connection), choices_of(connection)
        refused: list[RefusedCell] = []
        found = [one for path in paths for one in read_figures(path, rules.of_year(year), refused)]
        return compared(found, year, rules, choices, refused)


def file_of(figures: Figures) -> YearFile:
    """`figures` as a region sends them: a flat table, or JSON; without anybody's name."""
    table = FileTable("Capaian", _COLUMNS, list(_rows(figures)))
    return YearFile(tables=(table,), value=json_of(figures, REGIONS[figures.region]), personal=False)


def _own_region(name: str) -> str:
    try:
        return region_of(name)
    except AdapterError as error:
        raise AdapterError("sinau.no_region", "no region of its own", **error.params) from None


def _rows(figures: Figures) -> Iterator[dict[str, object]]:
    for (status, jp), people in sorted(figures.spread.items()):
        yield {
            "region": REGIONS[figures.region], "code": figures.region, "year": figures.year,
            "version": figures.version, "rules": figures.rules, "status": status, "jp": jp, "people": people,
        }  # fmt: skip
