"""`[adapters.<system>]` of the settings, kept as texts: what an option means, only its adapter knows."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from lti_tool.errors import SettingsError

SECTION = "adapters"


class AdapterSettings(msgspec.Struct, frozen=True):
    """The options of each system as texts; an option that is a table is a connection of that name, with options of its
    own (`[adapters.moodle.provinsi]`)."""

    systems: dict[str, dict[str, str | dict[str, str]]] = {}

    def __repr__(self) -> str:
        return "AdapterSettings(…)"  # options may be tokens

    def shared(self, system: str) -> dict[str, str]:
        """The options of `system` that all its connections share."""
        return {name: value for name, value in self.systems.get(system, {}).items() if isinstance(value, str)}

    def named(self, system: str) -> dict[str, dict[str, str]]:
        """The connections of `system` that have a name, with their own options."""
        return {name: value for name, value in self.systems.get(system, {}).items() if isinstance(value, dict)}


def read_adapters(tables: object, texts: Iterable[tuple[str, str]], *, where: str) -> AdapterSettings:
    """The section `tables` of the file `where`, overridden by `texts` of the environment (name without the prefix
    `JAMPEL_ADAPTERS__`, value). Raises SettingsError for what is no table, no plain value, or nested too deeply."""
    if not isinstance(tables, Mapping):
        raise SettingsError("settings.not_a_section", SECTION, key=SECTION, where=where)
    found: dict[str, dict[str, str | dict[str, str]]] = {}
    for system, table in tables.items():
        if not isinstance(table, Mapping):
            key = f"{SECTION}.{system}"
            raise SettingsError("settings.not_a_section", key, key=key, where=where)
        section = f"{SECTION}.{system}"
        found[system.lower()] = {name.lower(): _value(section, name, value) for name, value in table.items()}
    for path, text in texts:
        _put(found, path, text)
    return AdapterSettings(found)


def _value(section: str, name: str, value: object) -> str | dict[str, str]:
    if isinstance(value, Mapping):
        return {inner.lower(): _text(f"{section}.{name}", inner, one) for inner, one in value.items()}
    return _text(section, name, value)


def _text(section: str, name: str, value: object) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, str | int | float):
        return str(value)
    raise SettingsError("settings.wrong_type", name, section=section, problem=f"{name}: text, number or true/false")


def _put(found: dict[str, dict[str, Any]], path: str, text: str) -> None:
    parts = path.lower().split("__")
    if len(parts) not in (2, 3) or not all(parts):
        name = f"JAMPEL_ADAPTERS__{path}"
        near = "JAMPEL_ADAPTERS__MOODLE__URL"
        raise SettingsError("settings.unknown_key_near", name, key=name, where="env", near=near)
    system, *connection, option = parts
    place = found.setdefault(system, {})
    for name in connection:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    place[option] = text
