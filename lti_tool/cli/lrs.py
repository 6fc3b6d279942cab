"""`jampel lrs`: the embedded LRS."""

import click

from lti_tool.cli.credential import credential
from lti_tool.console import N_, Group


@click.group(cls=Group, help=N_("LRS bawaan."))
def lrs() -> None:
    """The embedded LRS."""


lrs.add_command(credential)

COMMANDS = (lrs,)
