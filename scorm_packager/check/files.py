"""Compares the files that a descriptor names with those that are there."""

import re
from collections.abc import Iterator

from lxml import etree

from scorm_packager.check.context import Context
from scorm_packager.check.structure import local, show
from scorm_packager.names import JUNK
from scorm_packager.namespaces import XSI
from scorm_packager.reader.hrefs import BASE, base_of, is_outside, name_of
from scorm_packager.reader.texts import text

CONTROL_DOC = re.compile(r"([^/]+\.(xsd|dtd)|(common|extend|unique|vocab)/[^/]+\.(xsd|txt))", re.IGNORECASE)
SHOWN_UNLISTED = 5


def check_files(context: Context) -> None:
    """Each href leads to a file, in its own letters; each file is listed; the schemas that are named are there."""
    listed = {context.file}
    by_letters = {name.lower(): name for name in context.files}
    for address, element in _addresses(context):
        _check_address(context, address, element, listed, by_letters)
    if context.package.edition not in ("", "1.2") and context.package.found.kind == "scorm":
        _check_bases(context)
    _check_locations(context)
    check_unlisted(context, listed)


def _addresses(context: Context) -> Iterator[tuple[str, etree._Element]]:
    """Each address in a manifest, its bases before it, and where it stands."""
    for resource in context.all("resource"):
        hrefs = [resource, *(each for each in resource if local(each) == "file")]
        for element in hrefs:
            if (href := element.get("href")) is not None:
                yield base_of(element) + href, element
    for element in context.all("location"):
        if "adlcp" in (element.prefix or "") or "adlcp" in str(element.tag):
            yield base_of(element) + text(element), element


def _check_address(
    context: Context, address: str, element: etree._Element, listed: set[str], by_letters: dict[str, str]
) -> None:
    plain = address.strip()
    shown = show(plain, 120)
    if is_outside(plain):
        context.add("check.outside", element, href=shown)
        return
    if re.search(r"[\s\\]", address):
        context.add("check.href_plain", element, href=shown)
    name = name_of(plain, context.package.found.root)
    if not name:
        context.add("check.href_climbs", element, href=shown)
        return
    if name in context.files:
        listed.add(name)
    elif (there := by_letters.get(name.lower())) is not None:
        listed.add(there)
        context.add("check.file_case", element, href=shown, there=show(there, 120))
    else:
        context.add("check.file_missing", element, href=shown)


def _check_bases(context: Context) -> None:
    """`xml:base` ends with a slash and does not begin with one (SCORM 2004 CAM 3.4.3)."""
    for element in context.root.iter("*"):
        base = str(element.get(BASE) or "")
        if base and (not base.endswith("/") or base.startswith("/")):
            context.add("check.base", element, found=show(base))


def _check_locations(context: Context) -> None:
    """The schemas that xsi:schemaLocation promises beside the manifest: LMSs that validate look for them."""
    hints = str(context.root.get(f"{{{XSI}}}schemaLocation") or "").split()
    missing = [
        place
        for place in dict.fromkeys(hints[1::2])
        if not is_outside(place) and name_of(place, context.package.found.root) not in context.files
    ]
    if missing:
        context.add("check.xsd_missing", context.root, names=show(", ".join(missing), 200))


def check_unlisted(context: Context, listed: set[str]) -> None:
    """Files that nothing names: the first few by name, the others counted, rubbish of operating systems apart."""
    root = context.package.found.root
    others = [name for name in sorted(context.files) if name not in listed]
    junk = [name for name in others if JUNK.fullmatch(name)]
    if junk:
        context.add_file("check.junk", junk[0], count=len(junk))
    plain = [name for name in others if not JUNK.fullmatch(name) and not CONTROL_DOC.fullmatch(name.removeprefix(root))]
    for name in plain[:SHOWN_UNLISTED]:
        context.add_file("check.unlisted", name)
    if len(plain) > SHOWN_UNLISTED:
        context.add("check.unlisted_more", None, count=len(plain) - SHOWN_UNLISTED)
