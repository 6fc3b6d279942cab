"""Repairs of version, kind of resource, identifiers and the default organization."""

import re
from collections import defaultdict
from collections.abc import Iterable

from lxml import etree

from scorm_packager.check.scorm import VERSIONS, local_name, trimmed
from scorm_packager.check.structure import called, local, space
from scorm_packager.check.values import ID
from scorm_packager.formats.scorm12_manifest import SCHEMA
from scorm_packager.reader.texts import child, text
from scorm_packager.repair.work import Work

#: For what a reference may point to: which elements refer to it, and by which attribute.
REFERRING = {
    "resource": (("item", "dependency"), "identifierref"),
    "organization": (("organizations",), "default"),
}
IDENTIFIED = ("manifest", "organization", "item", "resource")


def write_version(work: Work) -> None:
    """schema and schemaversion exactly as the standard spells them, when there is no doubt which is meant."""
    if any(note.code == "check.edition_guessed" for note in work.package.notes) and work.package.edition != "1.2":
        return
    wanted = VERSIONS.get(work.package.edition)
    metadata = child(work.root, "metadata")
    if wanted is None:
        return
    if metadata is None:
        metadata = etree.Element(f"{{{space(work.root)}}}metadata")
        work.root.insert(0, metadata)
    schema = _ensure(metadata, "schema", 0)
    if schema.text != SCHEMA:
        work.note("repair.schema", schema, old=schema.text or "–")
        schema.text = SCHEMA
    version = _ensure(metadata, "schemaversion", list(metadata).index(schema) + 1)
    if version.text != wanted:
        work.note("repair.version", version, old=version.text or "–", new=wanted)
        version.text = wanted


def _ensure(metadata: etree._Element, name: str, at: int) -> etree._Element:
    found = child(metadata, name)
    if found is None:
        found = etree.Element(f"{{{space(metadata)}}}{name}")
        metadata.insert(at, found)
    return found


def write_types(work: Work) -> None:
    """`scormtype` of SCORM 1.2 and `scormType` of 2004, with ADL's namespace and a value in small letters."""
    for resource in work.all("resource"):
        found = [str(key) for key in resource.attrib if local_name(key).lower() == "scormtype"]
        if len(found) != 1:
            continue
        value = str(resource.get(found[0]) or "")
        plain = value.strip().lower()
        if plain not in ("sco", "asset") or (found[0] == work.scorm_type and value == plain):
            continue
        del resource.attrib[found[0]]
        resource.set(work.scorm_type, plain)
        work.note("repair.scormtype", resource, new=f'adlcp:{local_name(work.scorm_type)}="{plain}"')


def name_default(work: Work) -> None:
    """The only organization is the default one."""
    for organizations in work.all("organizations"):
        found = [each for each in organizations if local(each) == "organization"]
        if len(found) != 1:
            continue
        mark, default = trimmed(found[0], "identifier"), trimmed(organizations, "default")
        if mark and ID.holds(mark) and default != mark:
            organizations.set("default", mark)
            work.note("repair.default", organizations, new=mark)


class Taken:
    """The identifiers that are in use, and new ones beside them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = set(names)
        self._numbers: dict[str, int] = {}

    def fresh(self, mark: str) -> str:
        """A well-formed identifier like `mark` that nothing else has."""
        plain = re.sub(r"[^A-Za-z0-9_.-]", "_", mark)[:200]
        plain = plain if re.match(r"[A-Za-z_]", plain) else f"id_{plain}"
        found = plain
        while found in self._names:
            self._numbers[plain] = self._numbers.get(plain, 1) + 1
            found = f"{plain}-{self._numbers[plain]}"
        self._names.add(found)
        return found


class _Identifiers:
    """The renaming of identifiers in one document: who refers to what is looked up once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._taken = Taken(str(value) for each in work.root.iter("*") for value in each.attrib.values())
        self._referring: dict[tuple[str, str], list[tuple[etree._Element, str]]] = defaultdict(list)
        for kind, (names, attribute) in REFERRING.items():
            for each in work.all(*names):
                if (target := trimmed(each, attribute)) is not None:
                    self._referring[kind, target].append((each, attribute))

    def rename_all(self, mark: str, elements: list[etree._Element]) -> None:
        """An ill-formed one: one element of each kind at most may have it, or nobody knows who is meant."""
        names = [local(element) for element in elements]
        if len(set(names)) == len(names):
            for element in elements:
                self._rename(element, mark)

    def part(self, mark: str, elements: list[etree._Element]) -> None:
        """One that comes twice: what is referred to keeps it, two of a kind that is referred to stay as they are."""
        resources = [each for each in elements if local(each) == "resource"]
        organizations = [each for each in elements if local(each) == "organization"]
        if len(resources) > 1 or len(organizations) > 1:
            return
        kept = (resources or organizations or elements)[0]
        for element in elements:
            if element is not kept:
                self._rename(element, mark)

    def _rename(self, element: etree._Element, old: str) -> None:
        new = self._taken.fresh(old)
        element.set("identifier", new)
        self._work.note("repair.id", element, name=called(element), old=old, new=new)
        for each, attribute in self._referring.pop((local(element), old), []):
            each.set(attribute, new)


def mend_identifiers(work: Work) -> None:
    """Ill-formed identifiers, and those that come twice, get a new name where it is clear what refers to them."""
    holders: dict[str, list[etree._Element]] = defaultdict(list)
    for element in work.all(*IDENTIFIED):
        if (mark := trimmed(element, "identifier")) is not None:
            holders[mark].append(element)
    scripts = " ".join(text(each) for each in work.all("prerequisites"))
    identifiers = _Identifiers(work)
    for mark, elements in holders.items():
        is_right = ID.holds(mark)
        if not mark or (is_right and len(elements) == 1) or (scripts and mark in scripts):
            continue
        (identifiers.part if is_right else identifiers.rename_all)(mark, elements)
