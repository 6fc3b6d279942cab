"""SCORM 1.2: one zip with one SCO, which Moodle, its app and every older LMS can play."""

from collections.abc import Sequence
from pathlib import Path

from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Asset, Course
from scorm_packager.errors import PackagerError
from scorm_packager.formats.port import Format
from scorm_packager.formats.scorm12_manifest import CONTROL_DOCS, MANIFEST, write_manifest
from scorm_packager.index_page import render_index
from scorm_packager.player import script_names
from scorm_packager.player_files import player_entries
from scorm_packager.preset import Preset

INDEX = "index.html"
TRANSPORT = "scorm12"


class Scorm12:
    """Builds SCORM 1.2 packages."""

    name = "scorm12"
    suffix = ".zip"

    def build(self, course: Course, assets: Sequence[Asset], target: Path, preset: Preset) -> Path:
        """Write the zip; the same course gives the same bytes. Raises PackagerError."""
        config = {"transport": TRANSPORT, "language": course.language, "suspendLimit": preset.suspend_limit}
        page = render_index(course, config, script_names(TRANSPORT)).encode()
        content = [*player_entries(TRANSPORT), *(Entry(asset.path, asset.source) for asset in assets)]
        names = [INDEX, *sorted(entry.name for entry in content)]
        manifest = write_manifest(course, names, preset)
        docs = _control_docs(preset.control_docs) if preset.control_docs else []
        return write_zip(target, [Entry(INDEX, page), Entry(MANIFEST, manifest), *content, *docs])


def _control_docs(folder: Path) -> list[Entry]:
    """The XSDs of SCORM 1.2 in `folder`, for LMSs that look for them at the root of the zip."""
    for name in CONTROL_DOCS:
        if not (folder / name).is_file():
            raise PackagerError("package.no_control_doc", f"{folder} has no {name}", path=str(folder), name=name)
    return [Entry(name, folder / name) for name in CONTROL_DOCS]


FORMAT: Format = Scorm12()
