"""What the repairs work on: the descriptor's tree, the names of the files, and the list of what was done."""

from collections.abc import Iterator

from lxml import etree

from scorm_packager.check.context import PACKAGING
from scorm_packager.check.grammar import Kind, Vocabulary
from scorm_packager.check.structure import local, show, space
from scorm_packager.check.tables import tables_for
from scorm_packager.findings import Finding
from scorm_packager.formats.scorm12_manifest import ADLCP
from scorm_packager.namespaces import ADLCP2004
from scorm_packager.reader.model import Package


class Work:
    """One descriptor under repair. `files` are the package's names as they will be; `done` is what was changed."""

    def __init__(self, package: Package, root: etree._Element, files: frozenset[str], *, moodle: bool = False) -> None:
        self.package = package
        self.root = root
        self.files = files
        self.moodle = moodle
        self.file = package.found.descriptor
        self.done: list[Finding] = []
        tables = tables_for(package.found.kind, package.edition)
        self.tables: dict[str, Vocabulary] = {table.namespace: table for table in tables}

    @property
    def adlcp(self) -> str:
        """ADL's namespace for resources and items in this edition."""
        return ADLCP if self.package.edition == "1.2" else ADLCP2004

    @property
    def scorm_type(self) -> str:
        """The attribute that tells a SCO from an asset, as this edition spells it."""
        return f"{{{self.adlcp}}}{'scormtype' if self.package.edition == '1.2' else 'scormType'}"

    def note(self, code: str, at: etree._Element | None = None, **params: str | int) -> None:
        """Note one change, at the line where it was needed."""
        line = 0 if at is None else at.sourceline or 0
        shown = {key: show(value, 120) if isinstance(value, str) else value for key, value in params.items()}
        self.done.append(Finding(code, level="warning", file=self.file, line=line, params=shown))

    def all(self, *names: str) -> Iterator[etree._Element]:
        """The elements with one of `names`; names that metadata uses too count in the root's namespace alone."""
        own = space(self.root)
        for element in list(self.root.iter("*")):
            if local(element) in names and (local(element) not in PACKAGING or space(element) == own):
                yield element

    def described(self) -> Iterator[tuple[etree._Element, Kind]]:
        """Every element that the tables describe, with its line, parents first."""
        waiting = [(self.root, self._root_kind(self.root))]
        while waiting:
            element, kind = waiting.pop()
            if kind is not None:
                yield element, kind
            waiting.extend((child, self._kind_in(child, element, kind)) for child in element.iterchildren("*"))

    def _root_kind(self, element: etree._Element) -> Kind | None:
        table = self.tables.get(space(element))
        return table.kinds[local(element)] if table and local(element) in table.roots else None

    def _kind_in(self, child: etree._Element, parent: etree._Element, kind: Kind | None) -> Kind | None:
        if kind is not None and space(child) == space(parent):
            name = kind.kinds.get(local(child))
            return self.tables[space(child)].kinds.get(name) if name else None
        return self._root_kind(child)
