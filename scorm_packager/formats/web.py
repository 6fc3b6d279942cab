"""A plain folder that opens from a disk or any web server, without an LMS."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from scorm_packager.archive import PIECE, Entry
from scorm_packager.content import course_content
from scorm_packager.course import Asset, Course
from scorm_packager.formats.choices import check_choices
from scorm_packager.formats.port import Format
from scorm_packager.options import BuildOptions
from scorm_packager.output import new_folder
from scorm_packager.player_files import PLACE, SCRIPT

TRANSPORT = "web"
OURS = f"{PLACE}/{SCRIPT}"  # marks a folder that an earlier build made


class Web:
    """Builds web folders."""

    name = "web"
    suffix = ""

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the folder; one that an earlier build made is replaced, any other is left alone (PackagerError)."""
        check_choices(self.name, options)
        entries = course_content(course, assets, TRANSPORT, options)
        with new_folder(target, replaces=OURS) as folder:
            write_entries(folder, entries)
        return target


def write_entries(folder: Path, entries: Sequence[Entry]) -> None:
    """Write each entry below `folder`; raises PackagerError when a source cannot be read."""
    for entry in entries:
        place = folder / entry.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with entry.open() as (source, _size), place.open("xb") as out:
            shutil.copyfileobj(source, out, PIECE)


FORMAT: Format = Web()
