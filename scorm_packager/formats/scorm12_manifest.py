"""Writes `imsmanifest.xml` for SCORM 1.2 (ADL SCORM 1.2 CAM, 2.3), as every LMS reads it.

Moodle's reader knows no namespaces: the prefix must be `adlcp`, the elements of content packaging stand without one,
and `schemaversion` must be exactly `1.2`, or the package is taken for something else.
"""

from lxml import etree

from scorm_packager.course import Course
from scorm_packager.formats.parts import Cut, Part
from scorm_packager.formats.xml import XSI, add, href, one_line, root_element, say_locations, to_bytes
from scorm_packager.options import BuildOptions

MANIFEST = "imsmanifest.xml"
CP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADLCP = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
IMSMD = "http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"
SCHEMA = "ADL SCORM"
VERSION = "1.2"
CONTROL_DOCS = ("adlcp_rootv1p2.xsd", "ims_xml.xsd", "imscp_rootv1p1p2.xsd", "imsmd_rootv1p2p1.xsd")
LOCATIONS = {CP: "imscp_rootv1p1p2.xsd", IMSMD: "imsmd_rootv1p2p1.xsd", ADLCP: "adlcp_rootv1p2.xsd"}
LONGEST_DESCRIPTION = 1000  # LOM general.description
SHARED = "res-bersama"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write_manifest(course: Course, cut: Cut, options: BuildOptions) -> bytes:
    """The manifest of `course`, each part of `cut` a SCO."""
    spaces: dict[str | None, str] = {None: CP, "adlcp": ADLCP}
    spaces |= {"imsmd": IMSMD} if options.preset.metadata else {}
    spaces |= {"xsi": XSI} if options.control_docs else {}
    root = root_element("manifest", spaces, identifier=f"jampel-{course.id}", version="1.1")
    if options.control_docs:
        say_locations(root, LOCATIONS)
    _metadata(root, course, options)
    _organization(root, course, cut, options)
    add_resources(root, cut, f"{{{ADLCP}}}scormtype")
    return to_bytes(root)


def add_resources(root: etree._Element, cut: Cut, kind: str) -> None:
    """The resources of all parts, and one that holds what they share; `kind` is the attribute that marks a SCO."""
    resources = add(root, "resources")
    for part in cut.parts:
        resource = add(resources, "resource", identifier=f"res-{part.id}", type="webcontent", href=href(part.launch))
        resource.set(kind, "sco")
        for name in part.files:
            add(resource, "file", href=href(name))
        if cut.shared:
            add(resource, "dependency", identifierref=SHARED)
    if cut.shared:
        resource = add(resources, "resource", identifier=SHARED, type="webcontent")
        resource.set(kind, "asset")
        for name in cut.shared:
            add(resource, "file", href=href(name))


def _metadata(root: etree._Element, course: Course, options: BuildOptions) -> None:
    metadata = add(root, "metadata")
    add(metadata, "schema", SCHEMA)
    add(metadata, "schemaversion", VERSION)
    if not options.preset.metadata:
        return
    general = add(add(metadata, "lom", space=IMSMD), "general")
    _lang(add(general, "title"), course.title, course.language)
    add(general, "language", course.language)
    description = one_line(course.description, LONGEST_DESCRIPTION)
    _lang(add(general, "description"), description or course.title, course.language)
    lom = general.getparent()
    _lang(add(add(lom, "lifecycle"), "version"), course.version, "x-none")
    if course.licence:
        _lang(add(add(lom, "rights"), "description"), course.licence, "x-none")


def _lang(parent: etree._Element, text: str, language: str) -> None:
    add(parent, "langstring", text).set(XML_LANG, language)


def _organization(root: etree._Element, course: Course, cut: Cut, options: BuildOptions) -> None:
    organization = add(add(root, "organizations", default="org-1"), "organization", identifier="org-1")
    add(organization, "title", course.title)
    for part in cut.parts:
        _item(organization, part, options)


def _item(organization: etree._Element, part: Part, options: BuildOptions) -> None:
    item = add(organization, "item", identifier=f"item-{part.id}", identifierref=f"res-{part.id}", isvisible="true")
    add(item, "title", part.title)
    if options.preset.mastery_score and part.mastery is not None:
        add(item, "masteryscore", str(part.mastery), ADLCP)
