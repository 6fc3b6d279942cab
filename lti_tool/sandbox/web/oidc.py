"""OpenID Connect of the sandbox LMS: start of a launch, authentication, keys, tokens, deep-linking return."""

import json

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.errors import ToolError
from lti_tool.sandbox.model import FIRST_TOOL
from lti_tool.sandbox.web.session import keeps_values, platform, user, user_or_nobody

OIDC = Blueprint("oidc", __name__)


@OIDC.get("/lti/mulai/<course_id>")
@OIDC.get("/lti/mulai/<course_id>/<link_id>")
def start(course_id: str, link_id: str | None = None) -> str:
    """A form that starts the tool's login by itself; `alat` is the tool to choose content from."""
    store = platform().store
    person = user_or_nobody() if platform().personality.auth.starts_without_login else user()
    course, link = store.course(course_id) or abort(404), store.link(link_id) if link_id else None
    tool = store.tool(link.tool if link else request.args.get("alat", FIRST_TOOL)) or abort(404)
    fields = platform().login_form(tool, person, course, link)
    if keeps_values():
        fields["lti_storage_target"] = "_parent"
    return render_template("sandbox/post.html", action=tool.login_url, fields=fields)


def launch() -> str:
    """Begins the launch of the activity `id`, wherever its address is opened."""
    link = platform().store.link(request.args.get("id", "")) or abort(404)
    return start(link.course, link.id)


def authenticate() -> str:
    """The authorization endpoint: answers with a form that posts to the tool by itself."""
    try:
        answer = platform().authenticate(request.values.to_dict(), user_or_nobody())
    except ToolError as problem:
        abort(platform().personality.auth.page_status, problem.params.get("reason"))
    return render_template("sandbox/post.html", action=answer.url, fields=answer.fields)


def jwks() -> Response:
    """The platform's public keys."""
    return jsonify(platform().key.jwks())


def token() -> Response:
    """The token endpoint."""
    try:
        body, status = platform().access.give(request.form.to_dict()), 200
    except ToolError as problem:
        body, status = {"error": problem.params.get("reason", "invalid_request")}, 400
    return Response(json.dumps(body), status=status, content_type=platform().personality.token.media_type)


def deep_link_return() -> AnyResponse:
    """Where the tool posts its deep-linking response; the whole window goes back to the course."""
    try:
        course, count = platform().accept_links(request.form.get("JWT", ""), request.args.get("sesskey", ""))
    except ToolError as problem:
        abort(platform().personality.auth.page_status, problem.params.get("reason"))
    return redirect(url_for("oidc.returned", course_id=course, count=count), 303)


@OIDC.get("/lti/kembali/<course_id>/<int:count>")
def returned(course_id: str, count: int) -> str:
    """Leaves the frame: the script of this page opens the course in the whole window."""
    address = url_for("pages.course", course_id=course_id, ditambah=count)
    return render_template("sandbox/leave.html", address=address)
