"""What the rules look at: the package, its files, and where findings go."""

from collections.abc import Iterator

from lxml import etree

from scorm_packager.check.codes import level_of
from scorm_packager.check.structure import local, space
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, Findings
from scorm_packager.reader.container import Container
from scorm_packager.reader.model import Package

#: Names that metadata uses too, for other things: they count in the namespace of the root alone.
PACKAGING = frozenset({"manifest", "organizations", "organization", "item", "resources", "resource", "file", "title"})


class Context:
    """One check of one package. `root` is the root of its descriptor, `file` the descriptor's name."""

    def __init__(self, container: Container, package: Package, findings: Findings) -> None:
        self.container = container
        self.package = package
        self.files = container.files
        self.file = package.found.descriptor
        self._findings = findings

    @property
    def root(self) -> etree._Element:
        """The descriptor's root element; rules run only when there is one."""
        root = self.package.document.root if self.package.document else None
        if root is None:
            raise PackagerError("check.not_xml", "no document", reason="-", place=self.file)
        return root

    def report(self, finding: Finding) -> None:
        """Keep `finding`; of one code no more than a person can read."""
        self._findings.add(finding)

    def add(self, code: str, at: etree._Element | int | None = None, **params: str | int) -> None:
        """A finding about the descriptor at an element or line."""
        line = at if isinstance(at, int) else (at.sourceline or 1) if at is not None else 0
        self.report(Finding(code, level=level_of(code), file=self.file, line=line, params=params))

    def add_file(self, code: str, name: str, line: int = 0, **params: str | int) -> None:
        """A finding about a file of the package."""
        self.report(Finding(code, level=level_of(code), file=name, line=line, params=params))

    def all(self, *names: str) -> Iterator[etree._Element]:
        """The elements of the descriptor with one of `names`, in order."""
        own = space(self.root)
        for element in self.root.iter(*(f"{{*}}{name}" for name in names)):  # sought in C: there may be 200,000 others
            if local(element) not in PACKAGING or space(element) == own:
                yield element
