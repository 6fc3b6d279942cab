"""`jampel audit simulate`: made-up people and a year of their records, to try reports on and to measure."""

import click

from lti_tool.cli.progress import counted
from lti_tool.console import N_, Command, option, say, settings_option
from lti_tool.services import open_services
from lti_tool.settings import Settings
from lti_tool.simulation import simulate

MOST = 100_000  # more people than a province has; beyond, measure on the ledger alone


@click.command(
    "simulate",
    cls=Command,
    help=N_(
        "Isi folder data percobaan dengan pegawai dan catatan belajar buatan, lewat perekam dan LRS.\n\n"
        "Contoh: jampel --data coba audit simulate --asn 2300 --year 2026"
    ),
)
@option("--asn", type=click.IntRange(1, MOST), required=True, metavar="JUMLAH", help=N_("Jumlah pegawai buatan."))
@option("--year", type=click.IntRange(2000, 2999), metavar="TAHUN", help=N_("Tahun (bawaan: tahun berjalan)."))
@settings_option
def simulate_records(settings: Settings, asn: int, year: int | None) -> None:
    """The same call again adds nothing."""
    with open_services(settings) as services, counted(N_("Membuat catatan …")) as begin:
        chosen = year or services.today.year
        new = simulate(services, asn, chosen, begin(asn))
    say("%(asn)s pegawai buatan, %(new)s catatan baru untuk tahun %(year)s.", asn=asn, new=new, year=chosen)
