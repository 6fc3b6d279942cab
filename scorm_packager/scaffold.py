"""Makes a new module folder that explains itself and builds without a warning."""

import re
from importlib import resources
from pathlib import Path

from scorm_packager.archive import Entry
from scorm_packager.errors import PackagerError
from scorm_packager.formats.web import write_entries
from scorm_packager.names import slug
from scorm_packager.output import new_folder

TEMPLATE = "template"
SHORTEST_ID = 3
LONGEST_ID = 64


def new_module(folder: Path) -> Path:
    """Write the example module into `folder`, which must be new or empty; its id is made of the folder's name.

    Raises PackagerError and writes nothing when the folder holds something or cannot be written.
    """
    name = slug(folder.absolute().name)[:LONGEST_ID].strip("-")
    if len(name) < SHORTEST_ID:
        name = f"modul-{name}"
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise PackagerError("output.not_written", str(cause), path=str(folder)) from cause
    with new_folder(folder) as place:
        write_entries(place, [_entry(path, name) for path in _template_files()])
    return folder


def _template_files() -> list[tuple[str, bytes]]:
    root = resources.files("scorm_packager") / TEMPLATE
    folder = Path(str(root))
    return [
        (path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()
    ]


def _entry(file: tuple[str, bytes], name: str) -> Entry:
    path, body = file
    if path == "modul.toml":
        body = re.sub(rb'(?m)^id = ".*?"', f'id = "{name}"'.encode(), body, count=1)
    return Entry(path, body)
