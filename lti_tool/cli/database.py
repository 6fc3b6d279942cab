"""`jampel database copy`: the databases move from files to a PostgreSQL server, or back."""

import click
import msgspec

from lti_tool.backup.move import copy_databases
from lti_tool.cli.backup import show_verified
from lti_tool.cli.installation import require_installation, say_beginning
from lti_tool.cli.progress import counted
from lti_tool.console import N_, Group, json_option, option, print_json, say, settings_option, words
from lti_tool.settings import Database, Settings
from xapi.database import is_server


@click.group(cls=Group, help=N_("Basis data: pindahkan dari berkas ke PostgreSQL atau sebaliknya."))
def database() -> None:
    """Databases."""


@database.command(
    "copy",
    help=N_(
        "Salin semua basis data folder data ke PostgreSQL yang kosong, atau dari sana ke berkas; hentikan Jampel "
        "dulu.\n\nContoh: jampel database copy --to postgresql://jampel@localhost/jampel"
    ),
)
@option("--to", "to_url", metavar="URL", help=N_("PostgreSQL yang diisi dari berkas folder data."))
@option("--from", "from_url", metavar="URL", help=N_("PostgreSQL yang disalin ke berkas folder data."))
@option("--people-url", metavar="URL", default="", help=N_("PostgreSQL tersendiri untuk basis data pegawai."))
@json_option
@settings_option
def copy(settings: Settings, to_url: str | None, from_url: str | None, people_url: str, as_json: bool) -> None:
    """Copies every row, verified; the source stays as it is. Exit 1 when the target is not empty."""
    url = to_url or from_url or ""
    if bool(to_url) == bool(from_url) or not all(is_server(one) for one in (url, people_url) if one or one is url):
        raise click.UsageError(words("Berikan satu dari --to dan --from, masing-masing postgresql://…"))
    files = msgspec.structs.replace(settings, database=Database())
    server = msgspec.structs.replace(settings, database=Database(url=url, people_url=people_url))
    if to_url:
        require_installation(settings)
    else:
        say_beginning(settings)
    with counted(N_("Menyalin …")) as begin:
        verified = copy_databases(*((files, server) if to_url else (server, files)), begin)
    if as_json:
        print_json({"verified": msgspec.to_builtins(verified)})
    else:
        show_verified(verified)
    if to_url:
        say("Semua tersalin dan diperiksa. Tulis [database] url di jampel.toml, lalu jalankan Jampel.")
    else:
        say("Semua tersalin dan diperiksa. Hapus [database] url dari jampel.toml, lalu jalankan Jampel.")
