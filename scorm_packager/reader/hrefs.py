"""Turns the addresses in a manifest into names of files in the package."""

import posixpath
import re
from urllib.parse import unquote, urlsplit

from lxml import etree

#: An address that is plainly a file here: most are, and there may be 200,000.
PLAIN = re.compile(r"(?!//)[A-Za-z0-9_./~-]+")
BASE = "{http://www.w3.org/XML/1998/namespace}base"


def base_of(element: etree._Element) -> str:
    """All `xml:base` that apply to `element`, joined."""
    places = [element, *element.iterancestors()]
    return "".join(part for place in reversed(places) if (part := str(place.get(BASE) or "").strip()))


def is_outside(address: str) -> bool:
    """Whether `address` leads to another host, or is no address at all."""
    if PLAIN.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)


def name_of(address: str, root: str = "") -> str:
    """The file that `address` means, below the folder `root` of the package; "" when it leads outside."""
    if is_outside(address):
        return ""
    path = address if PLAIN.fullmatch(address) else unquote(urlsplit(address).path.replace("\\", "/"))
    if not path:
        return ""
    name = posixpath.normpath(root + path)
    return "" if name.startswith(("../", "/")) or name in (".", "..") else name


def query_of(address: str) -> str:
    """What follows the file in `address`: `?…` and `#…`."""
    cut = min((at for sign in "?#" if (at := address.find(sign)) >= 0), default=len(address))
    return address[cut:]
