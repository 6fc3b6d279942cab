"""SCORM 1.2: one zip with one SCO, which Moodle, its app and every older LMS can play."""

from collections.abc import Sequence
from pathlib import Path

from scorm_packager.archive import Entry, write_zip
from scorm_packager.content import course_content
from scorm_packager.course import Asset, Course
from scorm_packager.errors import PackagerError
from scorm_packager.formats.port import Format
from scorm_packager.formats.scorm12_manifest import CONTROL_DOCS, MANIFEST, write_manifest
from scorm_packager.options import BuildOptions

TRANSPORT = "scorm12"


class Scorm12:
    """Builds SCORM 1.2 packages."""

    name = "scorm12"
    suffix = ".zip"

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the zip; the same course gives the same bytes. Raises PackagerError."""
        settings = {"suspendLimit": options.preset.suspend_limit}
        content = course_content(course, assets, TRANSPORT, options, settings)
        manifest = write_manifest(course, [entry.name for entry in content], options)
        docs = _control_docs(options.control_docs) if options.control_docs else []
        return write_zip(target, [content[0], Entry(MANIFEST, manifest), *content[1:], *docs])


def _control_docs(folder: Path) -> list[Entry]:
    """The XSDs of SCORM 1.2 in `folder`, for LMSs that look for them at the root of the zip."""
    for name in CONTROL_DOCS:
        if not (folder / name).is_file():
            raise PackagerError("package.no_control_doc", f"{folder} has no {name}", path=str(folder), name=name)
    return [Entry(name, folder / name) for name in CONTROL_DOCS]


FORMAT: Format = Scorm12()
