"""Writes the small LOM record of a SCORM 2004 manifest (IEEE 1484.12.3): what the module says of itself, no guesses."""

from lxml import etree

from scorm_packager.course import Course
from scorm_packager.formats.xml import add, one_line

LOM = "http://ltsc.ieee.org/xsd/LOM"
LONGEST_DESCRIPTION = 2000
LONGEST_WORDS = 1000


def add_lom(metadata: etree._Element, course: Course) -> None:
    """A `lom` element as the last child of `metadata`."""
    lom = add(metadata, "lom", space=LOM)
    general = add(lom, "general")
    identifier = add(general, "identifier")
    add(identifier, "catalog", "URI")
    add(identifier, "entry", course.iri)
    _text(general, "title", course.title, course.language)
    add(general, "language", course.language)
    description = one_line(course.description, LONGEST_DESCRIPTION) or course.title
    _text(general, "description", description, course.language)
    if course.competency:
        _text(general, "keyword", one_line(course.competency, LONGEST_WORDS), course.language)
    _text(add(lom, "lifeCycle"), "version", course.version)
    add(add(lom, "metaMetadata"), "metadataSchema", "LOMv1.0")
    add(add(lom, "technical"), "format", "text/html")
    add(add(add(lom, "educational"), "typicalLearningTime"), "duration", f"PT{course.minutes}M")
    if course.licence:
        _text(add(lom, "rights"), "description", one_line(course.licence, LONGEST_WORDS))


def _text(parent: etree._Element, tag: str, text: str, language: str = "") -> None:
    string = add(add(parent, tag), "string", text)
    if language:
        string.set("language", language)
