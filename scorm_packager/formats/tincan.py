"""TinCan: a zip with `tincan.xml`, for LMSs that launch xAPI content as SCORM Cloud does."""

from collections.abc import Sequence
from pathlib import Path

from scorm_packager.archive import Entry, write_zip
from scorm_packager.content import INDEX, course_content
from scorm_packager.course import Asset, Course
from scorm_packager.formats.choices import check_choices
from scorm_packager.formats.port import Format
from scorm_packager.formats.xml import add, href, one_line, root_element, to_bytes
from scorm_packager.options import BuildOptions

TRANSPORT = "tincan"
DESCRIPTOR = "tincan.xml"
NAMESPACE = "http://projecttincan.com/tincan.xsd"
COURSE_TYPE = "http://adlnet.gov/expapi/activities/course"
LONGEST_DESCRIPTION = 2000


class TinCan:
    """Builds TinCan packages."""

    name = "tincan"
    suffix = ".zip"

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the zip; the same course gives the same bytes. Raises PackagerError."""
        check_choices(self.name, options)
        content = course_content(course, assets, TRANSPORT, options)
        return write_zip(target, [Entry(DESCRIPTOR, write_descriptor(course)), *content], options.cache)


def write_descriptor(course: Course) -> bytes:
    """`tincan.xml`: the module as one activity that can be launched."""
    root = root_element("tincan", {None: NAMESPACE})
    activity = add(add(root, "activities"), "activity", id=course.iri, type=COURSE_TYPE)
    description = one_line(course.description, LONGEST_DESCRIPTION) or course.title
    add(activity, "name", course.title, lang=course.language)
    add(activity, "description", description, lang=course.language)
    add(activity, "launch", href(INDEX), lang=course.language)
    return to_bytes(root)


FORMAT: Format = TinCan()
