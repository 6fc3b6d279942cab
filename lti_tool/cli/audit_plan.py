"""`jampel audit plan import`: the JP that people plan for a year, to compare with what they reach."""

from pathlib import Path

import click

from lti_tool.cli.audit_report import year_option
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Group, json_option, print_json, say, settings_option, working
from lti_tool.settings import Settings
from xapi.audit.plan import import_plan, read_plan


@click.group(cls=Group, help=N_("Rencana JP pegawai untuk setahun."))
def plan() -> None:
    """Plans."""


@plan.command(
    "import",
    help=N_(
        "Masukkan rencana JP dari CSV atau XLSX (kolom NIP dan Rencana JP); satu sel salah tidak mengubah apa pun.\n\n"
        "Contoh: jampel audit plan import rencana.xlsx --year 2026"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@year_option
@json_option
@settings_option
def import_file(settings: Settings, file: Path, year: int | None, as_json: bool) -> None:
    """Sets plans; refused cells are listed with row, column and reason; exit 1 when there are any."""
    with open_existing(settings) as services, working(N_("Membaca rencana …")):
        done = import_plan(services.ledger.plans, services.people, read_plan(file), year or services.today.year)
    refused = refused_cells(done.refused)
    numbers = {name: getattr(done, name) for name in ("added", "changed", "unchanged")}
    if as_json:
        print_json(numbers | {"refused": refused})
    say("%(added)s rencana baru, %(changed)s berubah, %(unchanged)s tetap.", **numbers)
    end_with_refused(refused, file.name)
