"""`jampel people import`: the employees of the institution."""

from pathlib import Path

import click

from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import (
    N_,
    Group,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    working,
)
from lti_tool.services import open_services
from lti_tool.settings import Settings
from xapi.people.roster import import_roster, read_roster


@click.group(cls=Group, help=N_("Pegawai: NIP, nama, OPD, status, jabatan."))
def people() -> None:
    """Employees."""


@people.command(
    "import",
    help=N_(
        "Masukkan pegawai dari CSV atau XLSX; berkas dengan baris salah tidak mengubah apa pun.\n\n"
        "Contoh: jampel people import pegawai.xlsx"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--skip-bad", is_flag=True, help=N_("Masukkan baris yang benar, lewati yang salah."))
@json_option
@settings_option
def import_file(settings: Settings, file: Path, skip_bad: bool, as_json: bool) -> None:
    """Adds and renews employees; refused rows are listed with row, column and reason; exit 1 when there are any."""
    with open_services(settings) as services, working(N_("Membaca daftar pegawai …")):
        report = import_roster(
            services.people, read_roster(file), services.clock(), skip_bad=skip_bad, zone=services.zone
        )
    refused = refused_cells(report.refused)
    if as_json:
        numbers = {name: getattr(report, name) for name in ("added", "changed", "unchanged")}
        print_json(numbers | {"refused": refused})
    say(
        "%(added)s pegawai baru, %(changed)s berubah, %(unchanged)s tetap.",
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
    )
    end_with_refused(refused, file.name)
