"""Reads a package of any kind: the door of this room."""

import re

from lxml import etree

from scorm_packager.formats.scorm12_manifest import CP
from scorm_packager.namespaces import CP2004
from scorm_packager.reader.cmi5 import read_activities, read_course
from scorm_packager.reader.container import Container
from scorm_packager.reader.kinds import Found, is_question_bank, recognise
from scorm_packager.reader.manifest import read_manifest
from scorm_packager.reader.model import Edition, Manifest, Package
from scorm_packager.reader.texts import child, space, text
from scorm_packager.reader.xml import LARGEST, Document, Note, read_xml

CARTRIDGE = re.compile(r"http://www\.imsglobal\.org/xsd/imscc(?:v1p([0-3])/imscp_v1p1|/imscp_v1p1)")
#: What stands in schemaversion, without blanks and in small letters, and the edition that it means.
VERSIONS: dict[str, Edition] = {
    "1.2": "1.2",
    "cam1.3": "2nd",
    "1.3": "2nd",
    "2004": "2nd",
    "20042ndedition": "2nd",
    "20043rdedition": "3rd",
    "2004.3": "3rd",
    "20044thedition": "4th",
    "2004.4": "4th",
}


def read_package(container: Container) -> Package:
    """What `container` holds; never raises for what a package says, only when its descriptor cannot be read at all.

    Raises PackagerError for a descriptor that is too large or broken in the zip.
    """
    found = recognise(container)
    if found.kind in ("other", "aicc"):
        return Package(found=found)
    document = read_xml(container.read(found.descriptor, LARGEST))
    if document.root is None:
        return Package(found=found, document=document, notes=document.notes)
    return read_document(found, document)


def read_document(found: Found, document: Document) -> Package:
    """The package that `document`, the descriptor of what was `found`, describes."""
    root = document.root
    if root is None:
        return Package(found=found, document=document, notes=document.notes)
    package = Package(found=found, document=document, notes=document.notes)
    if found.kind == "cmi5":
        package.course = read_course(root, found.root)
    elif found.kind == "tincan":
        package.activities = read_activities(root)
    else:
        package.manifest = read_manifest(root, found.root)
        if _holds_questions(package.manifest):
            return Package(found=Found("other", found.descriptor, found.root, other="qti"))
        _say_edition(package, root)
    return package


def _holds_questions(manifest: Manifest) -> bool:
    items = any(True for organization in manifest.organizations for _item in organization.walk())
    return is_question_bank((each.type for each in manifest.resources), manifest.schema, has_items=items)


def _say_edition(package: Package, root: etree._Element) -> None:
    """SCORM's edition by schemaversion, else by namespace; a cartridge's by its namespace (CC 1.3, 4.2)."""
    namespace = space(root.tag)
    package.declared = text(child(child(root, "metadata"), "schemaversion"))
    if cartridge := CARTRIDGE.match(namespace):
        package.found = Found("cc", package.found.descriptor, package.found.root, also=package.found.also)
        package.edition = {"1": "1.1", "2": "1.3", "3": "1.3"}.get(cartridge[1] or "", "1.0")  # type: ignore[assignment]
        return
    plain = re.sub(r"\s+", "", package.declared).lower()
    by_version, old = VERSIONS.get(plain), namespace == CP
    if by_version and (namespace not in (CP, CP2004) or (by_version == "1.2") == old):
        package.edition = by_version
        return
    package.edition = "1.2" if old else "4th" if namespace == CP2004 else by_version or ""
    package.notes += (Note("check.edition_guessed", root.sourceline or 1, {"found": package.declared[:40]}, False),)
