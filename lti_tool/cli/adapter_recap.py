"""`jampel adapter recap`: what an institution hands on of a year, as a file that the other system can load."""

from pathlib import Path

import click

from adapters.registry import load_adapters
from adapters.yearly import YearWriter
from lti_tool.cli.adapter_pull import connection_option
from lti_tool.cli.audit_report import bring_up_to_date, year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.console import N_, Command, option, say, settings_option
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from lti_tool.systems.connections import connection_of
from lti_tool.systems.year_books import year_book
from lti_tool.systems.year_files import check_kind, write_tables


@click.command(
    "recap",
    cls=Command,
    help=N_(
        "Tulis capaian setahun sebagai berkas bagi sistem lain: kredit per orang dan perangkat daerah (sipetis), atau "
        "angka kabupaten/kota tanpa nama (sinau_bareng). Dijalankan lagi, isinya sama bila datanya sama.\n\n"
        "Contoh: jampel adapter recap sipetis --year 2026 -o rekap-2026.xlsx"
    ),
)
@click.argument("system")
@year_option
@connection_option
@option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE",
    help=N_("Tulis ke berkas JSON, XLSX, atau CSV."),
)  # fmt: skip
@settings_option
def recap(settings: Settings, system: str, year: int | None, name: str | None, output: Path) -> None:
    """The file is whole or not there; one that names people can be read by its owner alone."""
    found = load_adapters().get(system)
    writer = found.exchange
    if not isinstance(writer, YearWriter):
        raise ToolError("adapter.no_recap", system, system=system)
    check_kind(output)
    with open_existing(settings) as services:
        bring_up_to_date(services)
        book = year_book(services, year or services.today.year)
        made = writer.year_file(book, connection_of(services, found, name))
    with finished_file(output) as file:
        if made.personal:
            output.with_name(Path(file.name).name).chmod(0o600)
        write_tables(file, output.suffix, made.tables, made.value)
    say("%(people)s pegawai, tahun %(year)s, ditulis ke %(file)s.", people=len(book.people), year=book.year,
        file=output)  # fmt: skip
