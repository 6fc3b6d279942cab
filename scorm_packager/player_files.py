"""The player's files as a package ships them: those its page loads, in loading order, and nothing else."""

from pathlib import Path

from scorm_packager.archive import Entry
from scorm_packager.errors import PackagerError
from scorm_packager.player import FOLDER, STYLES, script_names

PLACE = "player"


def player_entries(transport: str, folder: Path = FOLDER, *, records: bool = False) -> list[Entry]:
    """The player's files for `transport` as entries of a package, below `player/`; raises PackagerError.

    `records` adds those that send statements to an LRS beside the LMS's own data.
    """
    names = [*script_names(transport, records=records), *STYLES]
    for name in names:
        if not (folder / name).is_file():
            raise PackagerError("player.incomplete", f"no {name} in {folder}", name=name)
    return [Entry(f"{PLACE}/{name}", folder / name) for name in names]
