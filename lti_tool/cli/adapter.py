"""`jampel adapter`: the systems Jampel knows, and what moves between them and this institution."""

import click

from lti_tool.cli.adapter_check import check
from lti_tool.cli.adapter_class import class_report
from lti_tool.cli.adapter_form import form
from lti_tool.cli.adapter_league import league
from lti_tool.cli.adapter_list import list_adapters, show
from lti_tool.cli.adapter_pull import pull
from lti_tool.cli.adapter_push import push
from lti_tool.cli.adapter_recap import recap
from lti_tool.cli.adapter_reconcile import reconcile
from lti_tool.cli.adapter_runs import runs
from lti_tool.cli.adapter_sheet import sheet
from lti_tool.cli.adapter_steps import steps
from lti_tool.console import N_, Group


@click.group(cls=Group, help=N_("Sistem yang dikenal Jampel, dan catatan yang berpindah dari dan ke sana."))
def adapter() -> None:
    """Adapters."""


for command in (
    list_adapters, show, check, pull, sheet, reconcile, push, runs, class_report, form, recap, league, steps,
):  # fmt: skip
    adapter.add_command(command)
