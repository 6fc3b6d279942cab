"""`jampel lrs`: who may write to and read from the embedded LRS, and where its statements go and come from."""

import click

from lti_tool.cli.credential import credential
from lti_tool.cli.forward import forward
from lti_tool.cli.pull import pull
from lti_tool.cli.transfer import export, import_statements
from lti_tool.console import N_, Group


@click.group(cls=Group, help=N_("LRS bawaan."))
def lrs() -> None:
    """The embedded LRS."""


for part in (credential, forward, export, import_statements, pull):
    lrs.add_command(part)
