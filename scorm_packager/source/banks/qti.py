"""Reads items of QTI 2.1 (IMS Question and Test Interoperability), alone or in a content package, into drafts."""

from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from scorm_packager.errors import PackagerError
from scorm_packager.extract import Limits, open_safely, read_entry
from scorm_packager.findings import Finding, Findings
from scorm_packager.names import JUNK
from scorm_packager.reader.xml import MOST_ATTRIBUTES, crowded_element
from scorm_packager.source.banks.draft import Draft, Log
from scorm_packager.source.banks.qti_item import local
from scorm_packager.source.banks.qti_question import read_item

LARGEST_ITEM = 2_000_000  # bytes
MOST_ITEMS = 2_000
PACKAGE_LIMITS = Limits(entries=10_000, total=500_000_000)
MANIFEST = "imsmanifest.xml"
#: Questions of other generations: 1.2 keeps a whole bank in one file, 3.0 has other names for everything.
OTHER_VERSIONS = {"imsqti_xmlv1p": "1.2", "imsqti_item_xmlv3p": "3.0", "imsqti_test_xmlv3p": "3.0"}
MOODLE_XML = "quiz"
TYPES = ("imsqti_item_xmlv2p", "imsqti_test_xmlv2p", "imsqti_assessment_xmlv2p")


def read_qti_file(body: bytes, log: Log) -> list[Draft]:
    """The question of the item `body`; what cannot be kept is noted in `log`."""
    root = parse(body, log)
    if root is None:
        return []
    if local(root) == "assessmentItem":
        draft = read_item(root, log)
        return [draft] if draft is not None else []
    if local(root) == MOODLE_XML:
        log.finding("bank.moodle_xml", root.sourceline or 1)
    else:
        log.finding("bank.not_an_item", root.sourceline or 1, what=local(root)[:60])
    return []


def read_qti_package(path: Path, file: str, findings: Findings) -> list[Draft]:
    """The questions of the package at `path`, named `file` in findings, in the order of its manifest."""
    log = Log(file, findings)
    drafts: list[Draft] = []
    try:
        with open_safely(path, PACKAGE_LIMITS) as package:
            for name in _items(package, log):
                drafts += read_qti_file(read_entry(package, name, LARGEST_ITEM), Log(f"{file}/{name}", findings))
    except PackagerError as fault:
        findings.add(Finding(fault.code, file=file, params={name: str(value) for name, value in fault.params.items()}))
    return drafts


def parse(body: bytes, log: Log) -> Any | None:
    """The root of an XML document, read without entities, network or DTD; None after a fault."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        log.finding("bank.xml_broken", getattr(broken, "lineno", 0) or 0, reason=str(broken).split(" (")[0][:120])
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        log.finding("bank.xml_doctype", 1)
        return None
    if (crowded := crowded_element(root)) is not None:
        log.finding("bank.xml_broken", crowded.sourceline or 0, reason=f"> {MOST_ATTRIBUTES} attributes")
        return None
    return root


def _items(package: ZipFile, log: Log) -> list[str]:
    """The names of the items in the package; without a manifest every XML file is looked at."""
    names = {info.filename for info in package.infolist() if not info.is_dir()}
    manifests = sorted((name for name in names if name.rsplit("/", 1)[-1].lower() == MANIFEST), key=len)
    if not manifests:
        log.warning("bank.no_manifest", 0)
        kept = (name for name in names if name.lower().endswith(".xml") and not JUNK.fullmatch(name))
        return sorted(kept)[:MOST_ITEMS]
    inside = Log(f"{log.file}/{manifests[0]}", log.findings)
    root = parse(read_entry(package, manifests[0], LARGEST_ITEM), inside)
    found = []
    for resource in root.iter("{*}resource") if root is not None else ():
        name = normpath(join(dirname(manifests[0]), unquote(resource.get("href") or "")))
        kind = (resource.get("type") or "").lower()
        if kind.startswith(TYPES[1:]):
            inside.warning("bank.test", resource.sourceline or 0, name=name[:120])
        elif not kind.startswith(TYPES[0]):
            continue
        elif name not in names:
            inside.finding("bank.item_missing", resource.sourceline or 0, name=name[:120])
        else:
            found.append(name)
    if len(found) > MOST_ITEMS:
        inside.finding("bank.too_many", 0, most=MOST_ITEMS)
    elif root is not None and not found:
        _say_why_empty(root, inside)
    return found[:MOST_ITEMS]


def _say_why_empty(root: Any, inside: Log) -> None:
    """A package without items that we read: of another version of QTI, or of something else."""
    for resource in root.iter("{*}resource"):
        kind = (resource.get("type") or "").lower()
        for start, version in OTHER_VERSIONS.items():
            if kind.startswith(start):
                inside.finding("bank.qti_version", resource.sourceline or 0, version=version)
                return
    inside.finding("bank.empty", 0)
