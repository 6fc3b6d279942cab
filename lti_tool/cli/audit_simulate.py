"""`jampel audit simulate`: made-up people and a year of their records, to try reports on and to measure."""

from collections.abc import Callable
from pathlib import Path

import click

from lti_tool.cli.audit_nation import FOLDER, simulate_nation
from lti_tool.cli.audit_report import YEAR
from lti_tool.cli.progress import counted
from lti_tool.console import N_, Command, late_settings_option, option, say, words
from lti_tool.services import open_services
from lti_tool.settings import Settings
from lti_tool.simulation import simulate

MOST = 100_000  # more people than a province has


@click.command(
    "simulate",
    cls=Command,
    help=N_(
        "Isi folder data percobaan dengan pegawai dan catatan belajar buatan, lewat perekam dan LRS; atau, dengan "
        "--ledger-only, tulis buku kredit rekaan sebagai berkas Parquet untuk mengukur kecepatan.\n\n"
        "Contoh: jampel --data coba audit simulate --asn 2300 --year 2026"
    ),
)
@option("--asn", type=click.IntRange(1, 10_000_000), required=True, metavar="N", help=N_("Jumlah pegawai buatan."))
@option("--ledger-only", "folder", type=FOLDER, metavar="DIR", help=N_("Hanya tulis Parquet ke folder ini."))
@option("--year", type=YEAR, metavar="TAHUN", help=N_("Tahun (bawaan: tahun berjalan)."))
@late_settings_option
def simulate_records(settings: Callable[[], Settings], asn: int, folder: Path | None, year: int | None) -> None:
    """The same call again adds nothing; with --ledger-only no data folder is opened."""
    if folder is not None:
        simulate_nation(asn, folder, year)
        return
    if asn > MOST:
        raise click.UsageError(words("Lebih dari %(most)s pegawai hanya dengan --ledger-only.", most=MOST))
    with open_services(settings()) as services, counted(N_("Membuat catatan …")) as begin:
        chosen = year or services.today.year
        new = simulate(services, asn, chosen, begin(asn))
    say("%(asn)s pegawai buatan, %(new)s catatan baru untuk tahun %(year)s.", asn=asn, new=new, year=chosen)
