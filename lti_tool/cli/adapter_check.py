"""`jampel adapter check`: what works between this institution and a system, and what is missing."""

import sys

import click

from adapters.registry import load_adapters
from adapters.remote import CheckLine
from lti_tool.cli.adapter_pull import connection_option
from lti_tool.cli.installation import open_existing
from lti_tool.console import FINDINGS, MISCONFIGURED, N_, Command, json_option, print_json, say, settings_option, words
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.checks import is_away, lines_of
from lti_tool.systems.connections import connection_of, names_of

STATES = {"ok": N_("beres"), "missing": N_("kurang"), "failed": N_("gagal"), "unknown": N_("belum pasti")}
MARKS = {"ok": "✓", "missing": "!", "failed": "✗", "unknown": "?"}


@click.command(
    "check",
    cls=Command,
    help=N_(
        "Periksa sambungan ke sebuah sistem: yang beres, yang kurang dan cara melengkapinya, serta yang belum "
        "pasti.\n\n"
        "Contoh: jampel adapter check moodle"
    ),
)
@click.argument("system")
@connection_option
@json_option
@settings_option
def check(settings: Settings, system: str, name: str | None, as_json: bool) -> None:
    """Exit 1 when something is missing or failed, 3 when the system cannot be reached; without a name every
    connection is checked."""
    found = load_adapters().get(system)
    lines: list[tuple[str, CheckLine]] = []
    with open_existing(settings) as services:
        for one in names_of(settings, system) if name is None else [name]:
            connection = connection_of(services, found, one or None)
            if connection.name and not as_json:
                click.echo(words("Sambungan %(name)s", name=connection.name))
            for line in lines_of(found, connection):
                lines.append((connection.name, line))
                if not as_json:
                    _show(line)
    if as_json:
        print_json([_facts(connection, line) for connection, line in lines])
    bad = [line for _connection, line in lines if line.state in ("missing", "failed")]
    if bad:
        say("%(n)s hal perlu dibereskan.", n=len(bad))
        sys.exit(MISCONFIGURED if any(map(is_away, bad)) else FINDINGS)
    say("Tidak ada yang perlu dibereskan.")


def _show(line: CheckLine) -> None:
    state = words(STATES.get(line.state, line.state))
    click.echo(f"{MARKS.get(line.state, '?')} {state}: {line.sentence(preferred_language())}")


def _facts(connection: str, line: CheckLine) -> dict[str, str]:
    text = line.sentence(preferred_language())
    return {"connection": connection, "state": line.state, "code": line.code, "text": text}
