"""SCORM 1.2: one zip with one SCO, which Moodle, its app and every older LMS can play."""

from collections.abc import Sequence
from pathlib import Path

from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Asset, Course
from scorm_packager.formats.choices import check_choices, control_documents
from scorm_packager.formats.parts import cut_course
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
        check_choices(self.name, options, parts=True, control_docs=True, records=True)
        cut = cut_course(course, assets, TRANSPORT, options)
        docs = control_documents(options.control_docs, CONTROL_DOCS) if options.control_docs else []
        return write_zip(
            target, [Entry(MANIFEST, write_manifest(course, cut, options)), *cut.entries, *docs], options.cache
        )


FORMAT: Format = Scorm12()
