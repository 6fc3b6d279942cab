"""`jampel lti invite` and `jampel lti invites list|end`: addresses with which a platform registers itself."""

from datetime import UTC, datetime

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import N_, Command, Group, json_option, option, print_json, say, settings_option, words
from lti_tool.errors import ToolError
from lti_tool.flow.store import random_text
from lti_tool.settings import Settings
from lti_tool.store import Invite
from lti_tool.store.invites import DEFAULT_DAYS, LONGEST_DAYS, SHORTEST_DAYS


@click.command(
    "invite",
    cls=Command,
    help=N_(
        "Buat alamat pendaftaran untuk satu LMS; hanya ditampilkan sekali.\n\n"
        "Contoh: jampel lti invite 'Provinsi Contoh' --days 14"
    ),
)
@click.argument("name")
@option(
    "--days",
    type=click.IntRange(SHORTEST_DAYS, LONGEST_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help=N_("Berlaku berapa hari."),
)
@option("--platform", default="", metavar="ID", help=N_("Hanya memperbarui pendaftaran platform ini (lihat lti list)."))
@json_option
@settings_option
def invite(settings: Settings, name: str, days: int, platform: str, as_json: bool) -> None:
    """Writes the address on stdout, and what to do with it on stderr."""
    token = random_text()
    with open_or_begin(settings) as services:
        made = services.lti.invites.add(name, token, services.ids().hex, services.clock(), days=days, platform=platform)
        expires = local_time(made.expires, services.zone)
    address = f"{settings.base_url}/lti/register/{token}"
    if as_json:
        print_json({"id": made.id, "name": made.name, "url": address, "expires": _iso(made.expires)})
        return
    click.echo(address)
    say("Kirim hanya kepada admin LMS itu: alamat ini mendaftarkan satu LMS sampai %(expires)s.", expires=expires)
    say("Moodle: Manage tools, tempel pada Tool URL, lalu Add LTI Advantage. Akhiri: jampel lti invites end %(id)s",
        id=made.id)  # fmt: skip


@click.group("invites", cls=Group, help=N_("Undangan: lihat dan akhiri."))
def invites() -> None:
    """Invites."""


@invites.command("list", help=N_("Daftar undangan, tanpa alamatnya.\n\nContoh: jampel lti invites list"))
@json_option
@settings_option
def list_invites(settings: Settings, as_json: bool) -> None:
    """Invites, newest first."""
    with open_existing(settings) as services:
        now, found = services.clock(), services.lti.invites.list()
        names = {one.id: one.name for one in services.lti.platforms.list()}
        rows = [(one, one.state(now), local_time(one.expires, services.zone)) for one in found]
    if as_json:
        print_json([_facts(one, state) for one, state, _expires in rows])
        return
    table = Table()
    for heading in (words("Undangan"), words("Untuk"), words("Keadaan"), words("Berlaku sampai"), "LMS"):
        table.add_column(heading)
    told = {
        "open": words("menunggu"),
        "used": words("terpakai"),
        "expired": words("kedaluwarsa"),
        "ended": words("diakhiri"),
    }
    for one, state, expires in rows:
        table.add_row(one.id, one.name, told[state], expires, names.get(one.platform or "", "–"))
    show_table(table)


@invites.command("end", help=N_("Akhiri sebuah undangan sekarang.\n\nContoh: jampel lti invites end ID"))
@click.argument("invite_id", metavar="ID")
@settings_option
def end(settings: Settings, invite_id: str) -> None:
    """What it registered stays."""
    with open_existing(settings) as services:
        if not services.lti.invites.end(invite_id, services.clock()):
            raise ToolError("invite.unknown", "no invite that could end", invite=invite_id)
    say("Undangan diakhiri. LMS yang sudah terdaftar tetap terdaftar.")


def _facts(one: Invite, state: str) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "state": state,
        "created": _iso(one.created),
        "expires": _iso(one.expires),
        "platform": one.platform,
    }


def _iso(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()


COMMANDS = (invite, invites)
