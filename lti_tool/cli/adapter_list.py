"""`jampel adapter list` and `show`: which systems are known, their doors, options and connections."""

import click
import msgspec
from rich.table import Table

from adapters.base import Adapter, capabilities
from adapters.registry import Registry, load_adapters
from adapters.remote import Option
from lti_tool.cli.output import show_table
from lti_tool.console import N_, TALK, Command, json_option, print_json, say, settings_option, words
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import masked, names_of, options_of, unknown_systems
from xapi.words import explain, translate

CAN = {
    "launch_profile": N_("peluncuran LTI"),
    "package_preset": N_("paket modul"),
    "pull": N_("membaca catatan sistem"),
    "push": N_("mengirim kredit yang disetujui"),
    "exchange": N_("membaca berkas"),
    "identity": N_("mengenali orang"),
    "check": N_("memeriksa sambungan"),
}
CONFIRMED = {"yes": N_("pasti"), "partly": N_("sebagian pasti"), "no": N_("belum pasti")}


@click.command("list", cls=Command, help=N_("Daftar adaptor dan kemampuannya.\n\nContoh: jampel adapter list"))
@json_option
@settings_option
def list_adapters(settings: Settings, as_json: bool) -> None:
    """Every installed adapter; a broken one is named with its reason."""
    registry = load_adapters()
    found = {name: capabilities(registry.get(name)) for name in registry.names()}
    if as_json:
        print_json({name: list(can) for name, can in found.items()})
    else:
        _show_list(settings, registry)
    for problem in registry.problems.values():
        TALK.print(explain(problem, preferred_language()), markup=False, soft_wrap=True)
    for system in unknown_systems(settings, registry):
        say("jampel.toml mengatur [adapters.%(system)s], tetapi adaptor itu tidak terpasang.", system=system)


def _show_list(settings: Settings, registry: Registry) -> None:
    table = Table()
    for heading in (words("Adaptor"), words("Sistem"), words("Kemampuan"), words("Sambungan")):
        table.add_column(heading)
    for name in registry.names():
        adapter = registry.get(name)
        can = ", ".join(words(CAN[one]) for one in capabilities(adapter))
        there = ", ".join(one or words("ada") for one in names_of(settings, name))
        table.add_row(name, adapter.title, can, there if name in settings.adapters.systems else "–")
    show_table(table)


@click.command(
    "show",
    cls=Command,
    help=N_(
        "Perlihatkan sebuah adaptor: pintu yang ada, mana yang pasti, opsinya, dan sambungan yang diatur. Rahasia "
        "tidak ditampilkan.\n\nContoh: jampel adapter show moodle"
    ),
)
@click.argument("system")
@json_option
@settings_option
def show(settings: Settings, system: str, as_json: bool) -> None:
    """What an adapter can do, in words or as JSON."""
    registry = load_adapters()
    found = registry.get(system)
    if as_json:
        print_json(_facts(settings, registry, found))
        return
    click.echo(f"{found.title} ({found.name})")
    can = ", ".join(words(CAN[one]) for one in capabilities(found))
    click.echo(words("Kemampuan: %(can)s.", can=can or "–"))
    if found.exchange is not None:
        click.echo(words("Berkas: %(files)s.", files=", ".join(found.exchange.extensions)))
    _show_doors(found)
    _show_options(found)
    _show_connections(settings, registry, found)


def _show_doors(found: Adapter) -> None:
    table = Table(words("Pintu"), words("Kepastian"), words("Keterangan"))
    language = preferred_language()
    for door in found.doors:
        confirmed = words(CONFIRMED.get(door.confirmed, door.confirmed))
        table.add_row(door.name, confirmed, translate(door.package, language, door.text))
    if found.doors:
        show_table(table)


def _show_options(found: Adapter) -> None:
    table = Table(words("Opsi"), words("Wajib"), words("Arti"))
    for option in options_of(found):
        name = f"{option.name} ({option.name}_file)" if option.secret else option.name
        table.add_row(name, words("ya") if option.required else "", meaning(option))
    if found.options or found.push is not None:
        show_table(table)
    else:
        click.echo(words("Tidak ada opsi."))


def meaning(option: Option) -> str:
    """What an option is for, in the language of the command, and its default."""
    text = translate(option.package, preferred_language(), option.text)
    return f"{text} {words('Bawaan: %(value)s.', value=option.default)}" if option.default else text


def _show_connections(settings: Settings, registry: Registry, found: Adapter) -> None:
    options = masked(settings, registry).get(found.name)
    if not isinstance(options, dict):
        click.echo(words("Belum diatur. Tulis opsinya di jampel.toml di bawah [adapters.%(name)s].", name=found.name))
        return
    for name, value in options.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        for option, shown in inner:
            click.echo(f"  {'.'.join(filter(None, (found.name, name, option)))} = {shown}")


def _facts(settings: Settings, registry: Registry, found: Adapter) -> dict[str, object]:
    language = preferred_language()
    facts: dict[str, object] = {"name": found.name, "title": found.title, "can": list(capabilities(found))}
    for name in ("launch_profile", "package_preset"):
        if (value := getattr(found, name)) is not None:
            facts[name] = msgspec.to_builtins(value, builtin_types=(frozenset,), enc_hook=_plain)
    if found.exchange is not None:
        facts["files"] = list(found.exchange.extensions)
    facts["doors"] = [
        {"name": door.name, "confirmed": door.confirmed, "text": translate(door.package, language, door.text)}
        for door in found.doors
    ]
    facts["options"] = [
        {"name": one.name, "secret": one.secret, "required": one.required, "default": one.default,
         "text": translate(one.package, language, one.text)}
        for one in options_of(found)
    ]  # fmt: skip
    facts["settings"] = masked(settings, registry).get(found.name, {})
    return facts


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
