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
from lti_tool.console import FINDINGS, N_, Command, option, print_json, say, words, working
from xapi.audit.report_formats import safe
from xapi.clock import system_clock

if TYPE_CHECKING:
    from xapi.audit.engines.engine import FileEngine
    from xapi.audit.engines.manifest import ParquetPlace

COLUMNS = (
    "institution", "employees", "met", "unmet", "share_met", "average", "credits", "raw_jp", "converted", "capped",
    "accepted", "pending",
)  # fmt: skip
SHARED = ("institution", "person", "statement_id", "day", "other_institution", "other_id", "amount", "mark")
FOLDER = click.Path(file_okay=False, path_type=Path)
Opener = Callable[[Sequence[str]], "FileEngine"]


@click.command(
    "nation",
    cls=Command,
    help=N_(
        "Rekap JP banyak instansi sekaligus dari folder ekspor, satu baris per instansi (JP dalam perseratus).\n\n"
        "Contoh: jampel audit nation /srv/audit/parquet --year 2026 -o instansi.csv\n\n"
        "Temuan lintas instansi: jampel audit nation /srv/audit/parquet --year 2026 --anomalies -o temuan.csv"
    ),
)
@click.argument("folder", metavar="DIR", type=FOLDER)
@year_option
@option("--anomalies", is_flag=True, help=N_("Nomor sertifikat yang dipakai di beberapa instansi, bukan rekap JP."))
@option("--engine", type=click.Choice(("duckdb", "spark")), default="duckdb", help=N_("Mesin hitung."))
@option("--spark-master", metavar="URL", default=LOCAL, help=N_("Master Spark, misalnya spark://host:7077."))
@option("--format", "form", type=click.Choice(("csv", "json")), default="csv", help=N_("Format keluaran."))
@output_option
@click.pass_context
def show_nation(
    ctx: click.Context,
    folder: Path,
    *,
    year: int | None,
    anomalies: bool,
    engine: str,
    spark_master: str,
    form: str,
    output: Path | None,
) -> None:
    """With `anomalies` exit 1 when there is something to look at."""
    from xapi.audit.engines.manifest import ParquetPlace

    place, chosen = ParquetPlace(folder), year or system_clock().year
    with _opener(place, chosen, engine, spark_master, any_rules=anomalies) as opened:
        rows = (_shared if anomalies else _sums)(place, chosen, opened)
    _write(rows, SHARED if anomalies else COLUMNS, form, output)
    if not place.institutions(chosen):
        say("Tidak ada ekspor untuk tahun %(year)s di %(folder)s.", year=chosen, folder=folder)
    if anomalies and rows:
        ctx.exit(FINDINGS)


def _sums(place: "ParquetPlace", year: int, opened: Opener) -> list[dict[str, object]]:
    """Institutions are reckoned in batches; a bar shows how many credits are done."""
    from xapi.audit.engines.nation import batches, institution_sums

    groups = list(batches(place, year))
    rows: list[dict[str, object]] = []
    with counted(N_("Menghitung kredit …")) as begin:
        tick = begin(sum(place.rows("credit", one, year) for group in groups for one in group))
        for group, found in zip(groups, institution_sums(place, year, opened), strict=True):
            rows += found
            tick(sum(place.rows("credit", one, year) for one in group))
    return rows


def _shared(place: "ParquetPlace", year: int, opened: Opener) -> list[dict[str, object]]:
    from xapi.audit.engines.nation import shared_certificates

    with working(N_("Membandingkan nomor sertifikat …")):
        return shared_certificates(place, year, opened)


@contextmanager
def _opener(place: "ParquetPlace", year: int, engine: str, master: str, *, any_rules: bool) -> Iterator[Opener]:
    with ExitStack() as stack:
        if engine == "duckdb":
            from xapi.audit.engines.duck import DuckDbEngine

            spill = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jampel-audit-")))
            yield lambda institutions: DuckDbEngine(place, year, institutions, spill=spill, any_rules=any_rules)
            return
        from xapi.audit.engines.spark import SparkEngine, open_spark

        session = open_spark(master)
        stack.callback(session.stop)
        yield lambda institutions: SparkEngine(session, place, year, institutions, any_rules=any_rules)


def _write(rows: Sequence[dict[str, object]], columns: Sequence[str], form: str, output: Path | None) -> None:
    if form == "json" and output is None:
        print_json(list(rows))
        return
    buffer = io.StringIO(newline="")
    if form == "json":
        import json

        buffer.write(json.dumps(list(rows), indent=2) + "\n")
    else:
        writer = csv.DictWriter(buffer, columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(
            {key: safe(cell) if isinstance(cell, str) else cell for key, cell in row.items()} for row in rows
        )
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
