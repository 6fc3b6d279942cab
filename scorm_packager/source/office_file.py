"""Looks into an Office file before anything opens it: no macros, bombs, passwords, DTDs, or links that are fetched."""

import zipfile
from pathlib import Path
from typing import IO

from lxml import etree

LARGEST = 200_000_000
MOST_PARTS = 5_000
MOST_BYTES = 400_000_000  # of all parts unfolded
MOST_XML = 60_000_000  # of one XML part unfolded, which a reader holds in memory
#: What makes a zip an OpenDocument file, whose links lie elsewhere: a program that opens all kinds may take it for one.
OPEN_DOCUMENT = ("mimetype", "content.xml", "meta-inf/")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the old formats, and every new one with a password


def office_fault(path: Path, main: str, *, links: bool = False) -> str | None:
    """The code of what is wrong with the Office file `path` whose main part is `main`, or None.

    With `links` it may not bring in anything from elsewhere, for programs that would fetch it: from the network, or
    from the disk of who converts it.
    """
    if path.stat().st_size > LARGEST:
        return "error:document.too_large"
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            return "error:document.encrypted"
    try:
        with zipfile.ZipFile(path) as archive:
            return _archive_fault(archive, main) or (_link_fault(archive) if links else None)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError, OSError):
        return "error:document.broken"
    except RuntimeError:  # zipfile's word for a part with a password
        return "error:document.encrypted"


def _link_fault(archive: zipfile.ZipFile) -> str | None:
    """Links that a person follows are fine; everything else outside the file is brought in when it is opened."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for part in archive.infolist():
        if not part.filename.lower().endswith(".rels"):
            continue
        try:
            root = etree.fromstring(archive.read(part), parser)
        except etree.XMLSyntaxError:
            return "error:document.broken"
        for relation in root.iter("{*}Relationship"):
            kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
            if str(relation.get("TargetMode", "")).lower() == "external" and kind != "hyperlink":
                return "error:document.linked"
    return None


def _archive_fault(archive: zipfile.ZipFile, main: str) -> str | None:
    parts = archive.infolist()
    names = [part.filename.lower() for part in parts]
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    if main not in archive.namelist() or any(name.startswith(OPEN_DOCUMENT) for name in names):
        return "error:document.broken"
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        return "error:document.bomb"
    if any(part.file_size > MOST_XML for part in xml):
        return "error:document.bomb"
    if any(name.endswith("vbaproject.bin") for name in names):
        return "error:document.macros"
    for part in parts:
        if not part.file_size or part.filename.lower().endswith(".svg"):  # a picture may have one
            continue
        with archive.open(part) as file:
            found = _has_doctype(file)
        if found or (found is None and part in xml):
            return "error:document.broken"
    return None


def _has_doctype(part: IO[bytes]) -> bool | None:
    """Whether a part has a document type, in which entities are declared; None when it does not begin as XML."""
    try:
        _event, root = next(etree.iterparse(part, events=("start",), resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, StopIteration):
        return None
    return root.getroottree().docinfo.internalDTD is not None
