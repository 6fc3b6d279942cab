"""SCORM 2004, 3rd and 4th edition: a zip for LMSs that keep completion and success apart and take longer records."""

from collections.abc import Sequence
from pathlib import Path

from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Asset, Course
from scorm_packager.formats.choices import check_choices, control_documents
from scorm_packager.formats.parts import cut_course
from scorm_packager.formats.port import Format
from scorm_packager.formats.scorm12_manifest import MANIFEST
from scorm_packager.formats.scorm2004_manifest import FOURTH, THIRD, Edition, write_manifest
from scorm_packager.options import BuildOptions

TRANSPORT = "scorm2004"
SUSPEND_LIMIT = 64_000  # cmi.suspend_data, 3rd and 4th edition (RTE 4.2.24)
SEQUENCING = ("", "auxresource", "control", "delivery", "limit", "objective", "random", "rollup", "seqrule", "util")
CONTROL_DOCS = (
    *("adlcp_v1p3.xsd", "adlnav_v1p3.xsd", "adlseq_v1p3.xsd", "imscp_v1p1.xsd", "xml.xsd"),
    *(f"imsss_v1p0{part}.xsd" for part in SEQUENCING),
)
MORE_DOCS = ("*.dtd", "lom*.xsd", "common/*.xsd", "extend/*.xsd", "unique/*.xsd", "vocab/*.xsd")


class Scorm2004:
    """Builds SCORM 2004 packages of one edition."""

    suffix = ".zip"

    def __init__(self, name: str, edition: Edition) -> None:
        self.name = name
        self.edition = edition

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the zip; the same course gives the same bytes. Raises PackagerError."""
        check_choices(self.name, options, parts=True, control_docs=True, records=True)
        cut = cut_course(course, assets, TRANSPORT, options, {"suspendLimit": SUSPEND_LIMIT})
        docs = control_documents(options.control_docs, CONTROL_DOCS, MORE_DOCS) if options.control_docs else []
        manifest = write_manifest(course, cut, options, self.edition)
        return write_zip(target, [Entry(MANIFEST, manifest), *cut.entries, *docs], options.cache)


THIRD_EDITION: Format = Scorm2004("scorm2004-3", THIRD)
FOURTH_EDITION: Format = Scorm2004("scorm2004-4", FOURTH)
