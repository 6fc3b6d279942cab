"""Finds the installed adapters by the entry-point group `jampel.adapters`; a broken one never hides the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

from adapters.base import Adapter
from adapters.errors import AdapterError
from scorm_packager.preset import Preset

GROUP = "jampel.adapters"
FALLBACK = "generic"


@dataclass(frozen=True, slots=True)
class Registry:
    """The adapters by name, and for each name that cannot be used the error that says why (`problems`)."""

    adapters: Mapping[str, Adapter]
    problems: Mapping[str, AdapterError] = field(default_factory=dict)

    def names(self) -> list[str]:
        """The names of the usable adapters, sorted."""
        return sorted(self.adapters)

    def get(self, name: str) -> Adapter:
        """The adapter `name`; raises AdapterError when it is unknown, broken or installed twice."""
        if name in self.problems:
            raise self.problems[name]
        if name not in self.adapters:
            raise AdapterError("adapter.unknown", name, name=name, known=", ".join(self.names()))
        return self.adapters[name]

    def for_product(self, family_code: str | None) -> Adapter:
        """The adapter for the platform's `tool_platform.product_family_code`, else the generic one."""
        wanted = (family_code or "").strip().casefold()
        for name in self.names():
            adapter = self.adapters[name]
            families = {family.casefold() for family in adapter.product_families}
            if adapter.launch_profile is not None and wanted in families:
                return adapter
        return self.get(FALLBACK)

    def presets(self) -> dict[str, Preset]:
        """The package presets of all adapters by preset name."""
        found = (self.adapters[name].package_preset for name in self.names())
        return {preset.name: preset for preset in found if preset is not None}


def load_adapters(found: Iterable[EntryPoint] | None = None) -> Registry:
    """The registry of the entry points `found`, by default those installed."""
    by_name: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP) if found is None else found:
        same = by_name.setdefault(point.name, [])
        if all(other.value != point.value for other in same):  # an editable install may list its points twice
            same.append(point)
    adapters: dict[str, Adapter] = {}
    problems: dict[str, AdapterError] = {}
    for name, points in by_name.items():
        try:
            adapters[name] = _load(name, points)
        except AdapterError as error:
            problems[name] = error
    return Registry(adapters, problems)


def _load(name: str, points: list[EntryPoint]) -> Adapter:
    """The one adapter of `points`; raises AdapterError when there are two, or it cannot be loaded."""
    if len(points) > 1:
        first, second = (f"{_owner(point)} ({point.value})" for point in points[:2])
        raise AdapterError("adapter.duplicate", f"{first}, {second}", name=name, first=first, second=second)
    point = points[0]
    try:
        loaded = point.load()
    except Exception as cause:
        reason = f"{type(cause).__name__}: {cause}"
        raise AdapterError("adapter.broken", reason, name=name, package=_owner(point), reason=reason) from cause
    if not isinstance(loaded, Adapter):
        raise AdapterError("adapter.not_an_adapter", point.value, name=name, package=_owner(point), value=point.value)
    if loaded.name != name:
        raise AdapterError("adapter.other_name", point.value, name=name, package=_owner(point), own=loaded.name)
    return loaded


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value
