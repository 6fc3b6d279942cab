"""Finds formats by entry point, ours and those of other distributions."""

from importlib.metadata import entry_points

from scorm_packager.errors import PackagerError
from scorm_packager.formats.port import Format

GROUP = "jampel.formats"


def format_names() -> list[str]:
    """The names of all installed formats, sorted."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_format(name: str) -> Format:
    """The format called `name`; raises PackagerError naming those there are."""
    for point in entry_points(group=GROUP):
        if point.name == name:
            found: Format = point.load()
            return found
    raise PackagerError("format.unknown", f"no format called {name}", name=name, known=", ".join(format_names()))
