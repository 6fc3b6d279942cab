"""Rewrites a SCORM 2004 manifest for another edition: the content calls the same API, so it needs no bridge."""

from copy import deepcopy

from lxml import etree

from scorm_packager.findings import Finding
from scorm_packager.formats.scorm2004_manifest import SCHEMA, Edition
from scorm_packager.formats.xml import XSI, to_bytes
from scorm_packager.namespaces import ADLCP2004, ADLNAV, ADLSEQ
from scorm_packager.reader.model import Package
from scorm_packager.reader.texts import child, local, space, text

#: What only the 4th edition knows (CAM 4th, 5.1 and 5.2).
FOURTH_ELEMENTS = {(ADLSEQ, "objectives"), (ADLCP2004, "data"), (ADLCP2004, "map")}
FOURTH_ATTRIBUTES = ("sharedDataGlobalToSystem",)
FOURTH_CONTROLS = ("exitAll", "abandonAll", "suspendAll")


def write_edition(package: Package, edition: Edition) -> tuple[bytes, list[Finding]]:
    """The manifest of `package` as one of `edition`, and what that changed."""
    document = package.document
    if document is None or document.root is None:  # pragma: no cover - the reader has refused it
        return b"", []
    work = _Rewriting(deepcopy(document.root), package, edition)
    work.rewrite()
    return to_bytes(work.root), work.said


class _Rewriting:
    def __init__(self, root: etree._Element, package: Package, edition: Edition) -> None:
        self.root = root
        self.package = package
        self.edition = edition
        self.said: list[Finding] = []

    def rewrite(self) -> None:
        """Version, threshold and, below the 4th edition, what that alone knows."""
        self._version()
        for element in list(self.root.iter("*")):
            element.attrib.pop(f"{{{XSI}}}schemaLocation", None)
            if local(element.tag) == "completionThreshold":
                self._threshold(element)
        if self.edition.threshold == "text":
            self._without_fourth()

    def _version(self) -> None:
        metadata = child(self.root, "metadata")
        if metadata is None:
            metadata = etree.Element(f"{{{space(self.root.tag)}}}metadata")
            self.root.insert(0, metadata)
        for at, (name, wanted) in enumerate((("schema", SCHEMA), ("schemaversion", self.edition.version))):
            found = child(metadata, name)
            if found is None:
                found = etree.Element(f"{{{space(metadata.tag)}}}{name}")
                metadata.insert(at, found)
            found.text = wanted

    def _threshold(self, element: etree._Element) -> None:
        """Text up to the 3rd edition, attributes from the 4th on (CAM 3rd 5.1.1.4, 4th 5.1.1.6)."""
        least = str(element.get("minProgressMeasure") or text(element) or "1.0")
        measured = element.get("completedByMeasure") not in ("false", "0") if element.attrib else bool(text(element))
        for name in ("completedByMeasure", "minProgressMeasure", "progressWeight"):
            element.attrib.pop(name, None)
        element.text = None
        if self.edition.threshold == "text":
            parent = element.getparent()
            if not measured and parent is not None:
                parent.remove(element)
            element.text = least
        else:
            element.set("completedByMeasure", "true" if measured else "false")
            element.set("minProgressMeasure", least)

    def _without_fourth(self) -> None:
        for element in list(self.root.iter("*")):
            for name in FOURTH_ATTRIBUTES:
                if element.attrib.pop(f"{{{ADLCP2004}}}{name}", None) is not None:
                    self._lose(element, name)
            own = (space(element.tag), local(element.tag))
            late = own in FOURTH_ELEMENTS or (own == (ADLNAV, "hideLMSUI") and text(element) in FOURTH_CONTROLS)
            parent = element.getparent()
            if late and parent is not None:
                self._lose(element, local(element.tag))
                parent.remove(element)

    def _lose(self, element: etree._Element, name: str) -> None:
        self.said.append(
            Finding(
                "convert.fourth_only",
                level="warning",
                file=self.package.found.descriptor,
                line=element.sourceline or 0,
                params={"name": name},
            )
        )
