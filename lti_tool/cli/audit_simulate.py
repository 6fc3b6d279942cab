"""`jampel audit simulate`: made-up people and a year of their records, to try reports on and to measure."""

from pathlib import Path

import click

from lti_tool.cli.installation import open_or_begin
from lti_tool.cli.progress import counted
from lti_tool.console import N_, Command, option, say, settings_option, words
from lti_tool.settings import Settings
from lti_tool.simulation import simulate

MOST = 100_000  # more people than a province has; beyond, measure on the ledger alone


@click.command(
    "simulate",
    cls=Command,
    help=N_(
        "Isi folder data percobaan dengan pegawai dan catatan belajar buatan, lewat perekam dan LRS.\n\n"
        "Contoh: jampel --data coba audit simulate --asn 2300 --year 2026\n\n"
        "Tanpa catatan, hanya buku kredit banyak instansi: jampel audit simulate --asn 4000000 --ledger-only DIR"
    ),
)
@option("--asn", type=click.IntRange(1, 10_000_000), required=True, metavar="JUMLAH", help=N_("Jumlah pegawai buatan."))
@option("--year", type=click.IntRange(2000, 2999), metavar="TAHUN", help=N_("Tahun (bawaan: tahun berjalan)."))
@option(
    "--ledger-only",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Tulis buku kredit saja, sebagai Parquet, ke folder kosong ini."),
)
@settings_option
def simulate_records(settings: Settings, asn: int, year: int | None, folder: Path | None) -> None:
    """The same call again adds nothing."""
    if folder is not None:
        from lti_tool.cli.audit_nation import write_nation

        write_nation(asn, folder, year)
        return
    if asn > MOST:
        raise click.UsageError(words("Lebih dari %(most)s pegawai hanya dengan --ledger-only.", most=MOST))
    with open_or_begin(settings) as services, counted(N_("Membuat catatan …")) as begin:
        chosen = year or services.today.year
        new = simulate(services, asn, chosen, begin(asn))
    say("%(asn)s pegawai buatan, %(new)s catatan baru untuk tahun %(year)s.", asn=asn, new=new, year=chosen)
