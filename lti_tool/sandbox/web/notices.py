"""Where tools of the sandbox LMS ask for notices (LTI Platform Notification Service 1.0)."""

from flask import Response, jsonify

from lti_tool.sandbox.model import NOTICE_SCOPE, Tool
from lti_tool.sandbox.notices import KINDS
from lti_tool.sandbox.web.answers import allowed_tool, body_of, refuse
from lti_tool.sandbox.web.session import platform
from lti_tool.store.platforms import origin

MEDIA_TYPE = "application/json"


def catalogue(tool_id: str) -> Response:
    """What the tool gets, and where."""
    tool = _tool(tool_id)
    return jsonify(
        client_id=tool.client_id, deployment_id=tool.deployment_id, notice_handlers=platform().notices.handlers(tool)
    )


def subscribe(tool_id: str) -> Response:
    """The tool says where it wants one kind of notice; only in its own domain."""
    tool, body = _tool(tool_id), body_of(MEDIA_TYPE)
    kind, handler = body.get("notice_type"), body.get("handler")
    if kind not in KINDS or not isinstance(handler, str):
        refuse(400, "notice_type, handler")
    if handler and origin(handler) != origin(tool.launch_url):
        refuse(400, "handler")
    platform().notices.subscribe(tool, str(kind), handler)
    return jsonify(notice_type=kind, handler=handler)


def _tool(tool_id: str) -> Tool:
    tool = allowed_tool(NOTICE_SCOPE)
    return tool if tool.deployment_id == tool_id else refuse(404, "Not found")
