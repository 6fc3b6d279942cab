"""`jampel lti keys list|rotate`: the keys that this tool signs with, and how platforms come to know the next one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import N_, Group, json_option, option, print_json, say, settings_option, words
from lti_tool.keys import OVERLAP, ToolKey
from lti_tool.services import Services
from lti_tool.settings import Settings

STATES = {"active": N_("dipakai"), "next": N_("berikutnya"), "retired": N_("lama")}


@click.group(cls=Group, help=N_("Kunci yang dipakai alat ini untuk menandatangani."))
def keys() -> None:
    """Signing keys."""


@keys.command(
    "list",
    help=N_("Daftar kunci publik, dan platform yang sudah mengambil kunci berikutnya.\n\nContoh: jampel lti keys list"),
)
@json_option
@settings_option
def list_keys(settings: Settings, as_json: bool) -> None:
    """The published keys, and who has fetched each since it was published."""
    with open_existing(settings) as services:
        zone = services.zone
        rows = [(key, _fetched_by(services, key)) for key in services.lti_parts.keys.published()]
    if as_json:
        print_json([_facts(key) | {"fetched_by": fetched} for key, fetched in rows])
        return
    table = Table()
    for heading in ("kid", words("Keadaan"), words("Diumumkan"), words("Berganti"), words("Sudah diambil oleh")):
        table.add_column(heading)
    for key, fetched in rows:
        names = ", ".join(one["platform"] or f"{one['agent']} ({one['network']})" for one in fetched)
        times = (local_time(key.created, zone), local_time(key.due or key.retired, zone))
        table.add_row(key.kid, words(STATES[key.state]), *times, names or "–")
    show_table(table)


@keys.command(
    "rotate",
    help=N_(
        "Umumkan kunci baru sekarang dan pakai setelah beberapa hari; kunci lama tetap diumumkan sampai sehari "
        "sesudahnya. --after 0 langsung berganti, untuk kunci yang mungkin bocor.\n\n"
        "Contoh: jampel lti keys rotate --after 7"
    ),
)
@option(
    "--after",
    metavar="DAYS",
    type=click.IntRange(0, 90),
    default=OVERLAP.days,
    show_default=True,
    help=N_("Berapa hari kunci baru diumumkan sebelum dipakai."),
)
@json_option
@settings_option
def rotate(settings: Settings, after: int, as_json: bool) -> None:
    """Publishes the next key and says when it begins to sign."""
    with open_existing(settings) as services:
        key = services.lti_parts.keys.rotate(timedelta(days=after))
        services.house.log.add(services.clock(), "", "keys.rotate", key.kid, str(after))
        zone = services.zone
    if as_json:
        print_json(_facts(key))
        return
    click.echo(key.kid)
    if key.state == "active":
        say("Kunci %(kid)s dipakai sejak sekarang.", kid=key.kid)
    else:
        say("Kunci %(kid)s sudah diumumkan dan dipakai mulai %(time)s.", kid=key.kid, time=local_time(key.due, zone))


def _facts(key: ToolKey) -> dict[str, object]:
    return {
        "kid": key.kid,
        "state": key.state,
        "created": _iso(key.created),
        "due": _iso(key.due),
        "retired": _iso(key.retired),
    }


def _fetched_by(services: Services, key: ToolKey) -> list[dict[str, Any]]:
    names = {platform.id: platform.name for platform in services.lti.platforms.list()}
    return [
        {"platform": names.get(one.platform), "agent": one.agent, "network": one.network, "last": _iso(one.last_at)}
        for one in services.lti_parts.jwks_fetches.since(key.created)
    ]


def _iso(second: int | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second, UTC).isoformat()
