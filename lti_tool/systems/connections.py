"""Connections to other systems: the options in the settings, checked by what their adapter knows."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.base import Adapter
from adapters.errors import AdapterError
from adapters.registry import Registry
from adapters.remote import N_, Connection, Option, OwnModule
from lti_tool.errors import SettingsError
from lti_tool.library import Library
from lti_tool.rule_desk import rules_of
from lti_tool.services import Services
from lti_tool.settings import Settings
from xapi.audit.people import roster_of
from xapi.clock import system_clock

FILE = "_file"
MASK = "***"
PUSH = Option(
    name="push",
    text=N_('"ya" mengizinkan jampel adapter push mengirim catatan ke sistem ini; tanpa itu hanya rencana dibuat.'),
    package="lti_tool",
)
_YES = frozenset({"ya", "yes", "true", "1"})


def options_of(adapter: Adapter) -> tuple[Option, ...]:
    """The options of `adapter`, with those that the command adds."""
    return (*adapter.options, PUSH) if adapter.push is not None else adapter.options


def may_push(connection: Connection) -> bool:
    """Whether the settings allow records to be sent."""
    return connection.options.get(PUSH.name, "").strip().casefold() in _YES


def names_of(settings: Settings, system: str) -> list[str]:
    """The names of the connections of `system`; one without a name ("") where none has one."""
    return sorted(settings.adapters.named(system)) or [""]


def connection_of(services: Services, adapter: Adapter, name: str | None = None) -> Connection:
    """The connection `name` of `adapter`, or the only one there is.

    Raises SettingsError `adapter.connection_unknown`, `adapter.which_connection`, `adapter.option_unknown`, and for a
    secret that is given twice or whose file cannot be read. An option that is not given is asked for by the adapter.
    """
    chosen, options = given_options(services.settings, adapter, name)
    return Connection(
        institution=services.institution.id,
        options=options,
        clock=services.clock,
        zone=services.zone,
        forms=frozenset(services.rules.of_year(services.today.year).forms),
        rules=services.rules,
        name=chosen,
        people=lambda: _nips(services),
        pushed=lambda: _pushed(services, adapter.name, chosen),
        modules=own_modules(services.library),
    )


def connection_for_files(settings: Settings, adapter: Adapter, name: str | None = None) -> Connection:
    """The same for work on files alone, which needs no installation: nobody of it and no module is known.

    Raises as `connection_of`, and AuditError when a rule layer is wrong.
    """
    chosen, options = given_options(settings, adapter, name)
    rules, zone = rules_of(settings), ZoneInfo(settings.institution.time_zone)
    return Connection(
        institution="",
        options=options,
        clock=system_clock,
        zone=zone,
        forms=frozenset(rules.of_year(system_clock().astimezone(zone).year).forms),
        rules=rules,
        name=chosen,
    )


def given_options(settings: Settings, adapter: Adapter, name: str | None = None) -> tuple[str, dict[str, str]]:
    """Which connection of `adapter` is meant by `name`, and its options with their defaults.

    Raises as `connection_of`.
    """
    chosen = _chosen(settings, adapter.name, name)
    given = {**settings.adapters.shared(adapter.name), **settings.adapters.named(adapter.name).get(chosen, {})}
    known = options_of(adapter)
    place = ".".join(filter(None, ("adapters", adapter.name, chosen)))
    _refuse_unknown(given, known, place)
    values = {option.name: _value(option, given, settings.data) or option.default for option in known}
    return chosen, {option: value for option, value in values.items() if value}


def _nips(services: Services) -> list[str]:
    """The NIPs of those on this year's roster whose data may be processed (UU 27/2022 art. 41)."""
    frozen = services.people.subjects.frozen()
    roster = roster_of(services.people, services.today.year)
    return [str(getattr(e.nip, "digits", e.nip)) for e in roster.values() if e.nip and e.person not in frozen]


def _pushed(services: Services, system: str, name: str) -> frozenset[str]:
    """The ids of the records there that a push of ours wrote."""
    known = services.lti.adapter_pushes.of(system, name).values()
    return frozenset(one.remote for one in known if one.remote and not one.found)


def own_modules(library: Library) -> dict[str, OwnModule]:
    """The modules of the library, by id and by IRI: a system may hold them, as packages or as courses."""
    found: dict[str, OwnModule] = {}
    for one in library.list():
        own = OwnModule(iri=one.iri, title=one.title, jp=one.jp, form=one.bentuk)
        found |= {one.course_id: own, one.iri: own}
    return found


def _chosen(settings: Settings, system: str, name: str | None) -> str:
    there = names_of(settings, system)
    listed = ", ".join(there)
    if name is None and len(there) > 1:
        raise SettingsError("adapter.which_connection", system, system=system, known=listed)
    if name is not None and name.lower() not in there:
        raise SettingsError("adapter.connection_unknown", name, name=name, system=system, known=listed or "-")
    return there[0] if name is None else name.lower()


def _refuse_unknown(given: Mapping[str, str], known: tuple[Option, ...], place: str) -> None:
    for name in given:
        if not any(_names(option, name) for option in known):
            listed = ", ".join(option.name for option in known) or "-"
            raise SettingsError("adapter.option_unknown", name, name=name, where=f"[{place}]", known=listed)


def _names(option: Option, name: str) -> bool:
    return name == option.name or (option.secret and name == option.name + FILE)


def _value(option: Option, given: Mapping[str, str], data: Path) -> str:
    """The value of `option`, perhaps from its file; a relative path starts at the data folder."""
    value, path = given.get(option.name, ""), given.get(option.name + FILE, "") if option.secret else ""
    if value and path:
        raise SettingsError("settings.said_twice", option.name, key=option.name)
    if not path:
        return value
    try:
        return (data / path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        raise SettingsError("settings.unreadable", type(cause).__name__, file=path) from cause


def is_open(registry: Registry, system: str, name: str) -> bool:
    """Whether the option `name` of `system` may be shown: its adapter knows it, and as no secret."""
    try:
        known = options_of(registry.get(system))
    except AdapterError:
        return False
    return any(name == option.name + FILE for option in known if option.secret) or any(
        name == option.name for option in known if not option.secret
    )


def masked(settings: Settings, registry: Registry) -> dict[str, object]:
    """The options of all adapters as they may be shown: what is or may be a secret is replaced by stars."""

    def shown(system: str, options: Mapping[str, object]) -> dict[str, object]:
        return {
            name: shown(system, value) if isinstance(value, dict) else _shown(value, is_open(registry, system, name))
            for name, value in options.items()
        }

    return {system: shown(system, options) for system, options in settings.adapters.systems.items()}


def _shown(value: object, is_plain: bool) -> str:
    text = str(value)
    return text if is_plain and not ("://" in text and "@" in text) else MASK


def unknown_systems(settings: Settings, registry: Registry) -> Iterator[str]:
    """The systems in the settings that no installed adapter is for."""
    return (system for system in settings.adapters.systems if system not in registry.names())
