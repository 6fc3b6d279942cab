"""`jampel modul`: module folders and the library."""

from pathlib import Path
from shlex import quote

import click

from lti_tool.cli.late import Late, LateGroup
from lti_tool.console import N_, say
from scorm_packager.scaffold import new_module

LATE = (
    Late("list", "lti_tool.cli.modul_library:list_modules", N_("Daftar modul di pustaka.")),
    Late(
        "preview",
        "lti_tool.cli.modul_preview:preview",
        N_("Tampilkan modul selagi ditulis; setiap simpanan langsung terlihat."),
    ),
    Late(
        "publish",
        "lti_tool.cli.modul_library:publish",
        N_("Terbitkan folder modul ke pustaka, untuk dibuka lewat LTI."),
    ),
    Late(
        "questions",
        "lti_tool.cli.questions:questions",
        N_("Ubah bank soal GIFT, Aiken, atau QTI 2.1 menjadi Markdown."),
    ),
    Late("size", "lti_tool.cli.modul_size:size", N_("Berapa berat modul atau paket di jaringan lambat.")),
)


@click.group(cls=LateGroup, late=LATE, help=N_("Buat modul dan kelola pustaka."))
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
    say(
        "Modul ditulis. Buka %(file)s, lalu: jampel pack %(folder)s",
        file=folder / "modul.toml",
        folder=quote(str(folder)),
    )
