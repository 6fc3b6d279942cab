"""Writes `imsmanifest.xml` for SCORM 1.2 (ADL SCORM 1.2 CAM, 2.3), as every LMS reads it.

Moodle's reader knows no namespaces: the prefix must be `adlcp`, the elements of content packaging stand without one,
and `schemaversion` must be exactly `1.2`, or the package is taken for something else.
"""

from collections.abc import Sequence
from urllib.parse import quote

from lxml import etree

from scorm_packager.course import Course
from scorm_packager.options import BuildOptions

MANIFEST = "imsmanifest.xml"
CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
IMSMD = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "ADL SCORM"
VERSION = "1.2"
CONTROL_DOCS = ("adlcp_rootv1p2.xsd", "ims_xml.xsd", "imscp_rootv1p1p2.xsd", "imsmd_rootv1p2p1.xsd")
LOCATIONS = f"{CP} imscp_rootv1p1p2.xsd {IMSMD} imsmd_rootv1p2p1.xsd {ADLCP} adlcp_rootv1p2.xsd"
LONGEST_DESCRIPTION = 1000  # LOM general.description
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'  # some readers know double quotes only
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write_manifest(course: Course, files: Sequence[str], options: BuildOptions) -> bytes:
    """The manifest of `course` as one SCO whose first of `files` (names in the zip) is launched."""
    spaces = {None: CP, "adlcp": ADLCP}
    spaces |= {"imsmd": IMSMD} if options.preset.metadata else {}
    spaces |= {"xsi": XSI} if options.control_docs else {}
    root = etree.Element(f"{{{CP}}}manifest", {"identifier": f"jampel-{course.id}", "version": "1.1"}, nsmap=spaces)
    if options.control_docs:
        root.set(f"{{{XSI}}}schemaLocation", LOCATIONS)
    _metadata(root, course, options)
    _organization(root, course, options)
    _resource(root, files)
    return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False, pretty_print=True)


def href(name: str) -> str:
    """The name of a file in the zip as the manifest must spell it."""
    return quote(name, safe="/-._~")


def _child(
    parent: etree._Element, tag: str, text: str | None = None, space: str = CP, **attributes: str
) -> etree._Element:
    child = etree.SubElement(parent, f"{{{space}}}{tag}", attributes)
    child.text = text
    return child


def _metadata(root: etree._Element, course: Course, options: BuildOptions) -> None:
    metadata = _child(root, "metadata")
    _child(metadata, "schema", SCHEMA)
    _child(metadata, "schemaversion", VERSION)
    if not options.preset.metadata:
        return
    lom = _child(metadata, "lom", space=IMSMD)
    general = _child(lom, "general", space=IMSMD)
    _lang(_child(general, "title", space=IMSMD), course.title, course.language)
    _child(general, "language", course.language, IMSMD)
    description = " ".join(course.description.split())[:LONGEST_DESCRIPTION].strip()
    _lang(_child(general, "description", space=IMSMD), description or course.title, course.language)
    lifecycle = _child(lom, "lifecycle", space=IMSMD)
    _lang(_child(lifecycle, "version", space=IMSMD), course.version, "x-none")
    if course.licence:
        rights = _child(lom, "rights", space=IMSMD)
        _lang(_child(rights, "description", space=IMSMD), course.licence, "x-none")


def _lang(parent: etree._Element, text: str, language: str) -> None:
    _child(parent, "langstring", text, IMSMD).set(XML_LANG, language)


def _organization(root: etree._Element, course: Course, options: BuildOptions) -> None:
    organizations = _child(root, "organizations", default="org-1")
    organization = _child(organizations, "organization", identifier="org-1")
    _child(organization, "title", course.title)
    item = _child(organization, "item", identifier="item-1", identifierref="res-1", isvisible="true")
    _child(item, "title", course.title)
    if options.preset.mastery_score and course.mastery is not None:
        _child(item, "masteryscore", str(course.mastery), ADLCP)


def _resource(root: etree._Element, files: Sequence[str]) -> None:
    resource = _child(_child(root, "resources"), "resource", identifier="res-1", type="webcontent", href=href(files[0]))
    resource.set(f"{{{ADLCP}}}scormtype", "sco")
    for name in files:
        _child(resource, "file", href=href(name))
