"""What cmi5, tincan.xml and Common Cartridge demand beyond their schemas."""

from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from scorm_packager.check.context import Context
from scorm_packager.check.scorm import trimmed
from scorm_packager.check.structure import called, local, show, space
from scorm_packager.check.values import is_absolute_iri, is_uri
from scorm_packager.namespaces import CMI5, TINCAN
from scorm_packager.reader.hrefs import is_outside, name_of
from scorm_packager.reader.texts import attribute, child, children, text

RESERVED = frozenset({"endpoint", "fetch", "actor", "activityid", "registration"})
CC_TYPES = (
    "webcontent",
    "associatedcontent/",
    "imsdt_",
    "imswl_",
    "imsqti_",
    "imsbasiclti_",
    "assignment_",
    "idpfepub_",
)
CC_VERSIONS = {"1.0": ("1.0.0",), "1.1": ("1.1.0",), "1.3": ("1.3.0", "1.2.0")}


def check_course(context: Context) -> None:
    """The course structure of cmi5 (13.1)."""
    if space(context.root) != CMI5 or local(context.root) != "courseStructure":
        context.add("check.namespace", context.root, wanted=CMI5)
    _check_iris(context)
    objectives = {attribute(each, "id").strip() for each in context.all("objective") if attribute(each, "id")}
    for reference in context.all("objective"):
        wanted = attribute(reference, "idref").strip()
        if (wanted or not attribute(reference, "id")) and wanted not in objectives:
            context.add("check.objective_reference", reference, id=show(wanted, 80))
    for unit in context.all("au"):
        _check_unit(context, unit)


def _check_iris(context: Context) -> None:
    """Identifiers are absolute IRIs, unique among the AUs and among the blocks (13.1.4, 13.1.2)."""
    seen: dict[tuple[str, str], int] = {}
    for element in context.all("course", "block", "au"):
        mark = attribute(element, "id").strip()
        if not is_absolute_iri(mark):
            context.add("check.iri", element, element=called(element), id=show(mark, 80))
            continue
        key = (local(element), mark)
        if key in seen:
            context.add("check.iri_twice", element, id=show(mark, 80), other=seen[key])
        seen.setdefault(key, element.sourceline or 1)


def _check_unit(context: Context, unit: etree._Element) -> None:
    if unit.get("moveOn") is None:
        context.add("check.move_on", unit)
    url = text(child(unit, "url"))
    try:
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        query = []
    for name in {name for name, _value in query if name.lower() in RESERVED}:
        context.add("check.reserved_parameter", unit, name=show(name))
    if url and not is_outside(url) and len(context.files) == 1:
        context.add("check.url_relative", unit, href=show(url, 120))
    elif url and not is_outside(url):
        name = name_of(url, context.package.found.root)
        if name not in context.files:
            context.add("check.file_missing", unit, href=show(url, 120))


def check_activities(context: Context) -> None:
    """A tincan.xml: activities with absolute ids, one of them with an address to open."""
    if space(context.root) != TINCAN or local(context.root) != "tincan":
        context.add("check.namespace", context.root, wanted=TINCAN)
    launched = 0
    seen: dict[str, int] = {}
    for activity in children(child(context.root, "activities"), "activity"):
        mark = attribute(activity, "id").strip()
        if not is_absolute_iri(mark):
            context.add("check.iri", activity, element="activity", id=show(mark, 80))
        elif mark in seen:
            context.add("check.iri_twice", activity, id=show(mark, 80), other=seen[mark])
        seen.setdefault(mark, activity.sourceline or 1)
        for name in ("name", "description"):
            if not text(child(activity, name)):
                context.add("check.tincan_name", activity, name=name)
        for launch in children(activity, "launch"):
            launched += 1
            _check_launch(context, launch)
    if not launched:
        context.add("check.tincan_launch", context.root)


def _check_launch(context: Context, launch: etree._Element) -> None:
    url = text(launch)
    if not url or not is_uri(url):
        context.add("check.value", launch, element="launch", name="launch", found=show(url), wanted="URI")
    elif not is_outside(url) and name_of(url, context.package.found.root) not in context.files:
        context.add("check.file_missing", launch, href=show(url, 120))


def check_cartridge(context: Context) -> None:
    """A Common Cartridge by the published profile (CC 1.1 and 1.3, chapter 4); there is no schema at hand."""
    edition = context.package.edition
    known = CC_VERSIONS.get(edition, ())
    if context.package.declared not in known:
        at = child(child(context.root, "metadata"), "schemaversion")
        context.add(
            "check.schemaversion",
            context.root if at is None else at,
            found=show(context.package.declared, 40),
            wanted=known[0] if known else "1.1.0",
        )
    if text(child(child(context.root, "metadata"), "schema")) != "IMS Common Cartridge":
        context.add("check.cc_structure", context.root, wanted="schema = IMS Common Cartridge")
    organizations = list(children(child(context.root, "organizations"), "organization"))
    for organization in organizations:
        if organization.get("structure") != "rooted-hierarchy":
            context.add("check.cc_structure", organization, wanted='structure="rooted-hierarchy"')
        if sum(1 for _ in children(organization, "item")) != 1:
            context.add("check.cc_structure", organization, wanted="organization: 1 item")
    if len(organizations) > 1:
        context.add("check.cc_structure", organizations[1], wanted="organizations: 0–1 organization")
    _check_cc_references(context)


def _check_cc_references(context: Context) -> None:
    resources = {trimmed(resource, "identifier") for resource in context.all("resource")}
    for element in context.all("item", "dependency"):
        target = trimmed(element, "identifierref")
        if target is not None and target not in resources:
            context.add("check.identifierref", element, id=show(target, 80))
    for resource in context.all("resource"):
        kind = resource.get("type") or ""
        if not kind.startswith(CC_TYPES):
            context.add("check.cc_type", resource, found=show(kind, 80))
