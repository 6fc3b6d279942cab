"""Repairs a package: the door of this room."""

import zipfile
from pathlib import Path

import msgspec
from lxml import etree

from scorm_packager.check.context import Context
from scorm_packager.check.metadata import MOST_OF_A_FILE, metadata_files
from scorm_packager.check.moodle import CODED_TITLE
from scorm_packager.check.package import Verdict, examine
from scorm_packager.check.structure import local
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, Findings
from scorm_packager.names import JUNK
from scorm_packager.namespaces import IMSSS
from scorm_packager.output import new_file
from scorm_packager.reader.container import ZipContainer, open_container
from scorm_packager.reader.model import Package
from scorm_packager.reader.read import read_document, read_package
from scorm_packager.reader.xml import read_xml
from scorm_packager.repair.copy import copy_entry
from scorm_packager.repair.files import (
    drop_locations,
    drop_repeated_metadata,
    list_files,
    mend_addresses,
    move_bases,
)
from scorm_packager.repair.identity import mend_identifiers, name_default, write_types, write_version
from scorm_packager.repair.names import order_children, spell_names, write_prefixes
from scorm_packager.repair.work import Work

#: What a zip says of a plain file that anybody may read, and the first moment it can say: the same bytes every time.
UNIX, PLAIN_FILE, EPOCH = 3, 0o100644 << 16, (1980, 1, 1, 0, 0, 0)
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
#: Notes of the reader that writing the document again mends, and how to say so without words.
MENDED = {
    "check.bom": "BOM",
    "check.utf16": "UTF-16 → UTF-8",
    "check.encoding": "→ UTF-8",
    "check.encoding_other": "→ UTF-8",
    "check.leading": "␣<?xml → <?xml",
    "check.control": "U+0000 …",
    "check.ampersand": "& → &amp;",
}
UNREADABLE = frozenset({"check.not_xml", "check.doctype"})
NAMING = (spell_names, order_children)
SCORM = (
    write_types,
    write_version,
    drop_repeated_metadata,
    order_children,
    mend_identifiers,
    name_default,
    move_bases,
    mend_addresses,
    list_files,
    drop_locations,
)


class Repaired(msgspec.Struct, kw_only=True):
    """What a repair did: `done` in order, and the verdicts on the package before and after."""

    target: Path
    done: tuple[Finding, ...]
    before: Verdict
    after: Verdict


def repair_package(path: Path, target: Path, *, moodle: bool = False) -> Repaired:
    """Mend the zip at `path` into `target`, all or nothing; the content of every file but the descriptor stays.

    `moodle` also takes out what Moodle 4.5 dies of. Raises PackagerError when `path` is no package in a zip, cannot be
    opened safely, or is `target` itself.
    """
    if target.exists() and target.samefile(path):
        raise PackagerError("repair.same_file", f"{path} would overwrite itself", path=path.name)
    before = examine(path)
    with open_container(path) as container:
        if not isinstance(container, ZipContainer):
            raise PackagerError("repair.not_zip", f"{path} is no zip", path=path.name)
        package = read_package(container)
        if package.found.kind in ("other", "aicc"):
            raise PackagerError("repair.not_package", f"{path} is {package.found.kind}", path=path.name)
        names, done = _plan(container, package)
        body, mended = _mend(package, frozenset(name for name in names.values() if name), moodle=moodle)
        bodies = {package.found.descriptor: body} if body is not None else {}
        for name in metadata_files(Context(container, package, Findings())) if _is_readable(package) else ():
            body, more = _mend_metadata(package, container.read(name, MOST_OF_A_FILE), names[name])
            bodies |= {name: body} if body is not None else {}
            mended += more
        with new_file(target) as temporary:
            _write(container.zip, names, bodies, temporary)
    return Repaired(target=target, done=(*done, *mended), before=before, after=examine(target))


def _is_readable(package: Package) -> bool:
    document = package.document
    return document is not None and document.root is not None and package.found.kind == "scorm"


def _mend_metadata(package: Package, content: bytes, name: str) -> tuple[bytes | None, list[Finding]]:
    """A metadata file whose names are misspelt or out of order: the new one, or None, and what was changed."""
    document = read_xml(content)
    if document.root is None or document.notes or local(document.root) != "lom":
        return None, []
    work = Work(package, document.root, frozenset())
    work.file = name
    for step in (*NAMING, order_children):
        step(work)
    return (_serialised(work.root), work.done) if work.done else (None, [])


def _plan(container: ZipContainer, package: Package) -> tuple[dict[str, str], list[Finding]]:
    """The new name of each file, "" for those that are left out, and what that changes."""
    found, done = package.found, []
    junk = [name for name in container.files if JUNK.fullmatch(name)]
    kept = [name for name in container.files if not JUNK.fullmatch(name)]
    root = found.root if all(name.startswith(found.root) for name in kept) else ""
    names = {name: name.removeprefix(root) for name in kept} | dict.fromkeys(junk, "")
    if root:
        done.append(Finding("repair.folder", level="warning", params={"folder": root.rstrip("/")}))
    if junk:
        done.append(Finding("repair.junk", level="warning", params={"count": len(junk)}))
    plain = names[found.descriptor]
    folder, _slash, last = plain.rpartition("/")
    lower = plain[: len(plain) - len(last)] + last.lower()
    if plain != lower and lower not in names.values() and not folder:
        names[found.descriptor] = lower
        done.append(Finding("repair.name", level="warning", params={"old": last, "new": last.lower()}))
    return names, done


def _mend(package: Package, files: frozenset[str], *, moodle: bool) -> tuple[bytes | None, list[Finding]]:
    """The new descriptor, or None when it can stay as it is, and what was changed in it."""
    document = package.document
    if document is None or document.root is None or UNREADABLE & {note.code for note in package.notes}:
        return None, []
    found = msgspec.structs.replace(package.found, root="", descriptor=_descriptor(package, files))
    again = read_document(found, document)
    work = Work(again, document.root, files, moodle=moodle)
    for code in dict.fromkeys(one.code for one in document.notes if one.code in MENDED):
        work.note("repair.text", None, what=MENDED[code])
    steps = [*NAMING, *(SCORM if found.kind == "scorm" and found.descriptor in files else ())]
    for step in steps:
        step(work)
    if moodle:
        _for_moodle(work, document.text)
    write_prefixes(work)
    return (_serialised(work.root), work.done) if work.done else (None, [])


def _descriptor(package: Package, files: frozenset[str]) -> str:
    """The descriptor's name when it lies at the root now; its old one, which is in no package, when it could not."""
    plain = package.found.descriptor.rpartition("/")[2]
    return next((name for name in files if name.lower() == plain.lower()), package.found.descriptor)


def _for_moodle(work: Work, text: str) -> None:
    """Takes out each mapInfo of IMS sequencing, at which Moodle's import dies; plain titles come by themselves."""
    for element in list(work.root.iter(f"{{{IMSSS}}}mapInfo")):
        parent = element.getparent()
        if parent is not None:
            work.note("repair.mapinfo", element, name=str(element.get("targetObjectiveID") or ""))
            parent.remove(element)
    if CODED_TITLE.search(text):
        work.note("repair.title")


def _serialised(root: etree._Element) -> bytes:
    return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False) + b"\n"


def _write(source: zipfile.ZipFile, names: dict[str, str], bodies: dict[str, bytes], temporary: Path) -> None:
    with zipfile.ZipFile(temporary, "w", allowZip64=True) as target:
        for info in source.infolist():
            name = names.get(info.filename, "")
            if not name:
                continue
            if info.filename in bodies:
                target.writestr(fresh_entry(name), bodies[info.filename])
            else:
                copy_entry(source, info, target, name)


def fresh_entry(name: str) -> zipfile.ZipInfo:
    """The directory entry of a new file called `name`: the same bytes at each writing."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.create_system, info.external_attr = UNIX, PLAIN_FILE
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
