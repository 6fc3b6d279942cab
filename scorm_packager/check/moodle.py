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
from scorm_packager.reader.texts import space as name_space

TAKEN = re.compile(r"(1\.2|(CAM )?1\.3|2004 (3rd|4th) Edition)")
CODED_TITLE = re.compile(r"<title>(?=[^<]*&#|\s*<!\[CDATA\[[^\]]{0,500}[&<])", re.IGNORECASE)
PLAYED = ("scorm", "aicc")
#: What stops Moodle's XML parser (expat's rules, after it has mended a plain `&`); a DOCTYPE does not.
FATAL = frozenset({"check.not_xml", "check.leading", "check.control", "check.encoding"})
#: Moodle mends `&` only where no such name follows; an HTML entity in XML then ends the import.
UNDECLARED = re.compile(r"&amp;\w{2,6};")


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
        return
    notes = {note.code for note in context.package.notes}
    if notes & FATAL or _has_undeclared(context):
        context.add("moodle.xml", 0)
    if "check.utf16" in notes and context.package.document is not None and "&" in context.package.document.text:
        context.add("moodle.utf16", 0)


def _has_undeclared(context: Context) -> bool:
    """Whether a name like `&nbsp;` stands where our reader mended an `&`."""
    lines = context.package.document.text.split("\n") if context.package.document else []
    mended = [note.line for note in context.package.notes if note.code == "check.ampersand"]
    return any(UNDECLARED.search(lines[line - 1]) for line in mended if line <= len(lines))


def _version(context: Context) -> None:
    """The first schemaversion decides, letter by letter; anything else is taken for SCORM 1.2."""
    element = next(context.all("schemaversion"), None)
    raw = "" if element is None else element.text or ""
    if not TAKEN.fullmatch(raw) and context.package.edition != "1.2":
        context.add("moodle.version", context.root if element is None else element, found=show(raw, 40))
    _prefixes(context)


def _prefixes(context: Context) -> None:
    """Moodle looks for the usual prefixes, large or small, of elements and of attributes; it knows no namespaces."""
    seen: set[str] = set()
    for one in context.root.iter("*"):
        names = {space(one): (one.prefix or "", called(one))} | _attributes(one)
        for namespace, (prefix, name) in names.items():
            wanted = PREFIXES.get(namespace)
            if wanted is not None and prefix.lower() != wanted and prefix not in seen:
                seen.add(prefix)
                context.add("moodle.prefix", one, found=name, wanted=wanted or "–")


def _attributes(element: etree._Element) -> dict[str, tuple[str, str]]:
    """For each namespace of an attribute, its prefix as written here and the attribute with it."""
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items() if prefix}
    spaces = {name_space(key): local_name(key) for key in element.attrib}
    return {uri: (prefixes[uri], f"{prefixes[uri]}:{name}") for uri, name in spaces.items() if uri in prefixes}


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
        if context.package.edition != "1.2":
            context.add("moodle.one_sco", None)
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
            prefixes = {prefix.lower() for prefix, uri in resource.nsmap.items() if prefix and uri == name_space(key)}
            return "adlcp" in prefixes and str(value).lower() == "sco"
    return False


def _old(context: Context) -> None:
    for element in context.all("masteryscore"):
        context.add("moodle.mastery", element)


def _sequencing(context: Context) -> None:
    context.add("moodle.app")
    context.add("moodle.interactions")
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
