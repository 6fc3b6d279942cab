"""`jampel modul publish|list`: the library of an installation."""

from pathlib import Path

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.output import show_table
from lti_tool.cli.pack import EXISTING_FOLDER, faults_listed, print_findings
from lti_tool.cli.reading import reading
from lti_tool.console import N_, Command, decimal, json_option, print_json, say, settings_option, words
from lti_tool.settings import Settings


@click.command(
    "publish",
    cls=Command,
    help=N_("Terbitkan folder modul ke pustaka, untuk dibuka lewat LTI.\n\nContoh: jampel modul publish modul-saya"),
)
@click.argument("folder", type=EXISTING_FOLDER)
@settings_option
def publish(folder: Path, settings: Settings) -> None:
    """Puts a module into the library."""
    with open_or_begin(settings) as services, faults_listed(), reading(N_("Menerbitkan …")) as hear:
        module, warnings = services.library.publish(folder, hear=hear)
    print_findings(warnings)
    click.echo(module.digest)
    say("%(title)s versi %(version)s terbit di pustaka.", title=module.title, version=module.version)


@click.command("list", cls=Command, help=N_("Daftar modul di pustaka.\n\nContoh: jampel modul list"))
@json_option
@settings_option
def list_modules(settings: Settings, as_json: bool) -> None:
    """What is in the library."""
    with open_existing(settings) as services:
        modules = services.library.list()
    if as_json:
        print_json([{"id": m.course_id, "version": m.version, "title": m.title, "jp": m.jp / 100} for m in modules])
        return
    table = Table()
    for heading in (words("Modul"), words("Judul"), words("Versi"), words("JP"), words("Menit")):
        table.add_column(heading)
    for module in modules:
        jp = decimal(module.jp / 100, 2)
        table.add_row(module.course_id, module.title, module.version, jp, str(module.minutes))
    show_table(table)
