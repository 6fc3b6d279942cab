"""`jampel lti export|import`: all platforms with their deployments as a file, without secrets."""

from pathlib import Path

import click

from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option, words
from lti_tool.registration.transfer import csv_file, entries_of, json_file, read_entries, read_rows
from lti_tool.services import Services
from lti_tool.settings import Settings

FORMATS = click.Choice(("json", "csv"))


@click.command(
    "export",
    cls=Command,
    help=N_(
        "Tulis semua platform dan deployment-nya, tanpa rahasia.\n\n"
        "Contoh: jampel lti export --format csv -o platform.csv"
    ),
)
@option("--format", "form", type=FORMATS, default="json", show_default=True, help=N_("Format berkas."))
@option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help=N_("Berkas tujuan (bawaan: stdout)."))
@settings_option
def export(settings: Settings, form: str, output: Path | None) -> None:
    """The file is read back by `jampel lti import`, here or elsewhere."""
    with open_existing(settings) as services:
        entries = entries_of(services.lti.platforms.list(), services.lti.deployments.list())
    text = json_file(entries) + "\n" if form == "json" else csv_file(entries)
    if output is None:
        click.echo(text, nl=False)
        return
    # a spreadsheet takes a CSV without a byte order mark for something older than UTF-8
    output.write_text(text, encoding="utf-8-sig" if form == "csv" else "utf-8", newline="")
    say("%(n)s platform ditulis ke %(file)s.", n=len(entries), file=output.name)


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Masukkan platform dari JSON, CSV, atau XLSX; berkas dengan baris salah tidak mengubah apa pun.\n\n"
        "Contoh: jampel lti import platform.csv"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--skip-bad", is_flag=True, help=N_("Masukkan baris yang benar, lewati yang salah."))
@json_option
@settings_option
def import_file(settings: Settings, file: Path, skip_bad: bool, as_json: bool) -> None:
    """Adds platforms and changes those that are there; a second time nothing changes. Exit 1 when rows are refused."""
    with open_or_begin(settings) as services:
        entries, bad = read_entries(read_rows(file), _profiles(services))
        good = entries if skip_bad or not bad else []
        ids = (services.ids().hex for _entry in good)
        changes = services.lti.registrations.bring_in(good, ids, services.clock()) if good else []
    refused = refused_cells(bad)
    rows = [
        {"name": entry.platform.name, "client_id": entry.platform.client_id, "result": change}
        for entry, change in zip(good, changes, strict=True)
    ]
    if as_json:
        print_json({"platforms": rows, "refused": refused})
    told = {"added": words("baru"), "changed": words("berubah"), "unchanged": words("tetap")}
    for row in rows if not as_json else ():
        click.echo(f"{told[row['result']]}\t{row['name']}\t{row['client_id']}")
    say(
        "%(added)s platform baru, %(changed)s berubah, %(unchanged)s tetap.",
        **{name: changes.count(name) for name in ("added", "changed", "unchanged")},
    )
    end_with_refused(refused, file.name)


def _profiles(services: Services) -> list[str]:
    """The names of the behaviours that adapters offer."""
    names = services.adapters.names()
    return [name for name in names if services.adapters.get(name).launch_profile is not None]


COMMANDS = (export, import_file)
