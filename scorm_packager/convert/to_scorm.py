"""Writes the manifest of a converted course: SCORM 1.2 (CAM 2.3) and SCORM 2004, 3rd and 4th edition (CAM 3.4, 5.1)."""

from collections.abc import Mapping

from lxml import etree

from scorm_packager.convert.durations import as_iso, as_span
from scorm_packager.convert.resources import add_resources
from scorm_packager.convert.tree import Node, Tree
from scorm_packager.formats.scorm12_manifest import ADLCP as ADLCP12
from scorm_packager.formats.scorm12_manifest import CP as CP12
from scorm_packager.formats.scorm12_manifest import IMSMD, SCHEMA, XML_LANG
from scorm_packager.formats.scorm12_manifest import LONGEST_DESCRIPTION as LONGEST12
from scorm_packager.formats.scorm12_manifest import VERSION as VERSION12
from scorm_packager.formats.scorm2004_lom import LONGEST_DESCRIPTION as LONGEST2004
from scorm_packager.formats.scorm2004_manifest import OBJECTIVE, SPACES, Edition
from scorm_packager.formats.xml import add, fraction, one_line, root_element, to_bytes
from scorm_packager.namespaces import ADLCP2004, IMSSS, LOM

LONGEST_DATA12, LONGEST_DATA2004 = 255, 4000
ACTIONS = ("exit,message", "exit,no message", "continue,message", "continue,no message")


def write_scorm12(tree: Tree, bridge: Mapping[str, bytes]) -> bytes:
    """`imsmanifest.xml` of `tree` for SCORM 1.2."""
    spaces: dict[str | None, str] = {None: CP12, "adlcp": ADLCP12}
    spaces |= {"imsmd": IMSMD} if tree.description else {}
    root = root_element("manifest", spaces, identifier=f"M-{tree.mark[:16]}", version="1.1")
    metadata = _metadata(root, VERSION12)
    if tree.description:
        general = add(add(metadata, "lom", space=IMSMD), "general")
        for tag, text in (("title", tree.title), ("description", one_line(tree.description, LONGEST12))):
            add(add(general, tag), "langstring", text).set(XML_LANG, tree.language or "x-none")
    organization = _organization(root, tree)
    items = [(add_item(organization, node), node) for node in tree.nodes]
    opened = add_resources(root, tree, f"{{{ADLCP12}}}scormtype", bridge)
    for item, node in _pairs(items):
        _refer(item, node, opened)
        _details12(item, node)
    return to_bytes(root)


def write_scorm2004(tree: Tree, bridge: Mapping[str, bytes], edition: Edition) -> bytes:
    """`imsmanifest.xml` of `tree` for one edition of SCORM 2004."""
    spaces = SPACES | ({"lom": LOM} if tree.description else {})
    root = root_element("manifest", spaces, identifier=f"M-{tree.mark[:16]}", version="1.0")
    metadata = _metadata(root, edition.version)
    if tree.description:
        general = add(add(metadata, "lom", space=LOM), "general")
        for tag, text in (("title", tree.title), ("description", one_line(tree.description, LONGEST2004))):
            string = add(add(general, tag), "string", text)
            if tree.language:
                string.set("language", tree.language)
    organization = _organization(root, tree)
    items = [(add_item(organization, node), node) for node in tree.nodes]
    opened = add_resources(root, tree, f"{{{ADLCP2004}}}scormType", bridge)
    for item, node in _pairs(items):
        _refer(item, node, opened)
        _details2004(item, node)
    add(add(organization, "sequencing", space=IMSSS), "controlMode", choice="true", flow="true")
    return to_bytes(root)


def _metadata(root: etree._Element, version: str) -> etree._Element:
    metadata = add(root, "metadata")
    add(metadata, "schema", SCHEMA)
    add(metadata, "schemaversion", version)
    return metadata


def _organization(root: etree._Element, tree: Tree) -> etree._Element:
    mark = f"O-{tree.mark[:16]}"
    organization = add(add(root, "organizations", default=mark), "organization", identifier=mark)
    add(organization, "title", one_line(tree.title, 200))
    return organization


def add_item(parent: etree._Element, node: Node) -> etree._Element:
    """An item for `node` with its title and all below it."""
    item = add(parent, "item", identifier=node.id, isvisible="true" if node.visible else "false")
    add(item, "title", one_line(node.title, 200) or node.id)
    for each in node.nodes:
        add_item(item, each)
    return item


def _pairs(items: list[tuple[etree._Element, Node]]) -> list[tuple[etree._Element, Node]]:
    """Each item with its node, at every depth."""
    found = []
    for item, node in items:
        below = [each for each in item if each.tag == item.tag]
        found += [(item, node), *_pairs(list(zip(below, node.nodes, strict=True)))]
    return found


def _refer(item: etree._Element, node: Node, opened: Mapping[str, str]) -> None:
    if node.address:
        item.set("identifierref", opened[node.id])


def _details12(item: etree._Element, node: Node) -> None:
    """What SCORM 1.2 lets an item say, in the order of ADL's schema (2.3.2.5)."""
    if not node.page:
        return
    if node.time_limit is not None:
        add(item, "maxtimeallowed", as_span(node.time_limit), ADLCP12)
    if node.time_action in ACTIONS:
        add(item, "timelimitaction", node.time_action, ADLCP12)
    if node.data and len(node.data) <= LONGEST_DATA12:
        add(item, "datafromlms", node.data, ADLCP12)
    if node.mastery is not None:
        add(item, "masteryscore", f"{max(0.0, node.mastery) * 100:g}", ADLCP12)


def _details2004(item: etree._Element, node: Node) -> None:
    """What SCORM 2004 lets an item say; the pass mark is its primary objective's (RTE 4.2.18)."""
    if node.nodes:
        add(add(item, "sequencing", space=IMSSS), "controlMode", choice="true", flow="true")
        return
    if not node.page:
        return
    if node.time_action in ACTIONS:
        add(item, "timeLimitAction", node.time_action, ADLCP2004)
    if node.data and len(node.data) <= LONGEST_DATA2004:
        add(item, "dataFromLMS", node.data, ADLCP2004)
    sequencing = add(item, "sequencing", space=IMSSS)
    if node.time_limit is not None:
        add(sequencing, "limitConditions", attemptAbsoluteDurationLimit=as_iso(node.time_limit))
    if node.mastery is not None:
        objectives = add(sequencing, "objectives")
        objective = add(objectives, "primaryObjective", objectiveID=OBJECTIVE, satisfiedByMeasure="true")
        add(objective, "minNormalizedMeasure", fraction(node.mastery * 100))
    add(sequencing, "deliveryControls", completionSetByContent="true", objectiveSetByContent="true")
