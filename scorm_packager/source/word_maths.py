"""Takes the equations out of a Word document while it is read, and puts them as MathML into the page."""

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from scorm_packager.errors import PackagerError
from scorm_packager.repair.copy import copy_entry
from scorm_packager.source.context import Context
from scorm_packager.source.documents import DocumentFault
from scorm_packager.source.omml import SPACE, Equation
from scorm_packager.source.recordings import Place

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
MARK = b"oMath"
SHOWN = 40


class WordMaths:
    """The equations of the document of `context`, each under a word that no document holds by chance."""

    def __init__(self, context: Context, source: Path) -> None:
        self._context = context
        self._source = source
        self._word = f"rumus{hashlib.sha256(str(source.stat()).encode()).hexdigest()[:16]}n"
        self._equations: list[str] = []

    @contextmanager
    def without(self, room: Path) -> Iterator[Path]:
        """The document with words for its equations, for a while in the folder `room`; itself when it has none.

        Raises DocumentFault when it is broken.
        """
        with TemporaryDirectory(dir=room, prefix="rumus-") as place:
            yield self._plain(Path(place) / "tanpa-rumus.docx")

    def put_back(self, html: str) -> str:
        """`html` with the equations in their places."""
        return re.sub(rf"{self._word}(\d+)n", lambda found: self._equations[int(found[1])], html)

    def _plain(self, target: Path) -> Path:
        try:
            with zipfile.ZipFile(self._source) as package:
                bodies = {name: body for name in PARTS if (body := self._changed(package, name)) is not None}
                return self._written(package, bodies, target) if bodies else self._source
        except (zipfile.BadZipFile, etree.XMLSyntaxError, PackagerError, OSError, EOFError, RuntimeError) as cause:
            raise DocumentFault("document.broken") from cause

    def _changed(self, package: zipfile.ZipFile, name: str) -> bytes | None:
        if name not in package.namelist():
            return None
        body = package.read(name)
        if MARK not in body:
            return None
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
        for element in [one for one in root.iter(f"{SPACE}oMath") if next(one.iterancestors(one.tag), None) is None]:
            self._replace(element)
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

    def _replace(self, element: etree._Element) -> None:
        """A run of plain text in the place of an equation, or of the paragraph of equations that it stands in."""
        parent = element.getparent()
        block = parent is not None and parent.tag == f"{SPACE}oMathPara"
        equation = Equation()
        word = f"{self._word}{len(self._equations)}n"
        self._equations.append(equation.mathml(element, block=block))
        self._tell(element, equation.unknown)
        run = etree.Element(f"{WORD}r")
        etree.SubElement(run, f"{WORD}t").text = word
        run.tail = element.tail
        if parent is not None and block:
            parent.addprevious(run)
            parent.remove(element)
            above = parent.getparent()
            if above is not None and parent.find(f"{SPACE}oMath") is None:
                above.remove(parent)
        elif parent is not None:
            parent.replace(element, run)

    def _tell(self, element: etree._Element, unknown: list[str]) -> None:
        if unknown:
            start = " ".join("".join(element.itertext(f"{SPACE}t")).split())[:SHOWN]
            names = ", ".join(sorted(set(unknown))[:5])
            where = Place(self._context.file, 0)
            number = len(self._equations)
            self._context.findings.add(where.warning("document.math", number=number, start=start, names=names))

    def _written(self, package: zipfile.ZipFile, bodies: dict[str, bytes], target: Path) -> Path:
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as out:
            for info in package.infolist():
                if info.filename in bodies:
                    out.writestr(info.filename, bodies[info.filename])
                elif not info.is_dir():
                    copy_entry(package, info, out, info.filename)
        return target
