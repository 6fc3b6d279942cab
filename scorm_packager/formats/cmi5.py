"""cmi5: a zip with the course structure, whose parts talk xAPI to the LRS that the LMS names at launch."""

from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from scorm_packager.archive import Entry, write_zip
from scorm_packager.course import Asset, Course
from scorm_packager.formats.choices import check_choices
from scorm_packager.formats.parts import Part, cut_course
from scorm_packager.formats.port import Format
from scorm_packager.formats.xml import add, fraction, href, one_line, root_element, to_bytes
from scorm_packager.options import BuildOptions

TRANSPORT = "cmi5"
STRUCTURE = "cmi5.xml"
NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
LONGEST_DESCRIPTION = 2000


class Cmi5:
    """Builds cmi5 packages."""

    name = "cmi5"
    suffix = ".zip"

    def build(self, course: Course, assets: Sequence[Asset], target: Path, options: BuildOptions) -> Path:
        """Write the zip; the same course gives the same bytes. Raises PackagerError."""
        check_choices(self.name, options, parts=True)
        cut = cut_course(course, assets, TRANSPORT, options)
        return write_zip(target, [Entry(STRUCTURE, write_structure(course, cut.parts)), *cut.entries], options.cache)


def write_structure(course: Course, parts: Sequence[Part]) -> bytes:
    """`cmi5.xml` (cmi5 section 13.2): one AU for each of `parts`.

    The IRI of the module names what stands for the whole module: its one AU, or the course when it has several. An LRS
    finds it in every statement, or in the LMS's `satisfied`.
    """
    root = root_element("courseStructure", {None: NAMESPACE})
    whole = add(root, "course", id=course.iri if len(parts) > 1 else f"{course.iri.rstrip('/')}/kursus")
    _text(whole, "title", course.title, course)
    _text(whole, "description", course.description or course.title, course)
    for part in parts:
        _unit(root, part, course)
    return to_bytes(root)


def _unit(root: etree._Element, part: Part, course: Course) -> None:
    """An AU. Its `moveOn` is always said: without one, cmi5 takes the AU for satisfied before it was opened."""
    unit = add(root, "au", id=part.iri, launchMethod="AnyWindow")
    unit.set("moveOn", "Completed" if part.mastery is None else "CompletedAndPassed")
    if part.mastery is not None:
        unit.set("masteryScore", fraction(part.mastery))
    _text(unit, "title", part.title, course)
    _text(unit, "description", course.description if part.iri == course.iri else "", course, part.title)
    add(unit, "url", href(part.launch))


def _text(parent: etree._Element, tag: str, text: str, course: Course, otherwise: str = "") -> None:
    found = one_line(text, LONGEST_DESCRIPTION) or otherwise or course.title
    add(add(parent, tag), "langstring", found, lang=course.language)


FORMAT: Format = Cmi5()
