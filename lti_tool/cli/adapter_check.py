"""`jampel adapter check`: what works between this institution and a system, and what is missing."""

import sys

import click

from adapters.registry import load_adapters
from lti_tool.cli.adapter_pull import connection_option
from lti_tool.console import FINDINGS, MISCONFIGURED, N_, Command, json_option, print_json, say, settings_option, words
from lti_tool.services import open_services
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.checks import is_away, lines_of
from lti_tool.systems.connections import connection_of

STATES = {"ok": N_("beres"), "missing": N_("kurang"), "failed": N_("gagal"), "unknown": N_("belum pasti")}
MARKS = {"ok": "✓", "missing": "!", "failed": "✗", "unknown": "?"}


@click.command(
    "check",
    cls=Command,
    help=N_(
        "Periksa sambungan ke sebuah sistem: yang beres, yang kurang dan cara melengkapinya, yang belum pasti.\n\n"
        "Contoh: jampel adapter check moodle"
    ),
)
@click.argument("system")
@connection_option
@json_option
@settings_option
def check(settings: Settings, system: str, name: str | None, as_json: bool) -> None:
    """Exit 1 when something is missing or failed, 3 when the system cannot be reached."""
    found = load_adapters().get(system)
    language = preferred_language()
    with open_services(settings) as services:
        lines = []
        for line in lines_of(found, connection_of(services, found, name)):
            lines.append(line)
            if not as_json:
                state = words(STATES.get(line.state, line.state))
                click.echo(f"{MARKS.get(line.state, '?')} {state}: {line.sentence(language)}")
    if as_json:
        print_json([{"state": one.state, "code": one.code, "text": one.sentence(language)} for one in lines])
    bad = sum(one.state in ("missing", "failed") for one in lines)
    if bad:
        say("%(n)s hal perlu dibereskan.", n=bad)
        sys.exit(MISCONFIGURED if any(map(is_away, lines)) else FINDINGS)
    say("Tidak ada yang perlu dibereskan.")
