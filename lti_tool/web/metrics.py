"""`/metrics` for Prometheus, and who may look behind the scenes."""

import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, make_response, request

from lti_tool.secret_files import secret_text
from lti_tool.watch.figures import written
from lti_tool.watch.tally import Tally
from lti_tool.web.context import services

blueprint = Blueprint("metrics", __name__)
TALLY = "jampel_tally"
TOKEN_FILE = "metrics.token"  # noqa: S105 - the name of the file, not what is in it
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


@blueprint.get("/metrics")
def page() -> Response:
    """The figures; for others than a monitor there is no such page."""
    if not may_look():
        abort(404)
    tally: Tally = current_app.extensions[TALLY]
    content_type, body = written(services(), tally, request.headers.get("Accept", ""))
    answer = make_response(body)
    answer.headers["Content-Type"] = content_type
    return answer


def may_look() -> bool:
    """Whether this request may see figures: by the token, or as this machine itself where that means something."""
    access = services().settings.metrics.access
    if access == "off":
        return False
    if _has_token():
        return True
    behind_proxy = services().settings.base_url.startswith("https://")
    return _is_here() and (access == "local" or (access == "auto" and not behind_proxy))


def _has_token() -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    wanted = secret_text(services().settings.data / "secrets", TOKEN_FILE)
    return secrets.compare_digest(given.strip().encode("utf-8", "replace"), wanted.encode())


def _is_here() -> bool:
    """Whether the request comes from this machine, asks this machine by name, and no proxy has brought it."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    asked = urlsplit(f"//{request.headers.get('Host', '')}")
    return _is_loopback(request.environ.get("REMOTE_ADDR", "")) and (
        asked.hostname == "localhost" or _is_loopback(asked.hostname or "")
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
