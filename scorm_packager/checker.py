"""Checks a SCORM 1.2 zip that anyone made: what an LMS will refuse, misread or lose."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from scorm_packager.errors import PackagerError
from scorm_packager.extract import open_safely, read_entry
from scorm_packager.findings import Finding, Findings
from scorm_packager.formats.scorm12_manifest import ADLCP, CP, MANIFEST, SCHEMA, VERSION
from scorm_packager.schema import load_schema, schema_faults

LARGEST_MANIFEST = 10_000_000
OTHER_VERSIONS = ("CAM 1.3", "2004 3rd Edition", "2004 4th Edition")
CONTROL_DOC = re.compile(r"[^/]+\.(xsd|dtd)|(common|extend|unique|vocab)/[^/]+\.xsd", re.IGNORECASE)
NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
LONGEST_ID = 255
LONGEST_LAUNCH_DATA = 255
TIME = re.compile(r"\d{4}:\d{2}:\d{2}(\.\d{1,2})?")
TIME_ACTIONS = ("exit,message", "exit,no message", "continue,message", "continue,no message")
PREFIXED = {ADLCP: "adlcp", CP: None}


def check_package(path: Path, schemas: Path | None = None) -> list[Finding]:
    """What is wrong with the zip at `path`, errors first; an empty list when nothing is.

    `schemas` is a folder of the publishers' XSDs to validate against as well. A file that cannot be opened safely is
    one finding too. Raises PackagerError when `schemas` cannot be used.
    """
    findings = Findings()
    schema = load_schema(schemas) if schemas else None
    try:
        with open_safely(path) as package:
            _check(package, findings, schema)
    except PackagerError as refused:
        findings.add(_as_finding(refused))
    return findings.all()


def _as_finding(refused: PackagerError) -> Finding:
    params = {
        key: value if isinstance(value, int) else str(value)
        for key, value in refused.params.items()
        if key not in ("file", "line", "place")
    }
    return Finding(refused.code, params=params)


def _check(package: zipfile.ZipFile, findings: Findings, schema: etree.XMLSchema | None) -> None:
    names = [info.filename for info in package.infolist() if not info.is_dir()]
    if MANIFEST not in names:
        _no_manifest(names, findings)
        return
    root = _parse(read_entry(package, MANIFEST, LARGEST_MANIFEST), findings)
    if root is None:
        return
    version = _check_version(root, findings)
    if version in OTHER_VERSIONS:
        findings.add(
            Finding(
                "check.other_version",
                level="warning",
                file=MANIFEST,
                line=root.sourceline or 1,
                params={"version": version},
            )
        )
        return
    for rule in RULES:
        rule(root, findings)
    _check_files(root, names, findings)
    if schema is not None:
        for line, reason in schema_faults(root, schema):
            findings.add(Finding("check.schema", file=MANIFEST, line=line, params={"reason": reason[:300]}))


def _no_manifest(names: list[str], findings: Findings) -> None:
    deep = next((name for name in names if name.rsplit("/", 1)[-1].lower() == MANIFEST), None)
    if deep is None:
        findings.add(Finding("check.no_manifest", file=MANIFEST))
    elif "/" in deep:
        findings.add(Finding("check.manifest_deep", file=deep, params={"folder": deep.rsplit("/", 1)[0]}))
    else:
        findings.add(Finding("check.manifest_case", file=deep))


def _parse(body: bytes, findings: Findings) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        line = getattr(broken, "lineno", 1) or 1
        findings.add(Finding("check.not_xml", file=MANIFEST, line=line, params={"reason": str(broken)[:200]}))
        return None
    if root.getroottree().docinfo.internalDTD is not None:
        findings.add(Finding("check.doctype", file=MANIFEST, line=1))
        return None
    if root.tag != f"{{{CP}}}manifest" and _local(root) != "manifest":
        findings.add(Finding("check.no_manifest_element", file=MANIFEST, line=root.sourceline or 1))
        return None
    return root


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return [element for element in root.iter() if _local(element) == name]


def _check_version(root: etree._Element, findings: Findings) -> str:
    elements = _all(root, "schemaversion")
    text = (elements[0].text or "") if elements else ""
    if text in OTHER_VERSIONS:
        return text
    if text != VERSION:
        line = (elements[0] if elements else root).sourceline or 1
        findings.add(Finding("check.schemaversion", file=MANIFEST, line=line, params={"found": text[:40]}))
    schema = _all(root, "schema")
    if not schema or schema[0].text != SCHEMA:
        findings.add(
            Finding(
                "check.schema_name",
                level="warning",
                file=MANIFEST,
                line=(schema[0] if schema else root).sourceline or 1,
            )
        )
    return text


def _check_prefixes(root: etree._Element, findings: Findings) -> None:
    """Moodle reads prefixes as letters: content packaging without one, ADL's elements with `adlcp`."""
    if etree.QName(root).namespace != CP:
        findings.add(Finding("check.namespace", file=MANIFEST, line=root.sourceline or 1, params={"wanted": CP}))
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        space = etree.QName(element).namespace
        if space in PREFIXED and element.prefix != PREFIXED[space]:
            findings.add(
                Finding(
                    "check.prefix",
                    file=MANIFEST,
                    line=element.sourceline or 1,
                    params={"found": f"{element.prefix or ''}:{_local(element)}", "wanted": PREFIXED[space] or "-"},
                )
            )


def _check_resources(root: etree._Element, findings: Findings) -> None:
    launched = {item.get("identifierref") for item in _all(root, "item")}
    for resource in _all(root, "resource"):
        line = resource.sourceline or 1
        kinds = {etree.QName(key).localname: (key, value) for key, value in resource.attrib.items()}
        spelt = next((name for name in kinds if name.lower() == "scormtype"), None)
        if spelt is None:
            findings.add(Finding("check.scormtype_missing", file=MANIFEST, line=line))
        elif spelt != "scormtype" or kinds[spelt][0] != f"{{{ADLCP}}}scormtype" or resource.nsmap.get("adlcp") != ADLCP:
            findings.add(Finding("check.scormtype_spelling", file=MANIFEST, line=line, params={"found": spelt}))
        elif kinds[spelt][1] not in ("sco", "asset"):
            findings.add(
                Finding("check.scormtype_value", file=MANIFEST, line=line, params={"found": str(kinds[spelt][1])[:40]})
            )
        if resource.get("identifier") in launched and not resource.get("href"):
            findings.add(Finding("check.no_href", file=MANIFEST, line=line))


def _check_identifiers(root: etree._Element, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for element in root.iter():
        mark = (
            element.get("identifier") if _local(element) in ("manifest", "organization", "item", "resource") else None
        )
        if mark is None:
            continue
        line = element.sourceline or 1
        if mark in seen:
            findings.add(
                Finding("check.id_twice", file=MANIFEST, line=line, params={"id": mark[:80], "other": seen[mark]})
            )
        elif not NCNAME.fullmatch(mark) or len(mark) > LONGEST_ID:
            findings.add(Finding("check.id_bad", file=MANIFEST, line=line, params={"id": mark[:80]}))
        seen.setdefault(mark, line)


def _check_references(root: etree._Element, findings: Findings) -> None:
    resources = {resource.get("identifier") for resource in _all(root, "resource")}
    for item in _all(root, "item"):
        target = item.get("identifierref")
        if target and target not in resources:
            findings.add(
                Finding("check.identifierref", file=MANIFEST, line=item.sourceline or 1, params={"id": target[:80]})
            )
    for dependency in _all(root, "dependency"):
        target = dependency.get("identifierref")
        if target not in resources:
            findings.add(
                Finding(
                    "check.identifierref",
                    file=MANIFEST,
                    line=dependency.sourceline or 1,
                    params={"id": str(target)[:80]},
                )
            )
    organizations = {element.get("identifier") for element in _all(root, "organization")}
    for element in _all(root, "organizations"):
        default = element.get("default")
        if default is not None and default not in organizations:
            findings.add(
                Finding("check.default", file=MANIFEST, line=element.sourceline or 1, params={"id": default[:80]})
            )
    if not any(item.get("identifierref") for item in _all(root, "item")):
        findings.add(Finding("check.nothing_to_launch", file=MANIFEST, line=root.sourceline or 1))


def _check_items(root: etree._Element, findings: Findings) -> None:
    for item in _all(root, "item"):
        titles = [child for child in item if _local(child) == "title"]
        if not titles or not (titles[0].text or "").strip():
            findings.add(Finding("check.no_title", file=MANIFEST, line=item.sourceline or 1))
    checks: dict[str, Callable[[str], bool]] = {
        "masteryscore": lambda text: bool(re.fullmatch(r"\d{1,3}(\.\d+)?", text)) and float(text) <= 100,
        "datafromlms": lambda text: len(text) <= LONGEST_LAUNCH_DATA,
        "maxtimeallowed": lambda text: bool(TIME.fullmatch(text)),
        "timelimitaction": lambda text: text in TIME_ACTIONS,
    }
    for name, is_right in checks.items():
        for element in _all(root, name):
            if not is_right(element.text or ""):
                findings.add(
                    Finding(
                        "check.item_value",
                        file=MANIFEST,
                        line=element.sourceline or 1,
                        params={"name": f"adlcp:{name}", "found": (element.text or "")[:60]},
                    )
                )


def _check_files(root: etree._Element, names: list[str], findings: Findings) -> None:
    there, listed = set(names), {MANIFEST}
    for resource in _all(root, "resource"):
        hrefs = [(resource.get("href"), resource)]
        hrefs += [(child.get("href"), child) for child in resource if _local(child) == "file"]
        for target, element in hrefs:
            if target is not None:
                _check_href(target, _base(element), element.sourceline or 1, there, listed, findings)
    for element in _all(root, "location"):
        _check_href((element.text or "").strip(), "", element.sourceline or 1, there, listed, findings)
    for name in sorted(there - listed):
        if not CONTROL_DOC.fullmatch(name):
            findings.add(Finding("check.unlisted", level="warning", file=name))


def _base(element: etree._Element) -> str:
    key = "{http://www.w3.org/XML/1998/namespace}base"
    places = [element, *element.iterancestors()]
    return "".join(part for place in reversed(places) if (part := place.get(key)))


def _check_href(target: str, base: str, line: int, there: set[str], listed: set[str], findings: Findings) -> None:
    try:
        address = urlsplit(base + target)
    except ValueError:
        address = urlsplit("")
    if address.scheme or address.netloc:
        findings.add(Finding("check.outside", level="warning", file=MANIFEST, line=line, params={"href": target[:120]}))
        return
    name = unquote(address.path)
    listed.add(name)
    if name not in there:
        close = next((other for other in there if other.lower() == name.lower()), None)
        findings.add(
            Finding("check.file_missing", file=MANIFEST, line=line, params={"href": target[:120]})
            if close is None
            else Finding("check.file_case", file=MANIFEST, line=line, params={"href": target[:120], "there": close})
        )
    elif re.search(r"[\s\\]", target):
        findings.add(Finding("check.href_plain", file=MANIFEST, line=line, params={"href": target[:120]}))


RULES = (_check_prefixes, _check_resources, _check_identifiers, _check_references, _check_items)
