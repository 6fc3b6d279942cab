"""Finds formats by entry point, ours and those of other distributions; a broken one never hides the others."""

from importlib.metadata import EntryPoint, entry_points

from scorm_packager.errors import PackagerError
from scorm_packager.formats.port import Format

GROUP = "jampel.formats"


def format_names() -> list[str]:
    """The names of all installed formats, sorted."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_format(name: str) -> Format:
    """The format called `name`; raises PackagerError when there is none, two differ, or it cannot be loaded."""
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=GROUP):
        if point.name == name:
            found.setdefault(point.value, point)  # an editable install may list its points twice
    if not found:
        raise PackagerError("format.unknown", f"no format called {name}", name=name, known=", ".join(format_names()))
    if len(found) > 1:
        first, second = (f"{_owner(point)} ({point.value})" for point in list(found.values())[:2])
        raise PackagerError("format.duplicate", f"{first}, {second}", name=name, first=first, second=second)
    return _load(name, *found.values())


def _load(name: str, point: EntryPoint) -> Format:
    try:
        loaded = point.load()
    except Exception as cause:
        reason = f"{type(cause).__name__}: {cause}"
        raise PackagerError("format.broken", reason, name=name, package=_owner(point), reason=reason) from cause
    if not isinstance(loaded, Format) or loaded.name != name:
        raise PackagerError("format.not_a_format", point.value, name=name, package=_owner(point), value=point.value)
    return loaded


def _owner(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value
