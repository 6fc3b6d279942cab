"""`jampel adapter steps`: how a person puts a package into a system that takes none from programs."""

from pathlib import Path

import click

from adapters.registry import load_adapters
from lti_tool.cli.adapter_pull import connection_option
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Command, json_option, print_json, settings_option
from lti_tool.errors import ToolError
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import given_options
from xapi.words import translate


@click.command(
    "steps",
    cls=Command,
    help=N_(
        "Langkah mengunggah PAKET ke sebuah sistem, menurut layarnya.\n\n"
        "Contoh: jampel adapter steps moodle pelayanan-publik.zip"
    ),
)
@click.argument("system")
@click.argument("package", type=EXISTING_FILE)
@connection_option
@json_option
@settings_option
def steps(settings: Settings, system: str, package: Path, name: str | None, as_json: bool) -> None:
    """The steps, numbered; asks the system nothing."""
    found = load_adapters().get(system)
    tell = getattr(found, "upload_steps", None)
    if tell is None:
        raise ToolError("adapter.no_steps", system, system=system)
    _chosen, options = given_options(settings, found, name)
    home = options.get("url", "").rstrip("/") or found.title
    language = preferred_language()
    told = [translate("adapters", language, text, values) for text, values in tell(package.name, home)]
    if as_json:
        print_json(told)
        return
    for number, sentence in enumerate(told, 1):
        click.echo(f"{number}. {sentence}")
