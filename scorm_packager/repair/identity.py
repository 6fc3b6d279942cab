"""Repairs of version, kind of resource, identifiers and the default organization."""

import re
from collections import defaultdict

from lxml import etree

from scorm_packager.check.scorm import VERSIONS, local_name, trimmed
from scorm_packager.check.structure import called, local, space
from scorm_packager.check.values import ID
from scorm_packager.formats.scorm12_manifest import SCHEMA
from scorm_packager.reader.texts import child, text
from scorm_packager.repair.work import Work

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


def mend_identifiers(work: Work) -> None:
    """Ill-formed identifiers, and those that come twice, get a new name where it is clear what refers to them."""
    holders: dict[str, list[etree._Element]] = defaultdict(list)
    for element in work.all(*IDENTIFIED):
        if (mark := trimmed(element, "identifier")) is not None:
            holders[mark].append(element)
    taken = set(holders) | {str(value) for each in work.root.iter("*") for value in each.attrib.values()}
    scripts = " ".join(text(each) for each in work.all("prerequisites"))
    for mark, elements in list(holders.items()):
        in_script = bool(mark) and mark in scripts
        if not ID.holds(mark) and not in_script and mark:
            _rename_all(work, mark, elements, taken)
        elif len(elements) > 1 and not in_script:
            _part(work, mark, elements, taken)


def fresh(mark: str, taken: set[str]) -> str:
    """A well-formed identifier like `mark` that is not among `taken`, which then holds it."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", mark)[:200]
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"id_{plain}"
    found, number = plain, 1
    while found in taken:
        number += 1
        found = f"{plain}-{number}"
    taken.add(found)
    return found


def _rename_all(work: Work, mark: str, elements: list[etree._Element], taken: set[str]) -> None:
    """An ill-formed one: all of its kind would share the new name, so it must be one element of each kind at most."""
    names = [local(element) for element in elements]
    if len(set(names)) != len(names):
        return
    for element in elements:
        _rename(work, element, mark, fresh(mark, taken))


def _part(work: Work, mark: str, elements: list[etree._Element], taken: set[str]) -> None:
    """One that comes twice: what is referred to keeps it, two of a kind that is referred to stay as they are."""
    resources = [each for each in elements if local(each) == "resource"]
    organizations = [each for each in elements if local(each) == "organization"]
    if len(resources) > 1 or len(organizations) > 1:
        return
    kept = (resources or organizations or elements)[0]
    for element in elements:
        if element is not kept:
            _rename(work, element, mark, fresh(mark, taken))


def _rename(work: Work, element: etree._Element, old: str, new: str) -> None:
    element.set("identifier", new)
    work.note("repair.id", element, name=called(element), old=old, new=new)
    refers = {"resource": (("item", "dependency"), "identifierref"), "organization": (("organizations",), "default")}
    names, attribute = refers.get(local(element), ((), ""))
    for each in work.all(*names):
        if trimmed(each, attribute) == old:
            each.set(attribute, new)
