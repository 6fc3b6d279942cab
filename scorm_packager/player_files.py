"""The player's files as a package ships them: which, and in what order its page loads them."""

from importlib import resources
from pathlib import Path

from scorm_packager.archive import Entry
from scorm_packager.errors import PackagerError

FOLDER = "player"
FIRST = ("words.js", "course.js")
LAST = "player.js"
STYLE = "player.css"
SHIPPED = (".js", ".css", ".svg", ".png", ".woff2")


def player_folder() -> Path:
    """Where the player lies in the installed package."""
    return Path(str(resources.files("scorm_packager") / FOLDER))


def script_names(transport: str, folder: Path | None = None) -> list[str]:
    """The scripts of the player for `transport`, in the order a page must load them."""
    needed = [*FIRST, f"transport-{transport}.js", LAST]
    there = [path.name for path in _shipped(transport, folder) if path.suffix == ".js"]
    missing = sorted({*needed, STYLE} - {path.name for path in _shipped(transport, folder)})
    if missing:
        raise PackagerError("player.incomplete", f"no {missing[0]} in the player", file=missing[0])
    others = sorted(set(there) - set(needed))
    return [*FIRST, *others, *needed[len(FIRST):]]


def player_entries(transport: str, folder: Path | None = None) -> list[Entry]:
    """The player's files for `transport` as entries of a package, below `player/`."""
    script_names(transport, folder)
    return [Entry(f"{FOLDER}/{path.name}", path) for path in _shipped(transport, folder)]


def _shipped(transport: str, folder: Path | None) -> list[Path]:
    """Everything a browser may ask for, without the transports of other formats."""
    place = folder or player_folder()
    names = sorted(place.iterdir()) if place.is_dir() else []
    return [path for path in names if path.is_file() and path.suffix in SHIPPED
            and (not path.name.startswith("transport-") or path.name == f"transport-{transport}.js")]
