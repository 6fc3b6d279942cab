"""`jampel modul preview`: the module as its learners will see it, while it is written."""

import threading
from contextlib import suppress
from pathlib import Path

import click

from lti_tool.cli.pack import EXISTING_FOLDER, print_findings
from lti_tool.cli.reading import reading
from lti_tool.console import N_, Command, option, say
from lti_tool.settings import cache_folder, preferred_language
from scorm_packager.preview.desk import Desk
from scorm_packager.preview.web import create_app
from scorm_packager.preview.web.serve import serving


@click.command(
    "preview",
    cls=Command,
    help=N_(
        "Tampilkan modul selagi ditulis; setiap simpanan langsung terlihat.\n\nContoh: jampel modul preview modul-saya"
    ),
)
@click.argument("folder", type=EXISTING_FOLDER)
@option("--port", type=click.IntRange(0, 65535), default=8010, help=N_("Porta; 0 memilih porta yang bebas."))
def preview(folder: Path, port: int) -> None:
    """Serves the module on this computer until Ctrl-C; nothing is recorded."""
    desk = Desk(folder, cache_folder())
    with reading(N_("Membaca modul …")) as hear:
        desk.look(hear)
    print_findings(desk.view.findings)
    with serving(create_app(desk, preferred_language()), desk, port) as found:
        click.echo(f"http://127.0.0.1:{found}/")
        say("Buka alamat di atas. Simpan berkas modul, dan halaman dimuat ulang sendiri. Ctrl-C untuk berhenti.")
        with suppress(KeyboardInterrupt):
            wait_for_end()


def wait_for_end() -> None:
    """Waits until somebody stops the program."""
    threading.Event().wait()
