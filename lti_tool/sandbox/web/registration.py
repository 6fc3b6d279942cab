"""Dynamic registration of the sandbox LMS over HTTP, and the page on which its administrator adds tools."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.sandbox.registrations import RegistrationRefused
from lti_tool.sandbox.web.session import platform, teacher
from lti_tool.store.platforms import origin

TOOLS = Blueprint("tools", __name__)


def configuration() -> Response:
    """The OpenID configuration, for anybody."""
    return jsonify(platform().registrations.configuration())


def register() -> Response:
    """A tool registers or renews itself, or reads its registration (GET)."""
    registrations, authorization = platform().registrations, request.headers.get("Authorization", "")
    try:
        if request.method == "GET":
            return jsonify(registrations.read(authorization))
        answer = jsonify(registrations.register(authorization, request.get_json(force=True, silent=True)))
    except RegistrationRefused as problem:
        return _refused(problem)
    answer.status_code = platform().personality.registration.status if request.method == "POST" else 200
    return answer


def _refused(problem: RegistrationRefused) -> Response:
    if platform().personality.registration.plain_errors:
        return Response(problem.reason, status=problem.status, content_type="text/html")
    known = "invalid_token" if problem.status == 401 else "invalid_client_metadata"  # RFC 7591, 3.2.2; RFC 6750, 3.1
    answer = jsonify(error=known, error_description=problem.reason)
    answer.status_code = problem.status
    return answer


@TOOLS.get("/alat")
def tools() -> str:
    """The tools of this LMS, for its administrator, who is the teacher here."""
    return render_template("sandbox/tools.html", user=teacher(), tools=platform().store.tools())


@TOOLS.get("/alat/tambah")
def add() -> str:
    """The tool's own registration page, in a frame; it closes by telling this page so."""
    person = teacher()
    url, renewed = request.args.get("url", ""), request.args.get("deployment", "")
    if not origin(url):
        return render_template("sandbox/tools.html", user=person, tools=platform().store.tools(), wrong=True)
    frame = platform().registrations.invitation(url, renewed)
    return render_template("sandbox/register.html", user=person, frame=frame)


@TOOLS.post("/alat/<deployment_id>/nyalakan")
def activate(deployment_id: str) -> AnyResponse:
    """Switches a waiting tool on."""
    teacher()
    platform().registrations.activate(deployment_id)
    return redirect(url_for("tools.tools"), 303)
