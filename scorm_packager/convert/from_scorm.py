"""Reads a SCORM package as a course between two standards, and says what has no place in the new one."""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote

from lxml import etree

from scorm_packager.check.files import CONTROL_DOC
from scorm_packager.convert.durations import seconds_of
from scorm_packager.convert.tree import Group, Node, Tree
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding
from scorm_packager.names import JUNK
from scorm_packager.reader.hrefs import is_outside
from scorm_packager.reader.model import Item, Manifest, Package, Resource, Sequencing
from scorm_packager.reader.texts import local
from scorm_packager.repair.identity import Taken

SHOWN = 10


class ScormReader:
    """Makes a `Tree` of one package. `files` are the names in the zip, `target` is the kind of the new package."""

    def __init__(self, package: Package, files: Iterable[str], target: str) -> None:
        if package.manifest is None or package.document is None or package.document.root is None:
            raise PackagerError("convert.unreadable", "no manifest", path=package.found.descriptor)
        self.package = package
        self.manifest: Manifest = package.manifest
        self.root: etree._Element = package.document.root
        self.files = frozenset(files)
        self.target = target
        self.said: list[Finding] = []
        self.taken = Taken(())
        self.ids: dict[str, str] = {}

    def read(self) -> Tree:
        """The course; raises PackagerError when nothing in it can be opened."""
        launched = self.manifest.launched
        if launched is None:
            raise PackagerError("convert.nothing", "no organization", path=self.package.found.descriptor)
        groups = self._groups()
        nodes = tuple(node for item in launched.items if (node := self._node(item)) is not None)
        self._say_whole(launched.sequencing)
        tree = Tree(
            title=launched.title or self.manifest.title or launched.id or "SCORM",
            description=self.manifest.description,
            language=self.manifest.language,
            content="12" if self.package.edition == "1.2" else "2004",
            mark=hashlib.sha256(etree.tostring(self.root, method="c14n")).hexdigest(),
            nodes=nodes,
            groups=groups,
            said=self.said,
        )
        if not tree.leaves():
            raise PackagerError("convert.nothing", "nothing is launched", path=self.package.found.descriptor)
        return tree

    def remark(self, code: str, line: int = 0, **params: str | int) -> None:
        """Note what becomes of something at `line` of the descriptor."""
        self.said.append(
            Finding(code, level="warning", file=self.package.found.descriptor, line=line, params=dict(params))
        )

    def _say_whole(self, sequencing: Sequencing | None) -> None:
        """What lies outside the items of the default organization."""
        if len(self.manifest.organizations) > 1:
            self.remark("convert.organizations", count=len(self.manifest.organizations) - 1)
        nested = [each for each in self.root.iterchildren("*") if local(each.tag) == "manifest"]
        if nested:
            self.remark("convert.submanifest", nested[0].sourceline or 0)
        names = [local(each.tag) for each in self.root.iter("*")]
        if names.count("lom") > 1 or "location" in names:
            self.remark("convert.metadata")
        if {"data", "map"} & set(names) and self.package.edition == "4th":
            self.remark("convert.shared_data")
        self._sequencing(sequencing, 0, "")

    # ---- resources ----
    def _groups(self) -> tuple[Group, ...]:
        for resource in self.manifest.resources:
            self.ids.setdefault(resource.id, self.taken.fresh(resource.id or "res"))
        listed: set[str] = set()
        groups = [self._group(resource, listed) for resource in self.manifest.resources]
        left = sorted(name for name in self.files - listed if not self._is_apart(name))
        if left:
            groups.append(Group(id=self.taken.fresh("berkas-lain"), files=tuple(left)))
        return tuple(group for group in groups if group.files or group.needs)

    def _group(self, resource: Resource, listed: set[str]) -> Group:
        """The files of a resource that are there; `listed` then holds them."""
        named = dict.fromkeys(name for name in (resource.launch, *(file.name for file in resource.files)) if name)
        missing = [name for name in named if name not in self.files]
        if missing:
            shown = ", ".join(missing[:SHOWN]) + (" …" if len(missing) > SHOWN else "")
            self.remark("convert.missing_file", resource.line, names=shown)
        files = tuple(name for name in named if name in self.files and not self._is_apart(name))
        listed.update(files)
        needs = tuple(self.ids[mark] for mark in dict.fromkeys(resource.dependencies) if mark in self.ids)
        return Group(
            id=self.ids[resource.id], files=files, needs=tuple(each for each in needs if each != self.ids[resource.id])
        )

    def _is_apart(self, name: str) -> bool:
        return is_apart(name, self.package)

    # ---- items ----
    def _node(self, item: Item) -> Node | None:
        resource = self.manifest.resource(item.resource) if item.resource else None
        nodes = tuple(node for each in item.items if (node := self._node(each)) is not None)
        mark = self.taken.fresh(item.id or "item")
        title = item.title.strip() or item.id
        if not item.title.strip():
            self.remark("convert.title", item.line, item=title or "–")
        self._say_item(item, title)
        if resource is None or not resource.href:
            return (
                Node(id=mark, title=title or mark, line=item.line, visible=item.visible, nodes=nodes) if nodes else None
            )
        leaf = self._leaf(item, resource, mark, title or mark)
        if not nodes:
            return leaf
        self.remark("convert.leaf", item.line, item=title)
        leaf.id = self.taken.fresh(f"{mark}-isi")
        return Node(id=mark, title=title or mark, line=item.line, visible=item.visible, nodes=(leaf, *nodes))

    def _leaf(self, item: Item, resource: Resource, mark: str, title: str) -> Node:
        away = is_outside(resource.base + resource.href)
        if not away and resource.launch not in self.files:
            raise PackagerError(
                "convert.launch_missing",
                resource.href,
                name=resource.launch or resource.href,
                path=self.package.found.descriptor,
            )
        sco = resource.scorm_type.strip().lower() == "sco"
        if away and sco:
            self.remark("convert.outside", item.line, item=title, address=resource.href[:120])
        address = (resource.base + resource.href) if away else quote(resource.launch, safe="/-._~") + resource.query
        sequencing = item.sequencing
        limit = seconds_of(item.time_limit or (sequencing.time_limit if sequencing else ""))
        node = Node(
            id=mark,
            title=title,
            line=item.line,
            address=with_parameters(address, item.parameters),
            tracked=sco and not away,
            resource=self.ids[resource.id],
            visible=item.visible,
            mastery=item.mastery,
            threshold=item.completion,
            data=item.data,
            time_limit=limit,
            time_action=item.time_action,
            objectives=_objectives(sequencing),
            quiet=sequencing is None or not sequencing.completion_set_by_content,
        )
        self._say_leaf(node)
        return node

    def _say_leaf(self, node: Node) -> None:
        if node.mastery is not None:
            self.remark("convert.mastery", node.line, item=node.title, value=f"{node.mastery * 100:g}")
        if node.threshold is not None and self.target != "2004":
            self.remark("convert.threshold", node.line, item=node.title, value=f"{node.threshold:g}")
        if node.data:
            self.remark("convert.data", node.line, item=node.title, count=len(node.data))
        if node.time_limit is None:
            return
        seconds = int(node.time_limit)
        if self.target == "cmi5":
            self.remark("convert.time_by_content", node.line, item=node.title, seconds=seconds)
        else:
            self.remark("convert.time_limit", node.line, item=node.title, seconds=seconds)

    def _say_item(self, item: Item, title: str) -> None:
        """What one item asks of the LMS and will not be given."""
        if item.prerequisites:
            self.remark("convert.prerequisites", item.line, item=title, script=item.prerequisites[:120])
        if item.hidden_controls:
            self.remark("convert.navigation", item.line, item=title, controls=", ".join(item.hidden_controls))
        if not item.visible and self.target == "cmi5":
            self.remark("convert.hidden", item.line, item=title)
        self._sequencing(item.sequencing, item.line, title)

    def _sequencing(self, found: Sequencing | None, line: int, title: str) -> None:
        if found is None or self.target == "2004":
            return
        parts = [f"{found.rules} rule"] if found.rules else []
        parts += [] if found.choice else ["choice=false"]
        parts += [] if found.choice_exit else ["choiceExit=false"]
        parts += ["forwardOnly"] if found.forward_only else []
        if shared := sorted({mark for one in found.objectives for mark in (*one.reads, *one.writes)}):
            parts.append("mapInfo " + ", ".join(shared[:3]))
        item = title or self.manifest.id
        if parts:
            self.remark("convert.sequencing", line, item=item, what="; ".join(parts))
        if found.attempt_limit is not None:
            self.remark("convert.attempts", line, item=item, count=found.attempt_limit)
        if not found.tracked:
            self.remark("convert.untracked", line, item=item)


def _objectives(sequencing: Sequencing | None) -> tuple[str, ...]:
    return tuple(one.id for one in sequencing.objectives if one.id) if sequencing else ()


def is_apart(name: str, package: Package) -> bool:
    """Whether a file belongs to the old packaging and not to the content: descriptors, control documents, litter."""
    old = {package.found.descriptor, *("imsmanifest.xml", "cmi5.xml", "tincan.xml")}
    return name in old or bool(CONTROL_DOC.fullmatch(name)) or bool(JUNK.fullmatch(name))


def with_parameters(address: str, parameters: str) -> str:
    """`address` with the item's parameters, as both SCORMs join them (CAM 2004 3.4.1.6; CAM 1.2 2.3.2.5.1)."""
    extra = re.sub(r"\s", "", parameters)
    while extra.startswith(("?", "&")):
        extra = extra[1:]
    if not extra:
        return address
    if extra.startswith("#"):
        return address if "#" in address else address + extra
    place, sign, fragment = address.partition("#")
    return place + ("&" if "?" in place else "?") + extra + sign + fragment
