"""Reads the basics of IMS simple sequencing."""

from lxml import etree

from scorm_packager.reader.model import Objective, Sequencing
from scorm_packager.reader.texts import attribute, child, children, number, text

RULES = ("preConditionRule", "exitConditionRule", "postConditionRule", "rollupRule")


def read_sequencing(element: etree._Element | None) -> Sequencing | None:
    """The sequencing of one activity; None when there is no element."""
    if element is None:
        return None
    control, delivery = child(element, "controlMode"), child(element, "deliveryControls")
    limits = child(element, "limitConditions")
    limit = number(attribute(limits, "attemptLimit"))
    rules = [*children(child(element, "sequencingRules"), *RULES), *children(child(element, "rollupRules"), *RULES)]
    return Sequencing(
        choice=_flag(control, "choice", default=True),
        choice_exit=_flag(control, "choiceExit", default=True),
        flow=_flag(control, "flow"),
        forward_only=_flag(control, "forwardOnly"),
        tracked=_flag(delivery, "tracked", default=True),
        completion_set_by_content=_flag(delivery, "completionSetByContent"),
        objective_set_by_content=_flag(delivery, "objectiveSetByContent"),
        attempt_limit=None if limit is None else int(limit),
        time_limit=attribute(limits, "attemptAbsoluteDurationLimit").strip(),
        objectives=tuple(map(_objective, children(child(element, "objectives"), "primaryObjective", "objective"))),
        rules=len(rules),
    )


def read_hidden(presentation: etree._Element | None) -> tuple[str, ...]:
    """The controls that an item asks the LMS to hide."""
    return tuple(text(each) for each in children(child(presentation, "navigationInterface"), "hideLMSUI"))


def _flag(element: etree._Element | None, name: str, *, default: bool = False) -> bool:
    value = attribute(element, name).strip()
    return default if value not in ("true", "false", "1", "0") else value in ("true", "1")


def _objective(element: etree._Element) -> Objective:
    maps = list(children(element, "mapInfo"))
    return Objective(
        id=attribute(element, "objectiveID"),
        primary=str(element.tag).endswith("primaryObjective"),
        by_measure=_flag(element, "satisfiedByMeasure"),
        least=number(text(child(element, "minNormalizedMeasure"))),
        reads=tuple(
            attribute(each, "targetObjectiveID") for each in maps if _flag(each, "readSatisfiedStatus", default=True)
        ),
        writes=tuple(
            attribute(each, "targetObjectiveID")
            for each in maps
            if _flag(each, "writeSatisfiedStatus") or _flag(each, "writeNormalizedMeasure")
        ),
    )
