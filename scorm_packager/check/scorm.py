"""What SCORM demands beyond its schemas: version, types of resources, and what refers to what."""

import re

from lxml import etree

from scorm_packager.check.context import Context
from scorm_packager.check.structure import called, local, show, space
from scorm_packager.formats.scorm12_manifest import ADLCP, CP, SCHEMA
from scorm_packager.namespaces import ADLCP2004, ADLNAV, ADLSEQ, CP2004, IMSMD_OTHER, IMSSS
from scorm_packager.reader.texts import attribute, child, children, number, text

VERSIONS = {"1.2": "1.2", "2nd": "CAM 1.3", "3rd": "2004 3rd Edition", "4th": "2004 4th Edition"}
PREFIXES = {ADLCP: "adlcp", ADLCP2004: "adlcp", ADLSEQ: "adlseq", ADLNAV: "adlnav", IMSSS: "imsss", CP: "", CP2004: ""}
TIME = re.compile(r"\d{2,4}:\d{2}:\d{2}(\.\d{1,2})?", re.ASCII)
SCORE = re.compile(r"\d{1,3}(\.\d+)?", re.ASCII)
LONGEST_ID = 255


def check_identity(context: Context) -> None:
    """schema, schemaversion and namespaces (CAM 3.4.1.2)."""
    root, package = context.root, context.package
    old = package.edition == "1.2"
    if space(root) != (CP if old else CP2004):
        context.add("check.namespace", root, wanted=CP if old else CP2004)
    metadata = child(root, "metadata")
    element = child(metadata, "schemaversion")
    raw = "" if element is None else element.text or ""
    if raw != VERSIONS.get(package.edition, ""):
        at = root if element is None else element
        context.add("check.schemaversion", at, found=show(raw, 40), wanted=VERSIONS.get(package.edition, "1.2"))
    schema = child(metadata, "schema")
    if schema is None or schema.text != SCHEMA:
        context.add("check.schema_name", root if schema is None else schema)
    if any(space(element) == IMSMD_OTHER for element in root.iter("*")):
        context.add("check.metadata_namespace", metadata if metadata is not None else root)
    _check_prefixes(context)


def _check_prefixes(context: Context) -> None:
    """One finding for each unusual prefix; some readers, Moodle's among them, know no namespaces."""
    seen: set[str] = set()
    for element in context.root.iter("*"):
        wanted = PREFIXES.get(space(element))
        if wanted is not None and (element.prefix or "") != wanted and (element.prefix or "") not in seen:
            seen.add(element.prefix or "")
            context.add("check.prefix", element, found=called(element), wanted=wanted or "–")


def check_resources(context: Context) -> None:
    """scormType in its edition's spelling, and a launch for what is launched (CAM 3.4.1.20)."""
    old = context.package.edition == "1.2"
    wanted, namespace = ("scormtype", ADLCP) if old else ("scormType", ADLCP2004)
    launched = {trimmed(item, "identifierref") for item in context.all("item")}
    for resource in context.all("resource"):
        is_launched = trimmed(resource, "identifier") in launched
        _check_type(context, resource, wanted, namespace)
        is_sco = attribute(resource, wanted) == "sco"
        if not resource.get("href") and (is_launched or is_sco):
            context.add("check.no_href", resource)


def _check_type(context: Context, resource: etree._Element, wanted: str, namespace: str) -> None:
    spelt = {str(key): str(value) for key, value in resource.attrib.items() if local_name(key).lower() == "scormtype"}
    if not spelt:
        context.add("check.scormtype_missing", resource, wanted=wanted)
        return
    key, value = next(iter(spelt.items()))
    if key != f"{{{namespace}}}{wanted}":
        prefix = next((one for one, uri in resource.nsmap.items() if key.startswith(f"{{{uri}}}")), None)
        found = f"{prefix}:{local_name(key)}" if prefix else local_name(key)
        context.add("check.scormtype_spelling", resource, found=show(found), wanted=wanted)
    elif value not in ("sco", "asset"):
        context.add("check.scormtype_value", resource, found=show(value, 40), wanted=wanted)
    elif resource.nsmap.get("adlcp") != namespace:
        context.add("check.prefix", resource, found=f"…:{wanted}", wanted="adlcp")


def trimmed(element: etree._Element, name: str) -> str | None:
    """An identifier or a reference as XML Schema reads it: without blanks at the ends; None when it is not there."""
    value = element.get(name)
    return None if value is None else value.strip()


def local_name(key: object) -> str:
    """An attribute's name without its namespace."""
    return str(key).rpartition("}")[2]


def check_references(context: Context) -> None:
    """Items and dependencies point to resources, the default to an organization, leaves to something (CAM 3.4.1)."""
    resources = {trimmed(resource, "identifier") for resource in context.all("resource")}
    for element in context.all("item", "dependency"):
        target = trimmed(element, "identifierref")
        if target is not None and target not in resources and (target or local(element) == "dependency"):
            context.add("check.identifierref", element, id=show(target, 80))
    _check_default(context)
    items = list(context.all("item"))
    if not any(item.get("identifierref") for item in items):
        context.add("check.nothing_to_launch", context.root)
    for item in items:
        _check_leaf(context, item)
    for manifest in context.all("manifest"):
        if manifest is not context.root:
            context.add("check.submanifest", manifest)


def _check_default(context: Context) -> None:
    organizations = {trimmed(element, "identifier") for element in context.all("organization")}
    for element in context.all("organizations"):
        default = trimmed(element, "default")
        if default is not None and default not in organizations and (organizations or default):
            context.add("check.default", element, id=show(default, 80))
        elif default is None and organizations:
            context.add("check.default_missing", element)


def _check_leaf(context: Context, item: etree._Element) -> None:
    is_leaf = child(item, "item") is None
    if is_leaf and not item.get("identifierref"):
        context.add("check.leaf_without_resource", item, id=show(item.get("identifier") or "", 80))
    elif not is_leaf and item.get("identifierref") and context.package.edition != "1.2":
        context.add("check.not_leaf", item, id=show(item.get("identifier") or "", 80))


def check_items(context: Context) -> None:
    """Titles, and values whose form the schemas leave open (CAM 3.4.1.12 to 3.4.1.19)."""
    for element in context.all("item", "organization"):
        if not text(child(element, "title")):
            context.add("check.no_title", element, element=called(element))
        if len(element.get("identifier") or "") > LONGEST_ID:
            context.add("check.id_bad", element, element=called(element), id=show(element.get("identifier") or ""))
    for item in context.all("item"):
        parameters = item.get("parameters") or ""
        if parameters and (not item.get("identifierref") or (parameters[0] not in "?#&" and "=" not in parameters)):
            context.add("check.parameters", item, found=show(parameters))
    if context.package.edition == "1.2":
        _check_values(context)


def _check_values(context: Context) -> None:
    """SCORM 1.2 CAM 2.3.2.5: the schema knows only the lengths of these."""
    for element in context.all("masteryscore"):
        if not SCORE.fullmatch(text(element)) or (number(text(element)) or 0) > 100:
            context.add(
                "check.item_value", element, name="adlcp:masteryscore", found=show(text(element)), wanted="0–100"
            )
    for element in context.all("maxtimeallowed"):
        if not TIME.fullmatch(text(element)):
            context.add(
                "check.item_value", element, name="adlcp:maxtimeallowed", found=show(text(element)), wanted="HHHH:MM:SS"
            )


ON_SCO = ("timeLimitAction", "dataFromLMS", "completionThreshold")
ON_ORGANIZATION = ("objectivesGlobalToSystem", "sharedDataGlobalToSystem")


def check_2004(context: Context) -> None:
    """What SCORM 2004 adds: where its elements may stand, and how editions write a completion threshold."""
    types = {trimmed(each, "identifier"): attribute(each, "scormType") for each in context.all("resource")}
    for item in context.all("item"):
        kind = types.get(trimmed(item, "identifierref"))
        for element in [*children(item, *ON_SCO), *children(item, "data")]:
            if kind is None or (kind == "asset" and local(element) in ON_SCO):
                context.add("check.only_on_sco", element, name=called(element))
    for element in context.root.iter("*"):
        for name in ON_ORGANIZATION:
            if local(element) != "organization" and attribute(element, name):
                context.add("check.only_on_organization", element, name=name, element=called(element))
    for element in context.all("completionThreshold"):
        if context.package.edition == "4th" and text(element):
            context.add("check.threshold_edition", element, wanted="minProgressMeasure")
