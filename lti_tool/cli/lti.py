"""`jampel lti`: the platforms that may launch the tool, their keys and invites, and what is wrong with a launch."""

from typing import Any

import click
from rich.table import Table

from adapters.registry import load_adapters
from lti_tool.cli import invites, lti_debug, platform_files
from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.keys import keys
from lti_tool.cli.lti_rules import RULES
from lti_tool.cli.output import show_table
from lti_tool.console import N_, Group, json_option, option, print_json, say, settings_option, words
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from lti_tool.store import NewPlatform, Platform


@click.group(cls=Group, help=N_("Daftarkan LMS (platform LTI 1.3)."))
def lti() -> None:
    """Platforms."""


@lti.command(
    "add",
    help=N_(
        "Daftarkan sebuah platform dengan nilai yang ditampilkannya.\n\n"
        "Contoh: jampel lti add --name 'LMS Provinsi' --issuer https://lms.example.go.id --client-id abc "
        "--auth-url … --token-url … --jwks-url … --deployment 1"
    ),
)
@option("--name", required=True, help=N_("Nama yang dikenali orang."))
@option("--issuer", required=True, help=N_("Issuer (Platform ID), persis seperti di platform."))
@option("--client-id", required=True, help=N_("Client ID."))
@option("--auth-url", required=True, help=N_("Alamat autentikasi (authorization endpoint)."))
@option("--token-url", required=True, help=N_("Alamat token (token endpoint)."))
@option("--jwks-url", required=True, help=N_("Alamat kunci publik platform (JWKS)."))
@option(
    "--deployment", "deployments", multiple=True, metavar="ID", help=N_("Deployment ID yang disetujui; boleh berulang.")
)
@option(
    "--service-host",
    "service_hosts",
    multiple=True,
    metavar="HOST",
    help=N_("Host lain milik platform: tempat kursus atau layanannya, bila bukan host issuer; boleh berulang."),
)
@option("--token-audience", default="", help=N_("Audience permintaan token, bila platform menyebutnya."))
@option("--profile", default="generic", help=N_("Cara platform berperilaku: nama adaptor, misalnya moodle."))
@json_option
@settings_option
def add(settings: Settings, deployments: tuple[str, ...], profile: str, as_json: bool, **values: Any) -> None:
    """Stores a platform and says what to enter over there."""
    if load_adapters().get(profile).launch_profile is None:
        raise ToolError("lti.profile_unknown", profile, name=profile)
    with open_or_begin(settings) as services:
        new = NewPlatform(profile=profile, **values)
        platform = services.lti.platforms.add(new, services.ids().hex, services.clock())
        for deployment in deployments:
            services.lti.deployments.approve(platform.id, deployment, services.clock())
    ours = tool_addresses(settings.base_url)
    if as_json:
        print_json({"platform": platform.id, **ours})
        return
    click.echo(platform.id)
    say("%(name)s terdaftar. Masukkan nilai ini di platform:", name=platform.name)
    for name, value in ours.items():
        click.echo(f"{name}: {value}")


def tool_addresses(base_url: str) -> dict[str, str]:
    """What an administrator enters at the platform."""
    return {
        "initiate_login_uri": f"{base_url}/lti/login",
        "redirect_uri": f"{base_url}/lti/launch",
        "target_link_uri": f"{base_url}/lti/launch",
        "jwks_uri": f"{base_url}/lti/jwks",
    }


@lti.command("list", help=N_("Daftar platform dan deployment-nya.\n\nContoh: jampel lti list"))
@json_option
@settings_option
def list_platforms(settings: Settings, as_json: bool) -> None:
    """Platforms with their deployments."""
    with open_existing(settings) as services:
        platforms, deployments = services.lti.platforms.list(), services.lti.deployments.list()
    rows = [
        (platform, [f"{found.deployment} ({found.state})" for found in deployments if found.platform == platform.id])
        for platform in platforms
    ]
    if as_json:
        print_json([_facts(platform) | {"deployments": found} for platform, found in rows])
        return
    table = Table()
    for heading in (words("Platform"), words("Nama"), "Issuer", "Client ID", "Deployment"):
        table.add_column(heading)
    for platform, found in rows:
        table.add_row(platform.id, platform.name, platform.issuer, platform.client_id, ", ".join(found) or "–")
    show_table(table)


def _facts(platform: Platform) -> dict[str, object]:
    shown = ("id", "name", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "profile", "active")
    return {name: getattr(platform, name) for name in shown}


@lti.command("approve", help=N_("Setujui deployment yang menunggu.\n\nContoh: jampel lti approve PLATFORM DEPLOYMENT"))
@click.argument("platform")
@click.argument("deployment")
@settings_option
def approve(settings: Settings, platform: str, deployment: str) -> None:
    """Lets the launches of a deployment in."""
    with open_existing(settings) as services:
        if platform not in {found.id for found in services.lti.platforms.list()}:
            raise ToolError("lti.platform_unknown", platform, platform=platform)
        services.lti.deployments.approve(platform, deployment, services.clock())
    say("Deployment %(deployment)s disetujui.", deployment=deployment)


lti.add_command(keys)
for command in (*invites.COMMANDS, *platform_files.COMMANDS, *lti_debug.COMMANDS, *RULES):
    lti.add_command(command)
