"""`--engine`: which engine reckons a report, and `jampel audit export-parquet`, which gives it the ledger as files."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lti_tool.cli.installation import open_existing
from lti_tool.cli.progress import counted
from lti_tool.cli.times import time_in
from lti_tool.console import N_, Command, option, say, settings_option, words, working
from lti_tool.services import Services
from lti_tool.settings import Settings
from xapi.audit.seal.exports import Witness
from xapi.audit.store.ledger import Ledger

if TYPE_CHECKING:
    from xapi.audit.engines.engine import FileEngine
    from xapi.audit.engines.manifest import ParquetPlace

ENGINES = ("sqlite", "duckdb", "spark")
LOCAL = "local[*]"
OPTIONS = (
    option(
        "--engine",
        type=click.Choice(ENGINES),
        default="sqlite",
        help=N_("Mesin hitung: sqlite memakai buku kredit itu sendiri, juga di PostgreSQL (bawaan); duckdb; spark."),
    ),
    option(
        "--parquet",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        help=N_("Ekspor Parquet yang dibaca duckdb atau spark (bawaan: ekspor sementara)."),
    ),
    option("--spark-master", metavar="URL", default=LOCAL, help=N_("Master Spark, misalnya spark://host:7077.")),
)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose an engine: the command gets `engine`, `parquet` and `spark_master`."""
    for one in reversed(OPTIONS):
        command = one(command)
    return command


@contextmanager
def ledger_on(
    services: Services, year: int, *, engine: str, parquet: Path | None, spark_master: str, sealed: bool = False
) -> Iterator[Ledger]:
    """The ledger of `services` with the chosen engine behind it, for as long as the block lasts.

    An export that is made for now says what a seal needs when what is reckoned is to be `sealed`.
    """
    if engine == "sqlite":
        if parquet is not None:
            raise click.UsageError(words("--parquet dibaca oleh --engine duckdb atau spark."))
        yield services.ledger
        return
    if parquet is None and engine == "spark" and not spark_master.startswith("local"):
        raise click.UsageError(
            words("Gugus Spark membaca ekspor yang terlihat oleh semua mesinnya: sebutkan --parquet.")
        )
    if engine == "spark":
        from xapi.audit.engines.spark import require_spark

        require_spark()
    from xapi.audit.engines.ledger import EngineLedger
    from xapi.audit.engines.manifest import ParquetPlace

    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="audit-", dir=services.settings.data)))
        place = ParquetPlace(parquet or _export_for_now(services, scratch, sealed=sealed))
        _tell_age(services, place)
        with working(N_("Menghitung …")):
            chosen = stack.enter_context(_opened(place, year, services, scratch, engine, spark_master))
            yield EngineLedger(services.ledger, chosen)


@contextmanager
def _opened(
    place: "ParquetPlace", year: int, services: Services, scratch: Path, engine: str, master: str
) -> Iterator["FileEngine"]:
    institutions = [services.institution.id]
    if engine == "duckdb":
        from xapi.audit.engines.duck import DuckDbEngine

        with DuckDbEngine(place, year, institutions, spill=scratch / "spill") as duck:
            yield duck
        return
    from xapi.audit.engines.spark import SparkEngine, open_spark

    session = open_spark(master)
    try:
        with SparkEngine(session, place, year, institutions) as spark:
            yield spark
    finally:
        session.stop()


def _export_for_now(services: Services, scratch: Path, *, sealed: bool) -> Path:
    from xapi.audit.engines.export import export_parquet

    target, witness = scratch / "parquet", Witness(services.ledger, services.statements) if sealed else None
    with working(N_("Mengekspor buku kredit …")):
        export_parquet(services.ledger, target, made_at=services.clock(), name=services.ids().hex, witness=witness)
    return target


def _tell_age(services: Services, place: "ParquetPlace") -> None:
    """An export that is older than the ledger gives older figures, and that is said."""
    share = place.manifest.institutions.get(services.institution.id)
    if share is not None and share.seq < services.ledger.cursor():
        say(
            "Ekspor ini dibuat %(made_at)s; pernyataan sesudahnya tidak terhitung.",
            made_at=time_in(share.made_at, services.zone),
        )


@click.command(
    "export-parquet",
    cls=Command,
    help=N_(
        "Tulis buku kredit sebagai berkas Parquet per tahun dan instansi, untuk DuckDB dan gugus Spark.\n\n"
        "Contoh: jampel audit export-parquet /srv/audit/parquet"
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@option("--without-seal", is_flag=True, help=N_("Lebih cepat; laporan dari ekspor ini tidak dapat disegel."))
@settings_option
def export_ledger(settings: Settings, folder: Path, *, without_seal: bool) -> None:
    """The export counts only when it is whole; until then the last one stays as it was."""
    from xapi.audit.engines.export import export_parquet

    with open_existing(settings) as services:
        with working(N_("Membaca pernyataan baru …")):
            services.bring_ledger_up_to_date()
        with counted(N_("Menulis baris …")) as begin:
            done = export_parquet(
                services.ledger,
                folder,
                made_at=services.clock(),
                name=services.ids().hex,
                begin=begin,
                witness=None if without_seal else Witness(services.ledger, services.statements),
            )
    say(
        "%(credits)s kredit dan %(employees)s pegawai ditulis ke %(folder)s (%(files)s berkas, %(megabytes)s MB).",
        credits=done.credits,
        employees=done.employees,
        folder=folder,
        files=done.files,
        megabytes=-(-done.bytes // 1_000_000),
    )
