"""Reads a cmi5 package as a course between two standards: blocks become folders, AUs what is launched."""

import hashlib
import uuid
from collections.abc import Iterable
from urllib.parse import quote

from lxml import etree

from scorm_packager.convert.inlet import is_page
from scorm_packager.convert.to_cmi5 import SPACE
from scorm_packager.convert.tree import Group, Node, Tree
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding
from scorm_packager.reader.hrefs import is_outside, query_of
from scorm_packager.reader.model import AssignableUnit, Block, Package
from scorm_packager.repair.identity import Taken

#: The one group of all files: cmi5 does not say which AU needs which.
FILES = "isi"


class Cmi5Reader:
    """Makes a `Tree` of one package. `files` are the names that the new package keeps."""

    def __init__(self, package: Package, files: Iterable[str]) -> None:
        if package.course is None or package.document is None or package.document.root is None:
            raise PackagerError("convert.unreadable", "no course structure", path=package.found.descriptor)
        self.package = package
        self.course: Block = package.course
        self.root: etree._Element = package.document.root
        self.files = tuple(files)
        self.language = next((each for each in self.course.titles if each != "und"), "")
        self.taken = Taken((FILES,))
        self.said: list[Finding] = []

    def read(self) -> Tree:
        """The course; raises PackagerError when an AU cannot be answered from inside the package."""
        nodes = tuple(node for part in self.course.parts if (node := self._node(part)) is not None)
        if not nodes:
            raise PackagerError("convert.nothing", "no AU", path=self.package.found.descriptor)
        return Tree(
            title=self._text(self.course.titles) or "cmi5",
            description=self._text(self.course.descriptions),
            language=self.language,
            content="cmi5",
            mark=hashlib.sha256(etree.tostring(self.root, method="c14n")).hexdigest(),
            nodes=nodes,
            groups=(Group(id=FILES, files=tuple(sorted(self.files))),),
            said=self.said,
        )

    def _node(self, part: AssignableUnit | Block) -> Node | None:
        mark = self.taken.fresh("bab" if isinstance(part, Block) else "au")
        title = self._text(part.titles) or mark
        if isinstance(part, AssignableUnit):
            return self._leaf(part, mark, title)
        nodes = tuple(node for each in part.parts if (node := self._node(each)) is not None)
        return Node(id=mark, title=title, line=part.line, nodes=nodes) if nodes else None

    def _leaf(self, unit: AssignableUnit, mark: str, title: str) -> Node:
        self._refuse(unit, title)
        self._say(unit, title)
        return Node(
            id=mark,
            title=title,
            line=unit.line,
            address=quote(unit.launch, safe="/-._~") + query_of(unit.url),
            tracked=True,
            resource=FILES,
            unit=_launch_of(unit),
        )

    def _refuse(self, unit: AssignableUnit, title: str) -> None:
        """An AU whose requests no page of the package could answer."""
        place = self.package.found.descriptor
        if is_outside(unit.url):
            raise PackagerError("convert.unit_outside", unit.url, path=place, item=title, address=unit.url[:120])
        if unit.launch not in self.files:
            raise PackagerError("convert.launch_missing", unit.url, name=unit.launch or unit.url, path=place)
        if not is_page(unit.launch):
            raise PackagerError("convert.unit_no_page", unit.launch, path=place, item=title, name=unit.launch)

    def _say(self, unit: AssignableUnit, title: str) -> None:
        if unit.move_on == "NotApplicable":
            self._remark("convert.unit_satisfied", unit.line, item=title)
        else:
            self._remark("convert.unit", unit.line, item=title, value=unit.move_on)
        if unit.mastery is not None:
            self._remark("convert.mastery", unit.line, item=title, value=f"{unit.mastery * 100:g}")
        if unit.launch_parameters:
            self._remark("convert.data", unit.line, item=title, count=len(unit.launch_parameters))
        if unit.launch_method == "OwnWindow":
            self._remark("convert.unit_window", unit.line, item=title)
        if unit.objectives:
            self._remark("convert.unit_objectives", unit.line, item=title, count=len(unit.objectives))

    def _remark(self, code: str, line: int, **params: str | int) -> None:
        self.said.append(
            Finding(code, level="warning", file=self.package.found.descriptor, line=line, params=dict(params))
        )

    def _text(self, texts: dict[str, str]) -> str:
        return (texts.get(self.language) or next(iter(texts.values()), "")).strip()


def _launch_of(unit: AssignableUnit) -> dict[str, object]:
    """What the bridge's page tells the AU of its launch (cmi5 10.2), beside what only the session knows.

    The activity has a name of its own, as every LMS gives one (cmi5 8.1.5); it stays through every new version.
    """
    return {
        "activity": uuid.uuid5(SPACE, f"activity {unit.id}").urn,
        "publisher": unit.id,
        "moveOn": unit.move_on,
        "masteryScore": unit.mastery,
        "launchMethod": unit.launch_method,
        "launchParameters": unit.launch_parameters,
        "entitlementKey": unit.entitlement_key,
    }
