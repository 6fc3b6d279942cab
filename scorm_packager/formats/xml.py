"""Writes XML the way every LMS reads it: UTF-8, double quotes in the declaration, literal prefixes."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from lxml import etree

#: What XML 1.0 cannot hold at all (2.2, Char); a page title in Markdown may.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XSI = "http://www.w3.org/2001/XMLSchema-instance"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'  # some readers know double quotes only


def root_element(tag: str, namespaces: Mapping[str | None, str], **attributes: str) -> etree._Element:
    """The root `tag` in the default namespace of `namespaces`, which maps prefixes (None for none) to namespaces."""
    return etree.Element(f"{{{namespaces[None]}}}{tag}", attributes, nsmap=dict(namespaces))


def add(
    parent: etree._Element, tag: str, text: str | None = None, space: str = "", **attributes: str
) -> etree._Element:
    """A new last child of `parent`, in the namespace `space` or in its own; what XML cannot hold is left out."""
    found = etree.SubElement(parent, f"{{{space or etree.QName(parent).namespace}}}{tag}", attributes)
    found.text = None if text is None else FORBIDDEN.sub("", text)
    return found


def say_locations(root: etree._Element, locations: Mapping[str, str]) -> None:
    """Name the schema file of each namespace, for readers that validate."""
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{space} {place}" for space, place in locations.items()))


def to_bytes(root: etree._Element) -> bytes:
    """The document of `root`, indented."""
    return DECLARATION + etree.tostring(root, encoding="UTF-8", xml_declaration=False, pretty_print=True)


def href(name: str) -> str:
    """The name of a file in the zip as a manifest must spell it."""
    return quote(name, safe="/-._~")


def one_line(text: str, longest: int) -> str:
    """`text` with single spaces, cut to `longest` characters."""
    return " ".join(text.split())[:longest].strip()


def fraction(percent: int | float) -> str:
    """A share in percent as a decimal from 0 to 1 (`0.7`), with at most four places."""
    return f"{percent / 100:.4f}".rstrip("0").rstrip(".")
