"""The one command, `jampel`: subcommands are grouped by what they work on."""

from pathlib import Path

import click

from lti_tool.cli import (
    adapter,
    admin,
    audit,
    backup,
    check,
    convert,
    database,
    demo,
    exchange,
    lrs,
    lti,
    modul,
    outbox,
    outbox_scores,
    pack,
    people,
    repair,
    server,
)
from lti_tool.console import N_, Group, option


@click.group(
    cls=Group,
    help=N_("Modul belajar ASN ke LMS mana pun, catatannya ke LRS, dan JP-nya ke laporan yang bisa diperiksa."),
)
@click.version_option(package_name="jampel")
@option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Folder data (bawaan: JAMPEL_DATA, lalu ./jampel-data)."),
)
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """The root command; `--data` may stand before or after the subcommand."""
    ctx.obj = {"data": data}


PARTS = (
    adapter,
    admin,
    audit,
    backup,
    check,
    convert,
    database,
    demo,
    exchange,
    lrs,
    lti,
    modul,
    outbox,
    outbox_scores,
    pack,
    people,
    repair,
)
for part in (*PARTS, server):
    for command in part.COMMANDS:
        main.add_command(command)
