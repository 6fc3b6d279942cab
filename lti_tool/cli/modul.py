"""`jampel modul new|publish|list|questions|size`: module folders and the library."""

import threading
from contextlib import suppress
from pathlib import Path

import click
from rich.table import Table

from lti_tool.cli.modul_size import size
from lti_tool.cli.output import show_table
from lti_tool.cli.pack import EXISTING_FOLDER, faults_listed, print_findings
from lti_tool.cli.questions import questions
from lti_tool.console import N_, Group, json_option, option, print_json, say, settings_option, words, working
from lti_tool.services import open_services
from lti_tool.settings import Settings, cache_folder, preferred_language
from scorm_packager.preview.desk import Desk
from scorm_packager.preview.web import create_app
from scorm_packager.preview.web.serve import serving
from scorm_packager.scaffold import new_module


@click.group(cls=Group, help=N_("Buat modul dan kelola pustaka."))
def modul() -> None:
    """Modules."""


@modul.command(
    "new", help=N_("Tulis modul baru yang menjelaskan dirinya sendiri.\n\nContoh: jampel modul new modul-saya")
)
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """A small module that builds as it is."""
    new_module(folder)
    click.echo(folder)
    say("Modul ditulis. Buka %(folder)s/modul.toml, lalu: jampel pack %(folder)s", folder=folder)


@modul.command(
    "preview",
    help=N_(
        "Tampilkan modul selagi ditulis; setiap simpanan langsung terlihat.\n\nContoh: jampel modul preview modul-saya"
    ),
)
@click.argument("folder", type=EXISTING_FOLDER)
@option("--port", type=click.IntRange(0, 65535), default=8010, help=N_("Porta; 0 memilih porta yang bebas."))
def preview(folder: Path, port: int) -> None:
    """Serves the module on this computer until Ctrl-C; nothing is recorded."""
    desk = Desk(folder, cache_folder())
    with working(N_("Membaca modul …")):
        desk.look()
    print_findings(desk.view.findings)
    with serving(create_app(desk, preferred_language()), desk, port) as found:
        click.echo(f"http://127.0.0.1:{found}/")
        say("Buka alamat di atas. Simpan berkas modul, dan halaman memuat ulang sendiri. Ctrl-C untuk berhenti.")
        with suppress(KeyboardInterrupt):
            wait_for_end()


@modul.command("publish", help=N_("Terbitkan folder modul ke pustaka, untuk dibuka lewat LTI."))
@click.argument("folder", type=EXISTING_FOLDER)
@settings_option
def publish(folder: Path, settings: Settings) -> None:
    """Puts a module into the library."""
    with open_services(settings) as services, faults_listed(), working(N_("Menerbitkan …")):
        module, warnings = services.library.publish(folder)
    print_findings(warnings)
    click.echo(module.digest)
    say("%(title)s versi %(version)s terbit di pustaka.", title=module.title, version=module.version)


@modul.command("list", help=N_("Daftar modul di pustaka."))
@json_option
@settings_option
def list_modules(settings: Settings, as_json: bool) -> None:
    """What is in the library."""
    with open_services(settings) as services:
        modules = services.library.list()
    if as_json:
        print_json([{"id": m.course_id, "version": m.version, "title": m.title, "jp": m.jp / 100} for m in modules])
        return
    table = Table()
    for heading in (words("Modul"), words("Judul"), words("Versi"), words("JP"), words("Menit")):
        table.add_column(heading)
    for module in modules:
        jp = f"{module.jp / 100:.2f}".replace(".", ",")
        table.add_row(module.course_id, module.title, module.version, jp, str(module.minutes))
    show_table(table)


def wait_for_end() -> None:
    """Waits until somebody stops the program."""
    threading.Event().wait()


modul.add_command(questions)
modul.add_command(size)
COMMANDS = (modul,)
