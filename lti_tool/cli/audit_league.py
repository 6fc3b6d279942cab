"""`jampel audit league`: the institutions of this installation side by side, as for an award of a province."""

import sys
from pathlib import Path

import click

from lti_tool.cli.audit_report import (
    bring_up_to_date,
    format_option,
    output_option,
    wanted_form,
    write_made,
    year_option,
)
from lti_tool.console import FINDINGS, N_, Command, say, settings_option
from lti_tool.services import open_services
from lti_tool.settings import Settings
from xapi.audit.league import UNRANKED


@click.command(
    "league",
    cls=Command,
    help=N_(
        "Peringkat instansi dalam pemasangan ini, dengan tabel aturan yang sama.\n\n"
        "Contoh: jampel audit league --year 2026 -o peringkat.pdf"
    ),
)
@year_option
@format_option
@output_option
@settings_option
def show_league(settings: Settings, year: int | None, form: str | None, output: Path | None) -> None:
    """Ranks the institutions as last counted; exit 1 when one was counted by other rules and has no rank."""
    wanted = wanted_form(form, output)
    with open_services(settings) as services:
        bring_up_to_date(services)
        made = services.league(year or services.today.year)
        write_made(services, made, wanted, output)
    if output is not None:
        say("%(file)s ditulis.", file=output)
    if any(row["rank"] == UNRANKED for row in made.rows):
        say("Ada instansi tanpa peringkat: belum dihitung, atau dihitung dengan tabel aturan lain.")
        sys.exit(FINDINGS)
