"""Writes the resources of a converted SCORM manifest: the old groups of files, and one SCO for each bridge page."""

from collections.abc import Mapping

from lxml import etree

from scorm_packager.convert.tree import Node, Tree
from scorm_packager.formats.xml import add, href
from scorm_packager.repair.identity import Taken

SHARED = "jembatan"


def add_resources(root: etree._Element, tree: Tree, kind: str, bridge: Mapping[str, bytes]) -> dict[str, str]:
    """The `resources` of `tree` below `root`; the result maps the id of each part to that of its resource.

    `kind` is the attribute that tells a SCO from an asset, `bridge` the files that every bridge page needs.
    """
    resources = add(root, "resources")
    names = {group.id for group in tree.groups} | {str(each.get("identifier")) for each in root.iter("*")}
    taken = Taken(names)
    opened = {leaf.id: taken.fresh(f"res-{leaf.id}") for leaf in tree.leaves()}
    shared = taken.fresh(SHARED) if bridge else ""
    there = {group.id for group in tree.groups}
    for leaf in tree.leaves():
        needs = [shared] if leaf.page else []
        needs += [leaf.resource] if leaf.resource in there else []
        _resource(resources, kind, opened[leaf.id], leaf, needs)
    for group in tree.groups:
        resource = add(resources, "resource", identifier=group.id, type="webcontent")
        resource.set(kind, "asset")
        for name in group.files:
            add(resource, "file", href=href(name))
        for mark in group.needs:
            if mark in there:
                add(resource, "dependency", identifierref=mark)
    if shared:
        resource = add(resources, "resource", identifier=shared, type="webcontent")
        resource.set(kind, "asset")
        pages = {leaf.page for leaf in tree.leaves()}
        for name in sorted(set(bridge) - pages):
            add(resource, "file", href=href(name))
    return opened


def _resource(resources: etree._Element, kind: str, mark: str, leaf: Node, needs: list[str]) -> None:
    """What opens one part: the bridge's page as a SCO, or the file itself as an asset."""
    address = href(leaf.page) if leaf.page else leaf.address
    resource = add(resources, "resource", identifier=mark, type="webcontent", href=address)
    resource.set(kind, "sco" if leaf.page else "asset")
    if leaf.page:
        add(resource, "file", href=address)
    elif "://" not in address:
        add(resource, "file", href=address.split("?")[0].split("#")[0])
    for one in needs:
        add(resource, "dependency", identifierref=one)
