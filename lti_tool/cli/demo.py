"""`jampel demo`: the whole loop on this machine."""

import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec

from lti_tool.cli.installation import say_beginning
from lti_tool.console import N_, Command, option, settings_option
from lti_tool.demo.places import demo_settings
from lti_tool.demo.run import run_demo, run_sandbox
from lti_tool.sandbox.config import Lms
from lti_tool.sandbox.personality import NAMES
from lti_tool.settings import DEFAULT_DATA, Settings

DEFAULT_FOLDER = Path(DEFAULT_DATA)


@click.command(
    cls=Command,
    help=N_(
        "Jalankan semuanya di mesin ini: tiga modul, LMS contoh, LRS, dan setahun catatan.\n\n"
        "Contoh: jampel demo --port 8000, jampel demo --lms moodle, atau jampel demo --once untuk alur tanpa peramban."
    ),
)
@option(
    "--port", type=click.IntRange(1, 65534), default=8000, help=N_("Porta alat; LMS contoh memakai porta berikutnya.")
)
@option("--once", is_flag=True, help=N_("Jalankan alur sekali tanpa peramban, cetak tabel audit, lalu berhenti."))
@option(
    "--lms",
    type=click.Choice(NAMES),
    default=NAMES[0],
    help=N_("LMS contoh berperilaku persis menurut standar (strict) atau seperti Moodle (moodle)."),
)
@settings_option
def demo(settings: Settings, port: int, once: bool, lms: Lms) -> None:
    """Starts the tool, the worker and the sandbox LMS; with `--once` drives them and leaves."""
    with ExitStack() as stack:
        if once and settings.data == DEFAULT_FOLDER.resolve():  # one round leaves nothing behind
            folder = stack.enter_context(TemporaryDirectory(prefix="jampel-demo-"))
            settings = msgspec.structs.replace(settings, data=Path(folder))
        else:
            say_beginning(settings)
        settings = demo_settings(settings, port)
        code = run_demo(settings, once=once, lms=lms)
    sys.exit(code)


@click.command(cls=Command, hidden=True)
@click.option("--with-parent", is_flag=True)
@settings_option
def sandbox(settings: Settings, with_parent: bool) -> None:
    """The sandbox LMS alone, as `jampel demo` starts it."""
    run_sandbox(settings, with_parent=with_parent)
