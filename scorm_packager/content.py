"""The files that every format ships: the page of the course, the player, and the course's own files."""

from collections.abc import Mapping, Sequence

from scorm_packager.archive import Entry
from scorm_packager.course import Asset, Course
from scorm_packager.first_screen import script_name, split_course
from scorm_packager.index_page import render_index
from scorm_packager.options import BuildOptions
from scorm_packager.player import script_names
from scorm_packager.player_files import player_entries
from scorm_packager.records import records_config

INDEX = "index.html"


def course_content(
    course: Course,
    assets: Sequence[Asset],
    transport: str,
    options: BuildOptions,
    settings: Mapping[str, object] | None = None,
) -> list[Entry]:
    """The entries of a package that plays `course`: `index.html` first, then the rest by name.

    `transport` is one of the player's, `settings` what that transport needs beyond what every one gets. A long course
    stands in `index.html` in outline, with its later pages beside it (`isi/2.js`, …).
    """
    config: dict[str, object] = {"transport": transport, "language": course.language, **(settings or {})}
    config |= (records := records_config(course, transport, options.lrs))
    parts = split_course(course)
    page = render_index(course, config, parts).encode()
    later = (Entry(script_name(number), body) for number, body in parts.scripts().items())
    content = [
        *player_entries(script_names(transport, records=bool(records)), str(config["language"])),
        *later,
        *(Entry(asset.path, asset.source) for asset in assets),
    ]
    return [Entry(INDEX, page), *sorted(content, key=lambda entry: entry.name)]
