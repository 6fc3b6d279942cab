"""Looks into an Office file before anything opens it: no macros, no bombs, no password, no DTD."""

import zipfile
from pathlib import Path

LARGEST = 200_000_000
MOST_PARTS = 5_000
MOST_BYTES = 400_000_000  # of all parts unfolded
MOST_XML = 60_000_000  # of one XML part unfolded, which a reader holds in memory
PROLOG = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the old formats, and every new one with a password


def office_fault(path: Path, main: str) -> str | None:
    """The code of what is wrong with the Office file `path` whose main part is `main`, or None."""
    if path.stat().st_size > LARGEST:
        return "error:document.too_large"
    with path.open("rb") as file:
        if file.read(len(OLE)) == OLE:
            return "error:document.encrypted"
    try:
        with zipfile.ZipFile(path) as archive:
            return _archive_fault(archive, main)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError, OSError):
        return "error:document.broken"
    except RuntimeError:  # zipfile's word for a part with a password
        return "error:document.encrypted"


def _archive_fault(archive: zipfile.ZipFile, main: str) -> str | None:
    parts = archive.infolist()
    xml = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
    if main not in archive.namelist():
        return "error:document.broken"
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        return "error:document.bomb"
    if any(part.file_size > MOST_XML for part in xml):
        return "error:document.bomb"
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        return "error:document.macros"
    for part in xml:
        with archive.open(part) as file:
            prolog = file.read(PROLOG).replace(b"\0", b"").lower()
        if b"<!doctype" in prolog or b"<!entity" in prolog:
            return "error:document.broken"
    return None
