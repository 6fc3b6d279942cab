"""OpenID Connect of the sandbox LMS: start of a launch, authentication, keys, tokens, deep-linking return."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.errors import ToolError
from lti_tool.sandbox.web.session import platform, user

OIDC = Blueprint("oidc", __name__)


@OIDC.get("/lti/mulai/<course_id>")
@OIDC.get("/lti/mulai/<course_id>/<link_id>")
def start(course_id: str, link_id: str | None = None) -> str:
    """A form that starts the tool's login by itself."""
    store = platform().store
    course, link = store.course(course_id) or abort(404), store.link(link_id) if link_id else None
    fields = platform().login_form(user(), course, link)
    return render_template("sandbox/post.html", action=platform().tool.login_url, fields=fields)


@OIDC.route("/lti/auth", methods=["GET", "POST"])
def authenticate() -> str:
    """The authorization endpoint: answers with a form that posts the id_token to the tool by itself."""
    try:
        fields = platform().authenticate(request.values.to_dict(), user())
    except ToolError as problem:
        abort(400, problem.params.get("reason"))
    return render_template("sandbox/post.html", action=platform().tool.launch_url, fields=fields)


@OIDC.get("/lti/jwks")
def jwks() -> Response:
    """The platform's public keys."""
    return jsonify(platform().key.jwks())


@OIDC.post("/lti/token")
def token() -> Response | tuple[Response, int]:
    """The token endpoint."""
    try:
        return jsonify(platform().access_token(request.form.to_dict()))
    except ToolError as problem:
        return jsonify(error=problem.params.get("reason", "invalid_request")), 400


@OIDC.post("/lti/kembali")
def deep_link_return() -> AnyResponse | tuple[str, int]:
    """Where the tool posts its deep-linking response; the whole window goes back to the course."""
    try:
        course, count = platform().accept_links(request.form.get("JWT", ""))
    except ToolError as problem:
        abort(400, problem.params.get("reason"))
    return redirect(url_for("oidc.returned", course_id=course, count=count), 303)


@OIDC.get("/lti/kembali/<course_id>/<int:count>")
def returned(course_id: str, count: int) -> str:
    """Leaves the frame: the script of this page opens the course in the whole window."""
    address = url_for("pages.course", course_id=course_id, ditambah=count)
    return render_template("sandbox/leave.html", address=address)
