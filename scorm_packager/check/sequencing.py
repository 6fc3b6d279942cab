"""What ADL demands of sequencing beyond its schemas (SCORM 2004 SN 3, and the rules of ADL's package checker)."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote

from lxml import etree

from scorm_packager.check.context import Context
from scorm_packager.check.structure import called, local, show, space
from scorm_packager.namespaces import ADLSEQ, IMSSS
from scorm_packager.reader.texts import attribute, child, children

STATUS_READS = ("readSatisfiedStatus", "readNormalizedMeasure")
STATUS_WRITES = ("writeSatisfiedStatus", "writeNormalizedMeasure")
FURTHER = ("RawScore", "MinScore", "MaxScore", "CompletionStatus", "ProgressMeasure")
FURTHER_WRITES = tuple(f"write{name}" for name in FURTHER)
IGNORED_LIMITS = (
    "attemptExperiencedDurationLimit",
    "activityAbsoluteDurationLimit",
    "activityExperiencedDurationLimit",
    "beginTimeLimit",
    "endTimeLimit",
)


def check_sequencing(context: Context) -> None:
    """Places and references of all sequencing elements, then the objectives of each."""
    collected = {
        attribute(each, "ID").strip(): each
        for collection in context.all("sequencingCollection")
        for each in children(collection, "sequencing")
    }
    for collection in context.all("sequencingCollection"):
        if collection.getparent() is not context.root:
            context.add("check.sequencing_place", collection, element=called(collection))
    for element in context.all("sequencing"):
        if space(element) == IMSSS:
            _check_one(context, element, collected)


def _check_one(context: Context, element: etree._Element, collected: dict[str, etree._Element]) -> None:
    parent = element.getparent()
    place = "" if parent is None else local(parent)
    if place == "sequencingCollection":
        if not attribute(element, "ID") or attribute(element, "IDRef"):
            context.add("check.sequencing_reference", element, id=show(attribute(element, "IDRef")))
    elif place not in ("organization", "item") or next(children(parent, "sequencing"), element) is not element:
        context.add("check.sequencing_place", element, element=called(element))
    reference = attribute(element, "IDRef").strip()
    if reference and reference not in collected:
        context.add("check.sequencing_reference", element, id=show(reference))
    _check_objectives(context, element, collected.get(reference))
    for limit in children(element, "limitConditions"):
        for name in IGNORED_LIMITS:
            if attribute(limit, name):
                context.add("check.limit_ignored", limit, name=name)


def _plain(uri: str) -> str:
    """A URI for comparison: blanks at the ends and escapes do not tell two apart."""
    return " ".join(unquote(uri).split())


def _mark(objective: etree._Element) -> str:
    return _plain(attribute(objective, "objectiveID"))


def _objectives(element: etree._Element | None) -> list[etree._Element]:
    found = [] if element is None else [each for each in children(element, "objectives") if space(each) == IMSSS]
    return [each for group in found for each in children(group, "primaryObjective", "objective")]


def _check_objectives(context: Context, element: etree._Element, shared: etree._Element | None) -> None:
    own = _objectives(element)
    marks = [_mark(each) for each in own]
    count = Counter(marks)
    for objective, mark in zip(own, marks, strict=True):
        if mark and count[mark] > 1:
            context.add("check.objective_twice", objective, id=show(mark, 80))
        if not mark and (local(objective) == "objective" or child(objective, "mapInfo") is not None):
            context.add("check.objective_without_id", objective, element=called(objective))
    names = {_mark(each) for each in [*own, *_objectives(shared)]}
    _check_maps(context, own, STATUS_READS, STATUS_WRITES)
    further = [each for group in element.iter(f"{{{ADLSEQ}}}objectives") for each in children(group, "objective")]
    _check_maps(context, further, (), FURTHER_WRITES)
    parent = element.getparent()
    if parent is not None and local(parent) == "sequencingCollection":
        return  # whoever uses it may bring the objectives that it refers to
    for condition in element.iter(f"{{{IMSSS}}}ruleCondition"):
        wanted = _plain(attribute(condition, "referencedObjective"))
        if wanted and wanted not in names:
            context.add("check.objective_unknown", condition, id=show(wanted, 80))
    for objective in further:
        if _mark(objective) not in names:
            context.add("check.objective_unknown", objective, id=show(_mark(objective), 80))


def _check_maps(
    context: Context, objectives: Iterable[etree._Element], reads: tuple[str, ...], writes: tuple[str, ...]
) -> None:
    """An objective reads a status from one global objective, and one of an activity's objectives writes a target."""
    writers: Counter[tuple[str, str]] = Counter()
    for objective in objectives:
        readers: Counter[str] = Counter()
        for one in children(objective, "mapInfo"):
            readers.update(name for name in reads if attribute(one, name) not in ("false", "0"))
            target = _plain(attribute(one, "targetObjectiveID"))
            for name in writes:
                if attribute(one, name) in ("true", "1"):
                    writers[name, target] += 1
                    if writers[name, target] > 1:
                        context.add("check.target_writers", one, id=show(target, 80), name=name)
        for name, count in readers.items():
            if count > 1:
                context.add("check.target_readers", objective, name=name)
