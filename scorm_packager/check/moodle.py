"""What Moodle 4.5 does with a package: mod_scorm reads without namespaces, and in its own way (scormlib.php)."""

import re

from lxml import etree

from scorm_packager.check.context import Context
from scorm_packager.check.scorm import PREFIXES, local_name, trimmed
from scorm_packager.check.structure import called, local, show, space
from scorm_packager.namespaces import ADLSEQ, IMSSS
from scorm_packager.reader.hrefs import BASE
from scorm_packager.reader.kinds import MANIFEST
from scorm_packager.reader.texts import attribute, child, children, text

TAKEN = re.compile(r"(1\.2|(CAM )?1\.3|2004 (3rd|4th) Edition)")
CODED_TITLE = re.compile(r"<title>(?=[^<]*&#|\s*<!\[CDATA\[[^\]]{0,500}[&<])", re.IGNORECASE)
PLAYED = ("scorm", "aicc")


def look_as_moodle(context: Context) -> None:
    """Adds a finding for each thing that goes wrong or otherwise than meant in Moodle 4.5."""
    kind, edition = context.package.found.kind, context.package.edition
    if kind == "cc":
        if edition == "1.3":
            context.add("moodle.not_played", None, kind="Common Cartridge 1.3")
        return
    if kind not in PLAYED:
        context.add("moodle.not_played", None, kind={"cmi5": "cmi5", "tincan": "xAPI"}.get(kind, kind))
        return
    if kind == "aicc":
        context.add("moodle.app")
        return
    _import(context)
    if context.package.document is None or context.package.document.root is None:
        return
    _version(context)
    _items(context)
    if edition == "1.2":
        _old(context)
    else:
        _sequencing(context)


def _import(context: Context) -> None:
    if context.file != MANIFEST:
        context.add("moodle.not_imported", 0, name=context.file)
    broken = {note.code for note in context.package.notes} & {"check.not_xml", "check.doctype"}
    if broken:
        context.add("moodle.not_imported", 0, name=context.file)


def _version(context: Context) -> None:
    """The first schemaversion decides, letter by letter; anything else is taken for SCORM 1.2."""
    element = next(context.all("schemaversion"), None)
    raw = "" if element is None else element.text or ""
    if not TAKEN.fullmatch(raw) and context.package.edition != "1.2":
        context.add("moodle.version", context.root if element is None else element, found=show(raw, 40))
    seen: set[str] = set()
    for one in context.root.iter("*"):
        wanted = PREFIXES.get(space(one))
        if wanted is not None and (one.prefix or "") != wanted and (one.prefix or "") not in seen:
            seen.add(one.prefix or "")
            context.add("moodle.prefix", one, found=called(one), wanted=wanted or "–")


def _items(context: Context) -> None:
    resources = {trimmed(each, "identifier"): each for each in context.all("resource")}
    launched = 0
    for item in context.all("item"):
        target = trimmed(item, "identifierref")
        resource = resources.get(target)
        if target and resource is None:
            context.add("moodle.no_launch", item, id=show(target, 80))
        elif resource is not None:
            launched += 1
            if not _is_sco(resource):
                context.add("moodle.asset", resource, id=show(resource.get("identifier") or "", 80))
    if launched > 1:
        context.add("moodle.several_scos", None, count=launched)
    if len(list(context.all("organization"))) > 1:
        context.add("moodle.organizations", next(context.all("organizations"), None))
    for element in context.all("manifest", "resources"):
        if element.get(BASE):
            context.add("moodle.base", element, found=show(str(element.get(BASE))))
    document = context.package.document
    for found in list(CODED_TITLE.finditer(document.text if document else ""))[:5]:
        context.add("moodle.title", document.text.count("\n", 0, found.start()) + 1 if document else 0)


def _is_sco(resource: etree._Element) -> bool:
    """Moodle looks for `adlcp:scormtype` by its letters, large or small, and wants `sco`."""
    for key, value in resource.attrib.items():
        if local_name(key).lower() == "scormtype":
            namespace = str(key)[1:].partition("}")[0] if str(key).startswith("{") else ""
            return resource.nsmap.get("adlcp") == namespace and str(value).lower() == "sco"
    return False


def _old(context: Context) -> None:
    for element in context.all("masteryscore"):
        context.add("moodle.mastery", element)


def _sequencing(context: Context) -> None:
    context.add("moodle.app")
    if (found := next((one for one in context.all("mapInfo") if space(one) == IMSSS), None)) is not None:
        context.add("moodle.mapinfo", found)
    for element in context.all("completionThreshold"):
        if text(element).strip() not in ("", "1", "1.0"):  # Moodle takes 1.0 for any text
            context.add("moodle.threshold", element, found=show(text(element), 20))
    for objectives in context.all("objectives"):
        if space(objectives) == IMSSS:
            _pass_mark(context, objectives)
    ignored = [one for one in context.root.iter("*") if local(one) in ("sequencingCollection", "rollupRule", "data")]
    ignored += [one for one in context.all("objectives") if space(one) == ADLSEQ]
    for one in ignored[:3]:
        context.add("moodle.ignored", one, name=called(one))


def _pass_mark(context: Context, objectives: etree._Element) -> None:
    """The last objective's measure becomes the pass mark, 100 % when it has none."""
    every = list(children(objectives, "primaryObjective", "objective"))
    measured = [one for one in every if text(child(one, "minNormalizedMeasure"))]
    if every and measured and every[-1] not in measured:
        context.add("moodle.pass_mark", every[-1], id=show(attribute(every[-1], "objectiveID"), 80))
    for one in measured:
        if attribute(one, "satisfiedByMeasure") in ("false", "0"):
            context.add("moodle.satisfied", one)
