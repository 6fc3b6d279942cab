"""`jampel admin link|create`: the first administrator, and others, without any default password."""

import click

from lti_tool.accounts import Accounts
from lti_tool.cli.installation import open_or_begin
from lti_tool.console import N_, Group, option, say, settings_option, words
from lti_tool.house.model import ROLES
from lti_tool.settings import Settings


@click.group(cls=Group, help=N_("Akun petugas: admin, auditor, penyusun."))
def admin() -> None:
    """Staff accounts."""


@admin.command("link", help=N_("Tulis tautan sekali pakai untuk membuat akun admin.\n\nContoh: jampel admin link"))
@settings_option
def link(settings: Settings) -> None:
    """The link is good once and for a day."""
    with open_or_begin(settings) as services:
        token = Accounts(services.house, services.clock, services.ids).first_admin_link()
    click.echo(f"{settings.base_url}/awal/{token}")
    say("Buka tautan ini untuk membuat akun admin. Berlaku sekali, selama 24 jam.")


@admin.command(
    "create", help=N_("Buat akun petugas; kata sandinya ditanyakan.\n\nContoh: jampel admin create rina --role auditor")
)
@click.argument("username")
@option("--name", help=N_("Nama lengkap (bawaan: nama akun)."))
@option("--role", type=click.Choice(ROLES), default="admin", help=N_("Peran."))
@settings_option
def create(settings: Settings, username: str, name: str | None, role: str) -> None:
    """Asks for the password twice; it is never an argument, so that it stays out of the shell's history."""
    password = click.prompt(words("Kata sandi"), hide_input=True, confirmation_prompt=words("Sekali lagi"), err=True)
    with open_or_begin(settings) as services:
        accounts = Accounts(services.house, services.clock, services.ids)
        account = accounts.create(username, name or username, role, password)
    say("Akun %(username)s dibuat sebagai %(role)s.", username=account.username, role=account.role)
