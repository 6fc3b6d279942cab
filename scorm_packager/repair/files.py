"""Repairs of addresses: letters, slashes, bases, files that are listed and not there, or there and not listed."""

from urllib.parse import quote

from lxml import etree

from scorm_packager.check.files import CONTROL_DOC
from scorm_packager.check.structure import local, space
from scorm_packager.names import JUNK
from scorm_packager.namespaces import XSI
from scorm_packager.reader.hrefs import BASE, base_of, is_outside, name_of, query_of
from scorm_packager.reader.texts import attribute
from scorm_packager.repair.identity import Taken
from scorm_packager.repair.work import Work

SHOWN = 10


def move_bases(work: Work) -> None:
    """`xml:base` of manifest and resources goes to each resource, where every LMS reads it."""
    outer = [each for each in work.all("manifest", "resources") if each.get(BASE) is not None]
    if not any(str(each.get(BASE)).strip() for each in outer):
        return
    if any(local(place) == "organizations" for each in work.all("location") for place in each.iterancestors()):
        return
    for resource in work.all("resource"):
        if whole := base_of(resource):
            resource.set(BASE, whole)
    for each in outer:
        work.note("repair.base", each, old=str(each.get(BASE)))
        del each.attrib[BASE]


def mend_addresses(work: Work) -> None:
    """Backslashes, blanks and wrong letters in addresses of files that are there."""
    by_letters: dict[str, list[str]] = {}
    for name in work.files:
        by_letters.setdefault(name.lower(), []).append(name)
    for resource in work.all("resource"):
        for element in [resource, *(each for each in resource if local(each) == "file")]:
            if (href := element.get("href")) is not None:
                _mend_address(work, element, href, by_letters)


def _mend_address(work: Work, element: etree._Element, href: str, by_letters: dict[str, list[str]]) -> None:
    base = base_of(element)
    if is_outside(base + href) or not href.strip():
        return
    plain = href.strip().replace("\\", "/")
    query = query_of(plain)
    path = quote(plain[: len(plain) - len(query)], safe="/%-._~!$&'()*+,;=:@")
    name = name_of(base + path)
    if name and name not in work.files:
        there = by_letters.get(name.lower(), [])
        folder = name_of(base).rstrip("/") + "/" if name_of(base) else ""
        if len(there) != 1 or not there[0].startswith(folder):
            return
        path = quote(there[0][len(folder) :], safe="/-._~")
    if name_of(base + path) in work.files and path + query != href:
        work.note("repair.href", element, old=href, new=path + query)
        element.set("href", path + query)


def list_files(work: Work) -> None:
    """Takes out `file` elements without a file, and lists the files that nothing names."""
    letters = {name.lower() for name in work.files}
    for resource in work.all("resource"):
        for element in [each for each in resource if local(each) == "file"]:
            href = element.get("href")
            if href is not None and not is_outside(base_of(element) + href) and _is_missing(letters, element, href):
                work.note("repair.missing", element, name=href)
                _take_out(element)
    listed = {name_of(base_of(each) + (each.get("href") or "")) for each in work.all("resource", "file")}
    listed |= {name_of(base_of(each) + (each.text or "").strip()) for each in work.all("location")}
    left = sorted(
        name
        for name in work.files
        if name not in listed
        and name != work.package.found.descriptor
        and not CONTROL_DOC.fullmatch(name)
        and not JUNK.fullmatch(name)
    )
    if left:
        _list(work, left)


def _is_missing(letters: set[str], element: etree._Element, href: str) -> bool:
    """Whether the file is nowhere, in whatever letters; the one that opens the resource stays, so that it is seen."""
    name = name_of(base_of(element) + href.strip())
    parent = element.getparent()
    opens = parent is not None and (parent.get("href") or "").strip().split("?")[0] == href.strip()
    return bool(name) and name.lower() not in letters and not opens


def _take_out(element: etree._Element) -> None:
    """Removes `element`; text behind it stays, blanks go with it."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    if parent is None:
        return
    parent.remove(element)
    if tail.strip() and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail.strip():
        parent.text = (parent.text or "") + tail


def _list(work: Work, names: list[str]) -> None:
    """Into the only resource, or into a new one that nothing opens: every file is then listed, and nothing moved."""
    resources = [each for each in work.all("resource") if attribute(each, "type").startswith("webcontent")]
    parent = next(work.all("resources"), None)
    if parent is None:
        return
    if len(resources) == 1 and not base_of(resources[0]) and len(list(work.all("resource"))) == 1:
        resource = resources[0]
    else:
        taken = Taken(str(each.get("identifier")) for each in work.root.iter("*"))
        mark = taken.fresh("berkas-lain")
        resource = etree.Element(f"{{{space(parent)}}}resource", identifier=mark, type="webcontent")
        resource.set(work.scorm_type, "asset")
        last = [at for at, each in enumerate(parent) if local(each) == "resource"]
        parent.insert(last[-1] + 1 if last else 0, resource)
        if base_of(resource):
            parent.remove(resource)
            return
    at = max((at for at, each in enumerate(resource) if local(each) in ("metadata", "file")), default=-1) + 1
    for name in names:
        resource.insert(at, etree.Element(f"{{{space(parent)}}}file", href=quote(name, safe="/-._~")))
        at += 1
    shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
    work.note("repair.unlisted", resource, count=len(names), names=shown)


def drop_repeated_metadata(work: Work) -> None:
    """A `metadata` under `resources`, where none may stand, goes when it only repeats the manifest's own."""
    own = next((each for each in work.root if local(each) == "metadata"), None)
    for resources in work.all("resources"):
        for element in [each for each in resources if local(each) == "metadata"]:
            if own is not None and _content(element) == _content(own):
                work.note("repair.repeated", element)
                _take_out(element)


def _content(element: etree._Element) -> list[tuple[str, dict[str, str], str]]:
    """Names, attributes and texts of all in `element`, blanks left out."""
    return [
        (str(each.tag), {str(key): str(value) for key, value in each.attrib.items()}, (each.text or "").strip())
        for each in element.iter("*")
    ]


def drop_locations(work: Work) -> None:
    """Schema files that are promised and not in the package are no longer promised."""
    key = f"{{{XSI}}}schemaLocation"
    for element in work.root.iter("*"):
        words = str(element.get(key) or "").split()
        pairs = list(zip(words[::2], words[1::2], strict=False))
        kept = [(uri, place) for uri, place in pairs if is_outside(place) or name_of(place) in work.files]
        if len(kept) < len(pairs):
            gone = ", ".join(dict.fromkeys(place for uri, place in pairs if (uri, place) not in kept))
            work.note("repair.locations", element, names=gone)
            if kept:
                element.set(key, " ".join(word for pair in kept for word in pair))
            else:
                del element.attrib[key]
