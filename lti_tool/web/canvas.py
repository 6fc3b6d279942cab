"""The LTI key of Canvas as JSON at an address: Canvas reads it from there where its administrator gives the address."""

from flask import Blueprint, Response, jsonify

from lti_tool.registration.manual import canvas_document
from lti_tool.registration.request import Addresses
from lti_tool.web.context import services

blueprint = Blueprint("canvas", __name__, url_prefix="/lti")


@blueprint.get("/canvas.json")
def document() -> Response:
    """The configuration, the same for everybody: addresses and scopes, no secret."""
    return jsonify(canvas_document(Addresses(services().settings.base_url)))
