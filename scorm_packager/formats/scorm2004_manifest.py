"""Writes `imsmanifest.xml` for SCORM 2004 (ADL SCORM 2004 CAM 4.3.1, 3.4 and 5.1), 3rd and 4th edition.

Moodle's reader knows no namespaces: the prefixes must be `adlcp`, `adlseq`, `adlnav` and `imsss`, and `schemaversion`
exact. It takes the pass mark from the last objective, and 100 % from one without a mark: an item has one objective at
most, always with its mark. `imsss:mapInfo` stops its import altogether (PHP 8), and is never written.
"""

from typing import Literal

import msgspec
from lxml import etree

from scorm_packager.course import Course
from scorm_packager.formats.parts import Cut, Part
from scorm_packager.formats.scorm12_manifest import add_resources
from scorm_packager.formats.scorm2004_lom import LOM, add_lom
from scorm_packager.formats.xml import XSI, add, fraction, root_element, say_locations, to_bytes
from scorm_packager.options import BuildOptions

CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
ADLCP = "http://www.adlnet.org/xsd/adlcp_v1p3"
ADLSEQ = "http://www.adlnet.org/xsd/adlseq_v1p3"
ADLNAV = "http://www.adlnet.org/xsd/adlnav_v1p3"
IMSSS = "http://www.imsglobal.org/xsd/imsss"
SPACES: dict[str | None, str] = {None: CP, "adlcp": ADLCP, "adlseq": ADLSEQ, "adlnav": ADLNAV, "imsss": IMSSS}
LOCATIONS = {
    CP: "imscp_v1p1.xsd",
    ADLCP: "adlcp_v1p3.xsd",
    ADLSEQ: "adlseq_v1p3.xsd",
    ADLNAV: "adlnav_v1p3.xsd",
    IMSSS: "imsss_v1p0.xsd",
}
LOM_SCHEMA = "lomLoose.xsd"
SCHEMA = "ADL SCORM"
OBJECTIVE = "tujuan-utama"


class Edition(msgspec.Struct, frozen=True):
    """What differs between the editions: the exact `schemaversion`, and how the completion threshold is written."""

    version: str
    threshold: Literal["text", "attributes"]


THIRD = Edition("2004 3rd Edition", "text")
FOURTH = Edition("2004 4th Edition", "attributes")


def write_manifest(course: Course, cut: Cut, options: BuildOptions, edition: Edition) -> bytes:
    """The manifest of `course` for `edition`, each part of `cut` a SCO."""
    spaces = SPACES | ({"lom": LOM} if options.preset.metadata else {})
    spaces |= {"xsi": XSI} if options.control_docs else {}
    root = root_element("manifest", spaces, identifier=f"jampel-{course.id}", version="1.0")
    if options.control_docs:
        with_lom = options.preset.metadata and (options.control_docs / LOM_SCHEMA).is_file()
        say_locations(root, LOCATIONS | ({LOM: LOM_SCHEMA} if with_lom else {}))
    metadata = add(root, "metadata")
    add(metadata, "schema", SCHEMA)
    add(metadata, "schemaversion", edition.version)
    if options.preset.metadata:
        add_lom(metadata, course)
    _organization(root, course, cut, edition)
    add_resources(root, cut, f"{{{ADLCP}}}scormType")
    return to_bytes(root)


def _organization(root: etree._Element, course: Course, cut: Cut, edition: Edition) -> None:
    organization = add(add(root, "organizations", default="org-1"), "organization", identifier="org-1")
    organization.set(f"{{{ADLSEQ}}}objectivesGlobalToSystem", "false")
    add(organization, "title", course.title)
    for part in cut.parts:
        item = add(organization, "item", identifier=f"item-{part.id}", identifierref=f"res-{part.id}", isvisible="true")
        add(item, "title", part.title)
        _threshold(item, edition)
        _item_sequencing(item, part, alone=len(cut.parts) == 1)
    sequencing = add(organization, "sequencing", space=IMSSS)
    add(sequencing, "controlMode", choice="true", flow="true")  # flow is false unless it is said
    if len(cut.parts) > 1 and any(part.mastery is not None for part in cut.parts):
        _mark(sequencing, course.mastery)


def _threshold(item: etree._Element, edition: Edition) -> None:
    """Complete at a progress of 1, which the player reports when every page is read and every question answered."""
    if edition.threshold == "text":
        add(item, "completionThreshold", "1.0", ADLCP)
    else:
        threshold = add(item, "completionThreshold", space=ADLCP, completedByMeasure="true", minProgressMeasure="1.0")
        threshold.set("progressWeight", "1.0")


def _item_sequencing(item: etree._Element, part: Part, *, alone: bool) -> None:
    """Without deliveryControls an LMS takes a SCO that is still silent for completed and satisfied (SN 3.13)."""
    sequencing = add(item, "sequencing", space=IMSSS)
    if not alone:
        rules = add(sequencing, "rollupRules", objectiveMeasureWeight=f"{part.weight:.4f}")
        rules.set("rollupObjectiveSatisfied", "false" if part.mastery is None else "true")
    _mark(sequencing, part.mastery)
    add(sequencing, "deliveryControls", completionSetByContent="true", objectiveSetByContent="true")


def _mark(sequencing: etree._Element, mastery: int | None) -> None:
    """The pass mark; `cmi.scaled_passing_score` is taken from it only with `satisfiedByMeasure` (RTE 4.2.18)."""
    if mastery is None:
        return
    objectives = add(sequencing, "objectives")
    objective = add(objectives, "primaryObjective", objectiveID=OBJECTIVE, satisfiedByMeasure="true")
    add(objective, "minNormalizedMeasure", fraction(mastery))
