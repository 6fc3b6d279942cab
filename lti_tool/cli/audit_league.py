"""`jampel audit league`: the institutions of this installation side by side, as for an award of a province."""

import sys
from pathlib import Path
from typing import cast

import click

from lti_tool.cli.audit_report import (
    bring_up_to_date,
    format_option,
    output_option,
    wanted_form,
    write_made,
    year_option,
)
from lti_tool.cli.installation import open_existing
from lti_tool.cli.sealed_file import has_place_for_seal, write_sealed
from lti_tool.console import FINDINGS, N_, Command, say, settings_option, working
from lti_tool.sealing import SealDesk
from lti_tool.settings import Settings
from xapi.audit.league import UNRANKED
from xapi.audit.report import Report


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
    """Ranks the institutions, sealed where there is a place for it; exit 1 when one was counted by other rules."""
    wanted = wanted_form(form, output)
    with open_existing(settings) as services:
        bring_up_to_date(services)
        desk = SealDesk(services)
        with working(N_("Membandingkan instansi …")):
            draft = desk.league(year or services.today.year)
        made = cast(Report, draft.value)
        if has_place_for_seal(wanted, output):
            write_sealed(desk, draft, wanted, output)
        else:
            write_made(services, made, wanted, output)
    if output is not None:
        say("%(file)s ditulis.", file=output)
    if any(row["rank"] == UNRANKED for row in made.rows):
        say("Ada instansi tanpa peringkat: belum dihitung, atau dihitung dengan tabel aturan lain.")
        sys.exit(FINDINGS)
