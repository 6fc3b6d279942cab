"""`jampel adapter list|show|pull`: the systems Jampel knows, and files in their layout."""

from collections.abc import Mapping
from pathlib import Path

import click
import msgspec
from rich.table import Table

from adapters.base import Desk, capabilities
from adapters.recording import Taken, take_all
from adapters.registry import load_adapters
from adapters.remote import Connection
from lti_tool.cli.adapter_reconcile import reconcile
from lti_tool.cli.adapter_sheet import sheet
from lti_tool.cli.output import end_with_refused, refused_cells, show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import (
    N_,
    TALK,
    Group,
    json_option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.errors import ToolError
from lti_tool.services import Services, open_services
from lti_tool.settings import Settings, preferred_language
from xapi.words import explain


@click.group(cls=Group, help=N_("Sistem yang dikenal Jampel, dan berkas dalam tata letaknya."))
def adapter() -> None:
    """Adapters."""


adapter.add_command(sheet)
adapter.add_command(reconcile)


@adapter.command("list", help=N_("Daftar adaptor dan kemampuannya."))
@json_option
def list_adapters(as_json: bool) -> None:
    """Every installed adapter; a broken one is named with its reason."""
    registry = load_adapters()
    found = {name: capabilities(registry.get(name)) for name in registry.names()}
    if as_json:
        print_json({name: list(can) for name, can in found.items()})
        return
    table = Table()
    for heading in (words("Adaptor"), words("Sistem"), words("Kemampuan")):
        table.add_column(heading)
    for name, can in found.items():
        table.add_row(name, registry.get(name).title, ", ".join(can))
    show_table(table)
    for problem in registry.problems.values():
        TALK.print(explain(problem, preferred_language()), markup=False, soft_wrap=True)


@adapter.command("show", help=N_("Perlihatkan sebuah adaptor."))
@click.argument("system")
def show(system: str) -> None:
    """What an adapter can do, as JSON."""
    found = load_adapters().get(system)
    facts: dict[str, object] = {"name": found.name, "title": found.title, "can": list(capabilities(found))}
    for name in ("launch_profile", "package_preset"):
        if (value := getattr(found, name)) is not None:
            facts[name] = msgspec.to_builtins(value, builtin_types=(frozenset,), enc_hook=_plain)
    if found.exchange is not None:
        facts["files"] = list(found.exchange.extensions)
    print_json(facts)


@adapter.command(
    "pull",
    help=N_(
        "Baca berkas dalam tata letak sebuah sistem; baris salah berarti tidak ada yang masuk.\n\n"
        "Contoh: jampel adapter pull spreadsheet daftar-hadir.xlsx"
    ),
)
@click.argument("system")
@click.argument("file", type=EXISTING_FILE)
@json_option
@settings_option
def pull(settings: Settings, system: str, file: Path, as_json: bool) -> None:
    """Imports a file as statements through the recorder; exit 1 when rows are refused."""
    found = load_adapters().get(system)
    if found.exchange is None:
        raise ToolError("adapter.reads_no_files", system, system=system)
    taken = Taken()
    with open_services(settings) as services:
        held = found.exchange.read(file, connection_of(services, {}))
        if not held.refused:
            taken = take_all(held.records, desk_of(services), found.exchange.source)
    refused = [*refused_cells(held.refused), *_refused_rows(taken)]
    if as_json:
        print_json({"recorded": taken.recorded, "unchanged": taken.unchanged, "refused": refused})
    say("%(recorded)s catatan baru, %(unchanged)s sudah ada.", recorded=taken.recorded, unchanged=taken.unchanged)
    end_with_refused(refused, file.name)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


def _refused_rows(taken: Taken) -> list[dict[str, object]]:
    language = preferred_language()
    return [{"row": one.place, "column": "", "reason": explain(one.error, language)} for one in taken.refused]


def desk_of(services: Services) -> Desk:
    """Where records are put in this institution."""
    return Desk(institution=services.institution.id, intake=services.intake, recorder=services.recorder)


def connection_of(services: Services, options: Mapping[str, str]) -> Connection:
    """A system as this institution reaches it with `options`."""
    return Connection(
        institution=services.institution.id,
        options=options,
        clock=services.clock,
        zone=services.zone,
        forms=frozenset(services.rules.of_year(services.today.year).forms),
        rules=services.rules,
    )
