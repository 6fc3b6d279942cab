"""Reads an IMS manifest, by local names, so that wrong namespaces and prefixes hide nothing."""

from collections.abc import Iterator

from lxml import etree

from scorm_packager.reader.hrefs import base_of, name_of, query_of
from scorm_packager.reader.model import File, Item, Manifest, Organization, Resource
from scorm_packager.reader.sequencing import read_hidden, read_sequencing
from scorm_packager.reader.texts import attribute, child, children, local, number, text

LOM_TITLE = ("general", "title")


def read_manifest(root: etree._Element, folder: str) -> Manifest:
    """The manifest under `root`, whose files lie below `folder` of the package."""
    metadata = child(root, "metadata")
    organizations = child(root, "organizations")
    title, language = _lom(metadata, "title")
    return Manifest(
        id=root.get("identifier", "").strip(),
        schema=text(child(metadata, "schema")),
        schema_version=text(child(metadata, "schemaversion")),
        title=title,
        description=_lom(metadata, "description")[0],
        language=language,
        default=(organizations.get("default", "").strip()) if organizations is not None else "",
        organizations=tuple(_organization(each) for each in children(organizations, "organization")),
        resources=tuple(_resource(each, folder) for each in children(child(root, "resources"), "resource")),
    )


def _lom(metadata: etree._Element | None, name: str) -> tuple[str, str]:
    """A text of LOM's general section in its first language, and that language."""
    general = child(child(metadata, "lom"), "general")
    for part in children(child(general, name), "langstring", "string"):
        return text(part), attribute(part, "lang") or attribute(part, "language")
    return "", ""


def _organization(element: etree._Element) -> Organization:
    return Organization(
        id=element.get("identifier", "").strip(),
        title=text(child(element, "title")),
        items=tuple(_items(element)),
        sequencing=read_sequencing(child(element, "sequencing")),
        global_to_system=attribute(element, "objectivesGlobalToSystem") not in ("false", "0"),
        line=element.sourceline or 1,
    )


def _items(parent: etree._Element) -> Iterator[Item]:
    for element in children(parent, "item"):
        yield _item(element)


def _item(element: etree._Element) -> Item:
    threshold = child(element, "completionThreshold")
    measure = number(attribute(threshold, "minProgressMeasure") or text(threshold))
    sequencing = read_sequencing(child(element, "sequencing"))
    return Item(
        id=element.get("identifier", "").strip(),
        title=text(child(element, "title")),
        resource=element.get("identifierref", "").strip(),
        parameters=element.get("parameters") or "",
        visible=(element.get("isvisible") or "true").strip() not in ("false", "0"),
        mastery=_mastery(element),
        prerequisites=text(child(element, "prerequisites")),
        time_limit=text(child(element, "maxtimeallowed")),
        time_action=text(child(element, "timelimitaction", "timeLimitAction")),
        data=text(child(element, "datafromlms", "dataFromLMS")),
        completion=measure,
        sequencing=sequencing,
        hidden_controls=read_hidden(child(element, "presentation")),
        items=tuple(_items(element)),
        line=element.sourceline or 1,
    )


def _mastery(element: etree._Element) -> float | None:
    """The pass mark as 0–1: `masteryscore` of SCORM 1.2, or the primary objective's measure of 2004."""
    score = number(text(child(element, "masteryscore")))
    if score is not None:
        return score / 100
    primary = child(child(child(element, "sequencing"), "objectives"), "primaryObjective")
    by_measure = attribute(primary, "satisfiedByMeasure") in ("true", "1")
    return number(text(child(primary, "minNormalizedMeasure"))) if by_measure else None


def _resource(element: etree._Element, folder: str) -> Resource:
    base = base_of(element)
    href = (element.get("href") or "").strip()
    return Resource(
        id=element.get("identifier", "").strip(),
        type=element.get("type") or "",
        scorm_type=next((str(value) for key, value in element.attrib.items() if local(key).lower() == "scormtype"), ""),
        href=href,
        base=base,
        launch=name_of(base + href, folder) if href else "",
        query=query_of(href),
        files=tuple(_file(each, base, folder) for each in children(element, "file")),
        dependencies=tuple(each.get("identifierref", "").strip() for each in children(element, "dependency")),
        line=element.sourceline or 1,
    )


def _file(element: etree._Element, base: str, folder: str) -> File:
    href = (element.get("href") or "").strip()
    return File(href, name_of(base + href, folder), element.sourceline or 1)
