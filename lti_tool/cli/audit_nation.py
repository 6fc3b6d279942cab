"""`jampel audit nation`, and what `simulate --ledger-only` writes: many institutions in Parquet files.

Neither opens the data folder: a ministry reckons what institutions exported, on another machine.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_tool.cli.audit_engine import LOCAL
from lti_tool.cli.audit_report import output_option, year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.progress import counted
from lti_tool.console import N_, Command, option, print_json, say, words
from xapi.clock import system_clock

if TYPE_CHECKING:
    from xapi.audit.engines.engine import FileEngine
    from xapi.audit.engines.manifest import ParquetPlace

COLUMNS = (
    "institution", "employees", "met", "unmet", "share_met", "average", "credits", "raw_jp", "converted", "capped",
    "accepted", "pending",
)  # fmt: skip
FOLDER = click.Path(file_okay=False, path_type=Path)
Opener = Callable[[Sequence[str]], "FileEngine"]


@click.command(
    "nation",
    cls=Command,
    help=N_(
        "Rekap JP banyak instansi sekaligus dari folder ekspor, satu baris per instansi (JP dalam perseratus).\n\n"
        "Contoh: jampel audit nation /srv/audit/parquet --year 2026 -o instansi.csv"
    ),
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@year_option
@option("--engine", type=click.Choice(("duckdb", "spark")), default="duckdb", help=N_("Mesin hitung."))
@option("--spark-master", metavar="URL", default=LOCAL, help=N_("Master Spark, misalnya spark://host:7077."))
@option("--format", "form", type=click.Choice(("csv", "json")), default="csv", help=N_("Bentuk keluaran."))
@output_option
def show_nation(folder: Path, year: int | None, engine: str, spark_master: str, form: str, output: Path | None) -> None:
    """Institutions are reckoned in batches; a bar shows how many credits are done."""
    from xapi.audit.engines.manifest import ParquetPlace
    from xapi.audit.engines.nation import batches, institution_sums

    place, chosen = ParquetPlace(folder), year or system_clock().year
    groups = list(batches(place, chosen))
    total = sum(place.rows("credit", one, chosen) for group in groups for one in group)
    rows: list[dict[str, object]] = []
    with counted(N_("Menghitung kredit …")) as begin, _opener(place, chosen, engine, spark_master) as opened:
        tick = begin(total)
        for group, found in zip(groups, institution_sums(place, chosen, opened), strict=True):
            rows += found
            tick(sum(place.rows("credit", one, chosen) for one in group))
    _write(rows, form, output)
    if not rows:
        say("Tidak ada ekspor untuk tahun %(year)s di %(folder)s.", year=chosen, folder=folder)


@contextmanager
def _opener(place: "ParquetPlace", year: int, engine: str, master: str) -> Iterator[Opener]:
    with ExitStack() as stack:
        if engine == "duckdb":
            from xapi.audit.engines.duck import DuckDbEngine

            spill = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jampel-audit-")))
            yield lambda institutions: DuckDbEngine(place, year, institutions, spill=spill)
            return
        from xapi.audit.engines.spark import SparkEngine, open_spark

        session = open_spark(master)
        stack.callback(session.stop)
        yield lambda institutions: SparkEngine(session, place, year, institutions)


def _write(rows: Sequence[dict[str, object]], form: str, output: Path | None) -> None:
    if form == "json" and output is None:
        print_json(list(rows))
        return
    buffer = io.StringIO(newline="")
    if form == "json":
        import json

        buffer.write(json.dumps(list(rows), indent=2) + "\n")
    else:
        writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    if output is None:
        click.echo(buffer.getvalue(), nl=False)
        return
    with finished_file(output) as file:
        file.write(buffer.getvalue().encode())
    say("%(file)s ditulis.", file=output)
    say("Tidak disegel: LRS instansi-instansi itu tidak ada di sini. Minta laporan bersegel dari masing-masing.")


def write_nation(asn: int, folder: Path, year: int | None) -> None:
    """Writes a made-up nation. Nothing in it is anybody's: persons are digests of numbers, there is no statement."""
    from xapi.audit.engines.made_up import make_up_nation
    from xapi.audit.rules import load_rules

    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(
            words("%(folder)s tidak kosong: data rekaan tidak dicampur dengan ekspor.", folder=folder)
        )
    chosen = year or system_clock().year
    with counted(N_("Menulis pegawai …")) as begin:
        made = make_up_nation(folder, asn, chosen, rules=load_rules(), made_at=system_clock(), begin=begin)
    say("%(credits)s kredit rekaan dari %(asn)s pegawai ditulis ke %(folder)s.", credits=made, asn=asn, folder=folder)
