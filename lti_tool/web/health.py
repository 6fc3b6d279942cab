"""The page that a monitor asks whether this process lives and reaches its databases."""

from flask import Blueprint, Response, jsonify

from lti_tool.version import VERSION
from lti_tool.web.context import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def page() -> Response:
    """`{"status": "ok"}` when the household database answers; otherwise the error handler says 500."""
    services().house.institutions.list()
    return jsonify(status="ok", version=VERSION)
