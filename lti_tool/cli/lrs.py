"""`jampel lrs`: who may write to and read from the embedded LRS, and where its statements go."""

import click
from rich.table import Table

from lti_tool.cli.forward import forward
from lti_tool.cli.output import show_table
from lti_tool.cli.transfer import export, import_statements
from lti_tool.console import N_, Group, json_option, option, print_json, say, settings_option, words
from lti_tool.errors import ToolError
from lti_tool.services import open_services
from lti_tool.settings import Settings
from xapi.lrs.principal import SCOPES, SOURCES

#: Sources that only our own program may write.
OWN = {"launch", "review"}


@click.group(cls=Group, help=N_("LRS bawaan."))
def lrs() -> None:
    """The embedded LRS."""


@lrs.group("credential", cls=Group, help=N_("Kunci untuk menulis dan membaca di LRS."))
def credential() -> None:
    """Credentials."""


@credential.command(
    "add", help=N_("Buat kunci baru; rahasianya hanya ditampilkan sekali.\n\nContoh: jampel lrs credential add perekam")
)
@click.argument("name")
@option(
    "--scope", "scopes", multiple=True, type=click.Choice(sorted(SCOPES)), help=N_("Hak; boleh berulang (bawaan: all).")
)
@option(
    "--source", type=click.Choice(sorted(SOURCES - OWN)), default="foreign", help=N_("Sumber bukti yang ditulisnya.")
)
@option("--allow-nip", is_flag=True, help=N_("Izinkan nama akun berupa NIP."))
@json_option
@settings_option
def add(settings: Settings, name: str, scopes: tuple[str, ...], source: str, allow_nip: bool, as_json: bool) -> None:
    """Prints key and secret; the secret is stored only as a hash."""
    with open_services(settings) as services:
        granted = frozenset(scopes or ("all",))
        new = services.credentials.add(services.institution.id, name, granted, source, allow_nip)
    if as_json:
        print_json({"key": new.key, "secret": new.secret})
        return
    click.echo(f"key: {new.key}\nsecret: {new.secret}")
    say("Simpan rahasia ini sekarang; ia tidak dapat ditampilkan lagi.")


@credential.command("list", help=N_("Daftar kunci."))
@json_option
@settings_option
def list_credentials(settings: Settings, as_json: bool) -> None:
    """Keys with their scopes and sources; never a secret."""
    with open_services(settings) as services:
        found = services.credentials.list(services.institution.id)
    if as_json:
        print_json([{"key": c.key, "name": c.name, "scopes": sorted(c.scopes), "source": c.source} for c in found])
        return
    table = Table()
    for heading in (words("Kunci"), words("Nama"), words("Hak"), words("Sumber")):
        table.add_column(heading)
    for one in found:
        table.add_row(one.key, one.name, ", ".join(sorted(one.scopes)), one.source)
    show_table(table)


@credential.command("revoke", help=N_("Cabut sebuah kunci."))
@click.argument("key")
@settings_option
def revoke(settings: Settings, key: str) -> None:
    """The key stops working at once."""
    with open_services(settings) as services:
        if not services.credentials.revoke(services.institution.id, key):
            raise ToolError("lrs.credential_unknown", key=key)
    say("Kunci dicabut.")


for part in (forward, export, import_statements):
    lrs.add_command(part)
COMMANDS = (lrs,)
