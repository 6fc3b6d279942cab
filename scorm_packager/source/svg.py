"""Checks an SVG drawing: it must show a picture and do nothing else."""

import re
from pathlib import Path

from lxml import etree

from scorm_packager.findings import Finding

LARGEST = 1_000_000
SVG = "http://www.w3.org/2000/svg"
FORBIDDEN = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener"})
URL = re.compile(r"url\(\s*['\"]?\s*(?!#)(?!['\"]?#)", re.IGNORECASE)
DATA_PICTURE = re.compile(r"data:image/(png|jpeg);base64,", re.IGNORECASE)


def svg_fault(name: str, path: Path) -> Finding | None:
    """What is wrong with the drawing `path` (called `name` in findings), or None."""
    size = path.stat().st_size
    if size > LARGEST:
        return Finding("svg.too_large", file=name, params={"size": size // 1000, "most": LARGEST // 1000})
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as broken:
        return Finding("svg.broken", file=name, line=broken.lineno or 1)
    if root.getroottree().docinfo.internalDTD is not None:
        return Finding("svg.forbidden", file=name, line=1, params={"what": "<!DOCTYPE>"})
    if root.tag != f"{{{SVG}}}svg":
        return Finding("svg.no_namespace", file=name, line=root.sourceline or 1)
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]  # <?xml-stylesheet?> stands before the root
    return next((fault for element in [*around, *root.iter()] if (fault := _element_fault(name, element))), None)


def _element_fault(name: str, element: etree._Element) -> Finding | None:
    line = element.sourceline or 1
    runs, fetches = _element_dangers(element)
    if runs:
        return Finding("svg.forbidden", file=name, line=line, params={"what": runs})
    if fetches:
        return Finding("svg.foreign", file=name, line=line, params={"what": fetches})
    return None


def _element_dangers(element: etree._Element) -> tuple[str, str]:
    """What in `element` can run, and what reaches outside; both empty when it only shows."""
    if isinstance(element, etree._ProcessingInstruction):
        return "<?…?>", ""
    if not isinstance(element.tag, str):
        return "", ""
    tag = etree.QName(element).localname.lower()
    if tag in FORBIDDEN:
        return f"<{tag}>", ""
    if tag == "style" and _style_fetches("".join(str(part) for part in element.itertext())):
        return "", "<style>"
    faults = [(str(key), _attribute_fault(str(key), str(value), tag)) for key, value in element.attrib.items()]
    runs = next((key for key, fault in faults if fault == "script"), "")
    return runs, next((f"{fault} (<{tag}>)" for _key, fault in faults if fault not in ("", "script")), "")


def _attribute_fault(key: str, value: str, tag: str) -> str:
    """Empty when the attribute is harmless, `script`, or the attribute's name when it reaches outside."""
    local = etree.QName(key).localname.lower()
    if local.startswith("on") or (local == "attributename" and value.lower().endswith("href")):
        return "script"
    if local in ("href", "src", "base"):
        target = value.strip()
        if not target.startswith("#") and not (tag == "image" and DATA_PICTURE.match(target)):
            return local
    return local if local != "href" and _style_fetches(value) else ""


def _style_fetches(text: str) -> bool:
    return bool(URL.search(text)) or "@import" in text.lower() or "\\" in text
