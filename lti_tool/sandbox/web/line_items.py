"""Line items of the sandbox LMS (Assignment and Grade Services 2.0, 3.2)."""

from typing import Any

import msgspec
from flask import Response, request

from lti_tool.sandbox.model import LINE_ITEM_SCOPE, READ_SCOPE, LineItem, Tool, is_number
from lti_tool.sandbox.web.answers import allowed_tool, answer, body_of, check_accept, empty, page_of, refuse
from lti_tool.sandbox.web.session import platform

MEDIA_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"


def all_of(course_id: str) -> Response:
    """The columns of a course, filtered by resource_link_id, tag and resource_id (AGS 2.0, 3.2.4)."""
    tool = allowed_tool(LINE_ITEM_SCOPE, READ_SCOPE)
    check_accept("line_items", CONTAINER)
    wanted = {"resource_link": "resource_link_id", "tag": "tag", "resource_id": "resource_id"}
    filters = {field: request.args[name] for field, name in wanted.items() if name in request.args}
    items = [
        item
        for item in platform().store.line_items(course_id)
        if item.tool == tool.deployment_id and all(getattr(item, field) == value for field, value in filters.items())
    ]
    url = platform().addresses.line_items(course_id, tool.deployment_id)
    page, headers = page_of(items, url, grades=True)
    shown = answer([_shown(item) for item in page], CONTAINER)
    shown.headers.extend(headers)
    return shown


def add(course_id: str) -> Response:
    """A new column (AGS 2.0, 3.2.5)."""
    tool = allowed_tool(LINE_ITEM_SCOPE)
    item = _described(body_of(MEDIA_TYPE), tool, course_id)
    return answer(_shown(platform().store.add_line_item(item)), MEDIA_TYPE, 201)


def one(course_id: str, item_id: str) -> Response:
    """One column (AGS 2.0, 3.2.3)."""
    item = item_of(allowed_tool(LINE_ITEM_SCOPE, READ_SCOPE), course_id, item_id)
    check_accept("line_item", MEDIA_TYPE)
    return answer(_shown(item), MEDIA_TYPE)


def change(course_id: str, item_id: str) -> Response:
    """The whole of a column, new (AGS 2.0, 3.2.6)."""
    tool = allowed_tool(LINE_ITEM_SCOPE)
    known = item_of(tool, course_id, item_id)
    item = msgspec.structs.replace(_described(body_of(MEDIA_TYPE), tool, course_id), id=known.id)
    platform().store.change_line_item(item)
    return answer(_shown(item), MEDIA_TYPE)


def remove(course_id: str, item_id: str) -> Response:
    """Without a column (AGS 2.0, 3.2.7)."""
    item = item_of(allowed_tool(LINE_ITEM_SCOPE), course_id, item_id)
    platform().store.remove_line_item(item.id)
    return empty(204)


def item_of(tool: Tool, course_id: str, item_id: str) -> LineItem:
    """The column of `tool` with this id; 404 for any other."""
    items = platform().store.line_items(course_id)
    found = [item for item in items if item.id == item_id and item.tool == tool.deployment_id]
    return found[0] if found else refuse(404, "Line item does not exist")


def _described(body: dict[str, Any], tool: Tool, course_id: str) -> LineItem:
    label, maximum = body.get("label"), body.get("scoreMaximum")
    if not isinstance(label, str) or not is_number(maximum) or maximum <= 0:
        refuse(400, "No label or Score Maximum")
    link, resource_id, tag = (str(body.get(name) or "") for name in ("resourceLinkId", "resourceId", "tag"))
    activity = platform().store.link(link) if link.isdecimal() else None
    if link and (activity is None or activity.tool != tool.deployment_id or activity.course != course_id):
        refuse(403, "resourceLinkId")
    number = tool.deployment_id
    return LineItem("", course_id, label, float(maximum), link or None, resource_id, tag, number)


def _shown(item: LineItem) -> dict[str, Any]:
    shown = {"id": platform().addresses.line_item(item), "label": item.label, "scoreMaximum": item.score_maximum}
    optional = {"resourceLinkId": item.resource_link, "resourceId": item.resource_id, "tag": item.tag}
    return shown | {name: value for name, value in optional.items() if value}
