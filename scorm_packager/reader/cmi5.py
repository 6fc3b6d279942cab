"""Reads a cmi5 course structure and the activities of a tincan.xml."""

from lxml import etree

from scorm_packager.reader.hrefs import name_of
from scorm_packager.reader.model import Activity, AssignableUnit, Block
from scorm_packager.reader.texts import attribute, by_language, child, children, local, number, text


def read_course(root: etree._Element, folder: str) -> Block:
    """The course under `root`, whose relative addresses lie below `folder`."""
    course = child(root, "course")
    return Block(
        id=attribute(course, "id").strip(),
        titles=by_language(child(course, "title")),
        descriptions=by_language(child(course, "description")),
        parts=_parts(root, folder),
        line=root.sourceline or 1,
    )


def _parts(parent: etree._Element, folder: str) -> tuple[AssignableUnit | Block, ...]:
    found = children(parent, "au", "block")
    return tuple(_unit(each, folder) if local(each.tag) == "au" else _block(each, folder) for each in found)


def _block(element: etree._Element, folder: str) -> Block:
    return Block(
        id=(element.get("id") or "").strip(),
        titles=by_language(child(element, "title")),
        descriptions=by_language(child(element, "description")),
        parts=_parts(element, folder),
        line=element.sourceline or 1,
    )


def _unit(element: etree._Element, folder: str) -> AssignableUnit:
    url = text(child(element, "url"))
    return AssignableUnit(
        id=(element.get("id") or "").strip(),
        titles=by_language(child(element, "title")),
        descriptions=by_language(child(element, "description")),
        url=url,
        launch=name_of(url, folder),
        move_on=element.get("moveOn") or "NotApplicable",
        mastery=number(element.get("masteryScore") or ""),
        launch_method=element.get("launchMethod") or "AnyWindow",
        activity_type=element.get("activityType") or "",
        launch_parameters=text(child(element, "launchParameters")),
        entitlement_key=text(child(element, "entitlementKey")),
        objectives=tuple(attribute(each, "idref") for each in children(child(element, "objectives"), "objective")),
        line=element.sourceline or 1,
    )


def read_activities(root: etree._Element) -> tuple[Activity, ...]:
    """The activities of a tincan.xml."""
    return tuple(_activity(each) for each in children(child(root, "activities"), "activity"))


def _activity(element: etree._Element) -> Activity:
    return Activity(
        id=(element.get("id") or "").strip(),
        type=element.get("type") or "",
        names={attribute(each, "lang") or "und": text(each) for each in children(element, "name")},
        descriptions={attribute(each, "lang") or "und": text(each) for each in children(element, "description")},
        launch={attribute(each, "lang") or "und": text(each) for each in children(element, "launch")},
        line=element.sourceline or 1,
    )
