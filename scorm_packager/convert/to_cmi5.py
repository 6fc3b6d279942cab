"""Writes the course structure of a converted course for cmi5 (13.2): items become AUs, folders become blocks."""

import uuid
from collections.abc import Iterable

from lxml import etree

from scorm_packager.convert.tree import Node, Tree
from scorm_packager.formats.cmi5 import LONGEST_DESCRIPTION, NAMESPACE
from scorm_packager.formats.xml import add, fraction, href, one_line, root_element, to_bytes

#: The names below are made of the old descriptor alone, so that the same package gives the same IRIs.
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://w3id.org/jampel/konversi")


def write_cmi5(tree: Tree) -> bytes:
    """`cmi5.xml` of `tree`."""
    root = root_element("courseStructure", {None: NAMESPACE})
    course = add(root, "course", id=iri_of(tree, "course"))
    _text(course, "title", tree.title, tree)
    _text(course, "description", tree.description or tree.title, tree)
    _parts(root, tree.nodes, tree)
    return to_bytes(root)


def iri_of(tree: Tree, mark: str) -> str:
    """The IRI of a part of `tree`, the same at each conversion."""
    return uuid.uuid5(SPACE, f"{tree.mark} {mark}").urn


def move_on(node: Node, tree: Tree) -> str:
    """When an AU is satisfied, by what its content can say.

    `lesson_status` of SCORM 1.2 is either `completed` or a verdict; SCORM 2004 says both, and with a pass mark both
    count.
    """
    if not node.tracked:
        return "Completed"
    return "CompletedAndPassed" if node.mastery is not None and tree.content == "2004" else "CompletedOrPassed"


def _parts(parent: etree._Element, nodes: Iterable[Node], tree: Tree) -> None:
    for node in nodes:
        if node.nodes:
            block = add(parent, "block", id=iri_of(tree, f"block {node.id}"))
            _text(block, "title", node.title, tree)
            _text(block, "description", node.title, tree)
            _parts(block, node.nodes, tree)
        else:
            _unit(parent, node, tree)


def _unit(parent: etree._Element, node: Node, tree: Tree) -> None:
    unit = add(parent, "au", id=iri_of(tree, f"au {node.id}"), launchMethod="AnyWindow", moveOn=move_on(node, tree))
    if node.mastery is not None:
        unit.set("masteryScore", fraction(max(0.0, min(1.0, node.mastery)) * 100))
    _text(unit, "title", node.title, tree)
    _text(unit, "description", node.title, tree)
    add(unit, "url", href(node.page))


def _text(parent: etree._Element, tag: str, text: str, tree: Tree) -> None:
    add(add(parent, tag), "langstring", one_line(text, LONGEST_DESCRIPTION) or "–", lang=tree.language or "und")
