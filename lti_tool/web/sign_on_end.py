"""The address where the single sign-on says that a session there has ended (OpenID Connect Back-Channel Logout 1.0)."""

import logging

from flask import Blueprint, Response, current_app, jsonify, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.address_pace import AddressPace
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.house.store import EndedSession
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.sign_on import desk
from lti_tool.web.watch import note_code
from xapi.words import explain

blueprint = Blueprint("sign_on_end", __name__, url_prefix="/masuk/sso")
PACE = "jampel_sign_on_end_pace"
MOST_BODY = 16 * 1024
#: Not the provider's fault, so that the words of RFC 6749 section 4.1.2.1 for it are others.
NOT_ITS_FAULT = ("oidc.unreachable", "oidc.discovery", "login.too_many_here")
_log = logging.getLogger(__name__)


@blueprint.post("/keluar")
def end() -> Response:
    """Takes a logout token and ends the sessions that it names, in all processes: each request asks for its session.

    200 also when there was none left; else 400 with the reason as JSON (section 2.8), 404 without a single sign-on.
    The token alone speaks for the request, so no cookie is looked at. A network that has sent too many wrong ones is
    told to wait (429); right ones are never too many.
    """
    request.max_content_length = MOST_BODY
    try:
        _pace().check(request.remote_addr or "")
        ended = desk().end(_logout_token())
    except ToolError as error:
        return _refused(error)
    _note(ended)
    answer = make_response("", 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _logout_token() -> str:
    try:
        sent = request.form.getlist("logout_token")
    except RequestEntityTooLarge as cause:
        raise ToolError("oidc.logout_refused", "body over the limit", reason="size") from cause
    if len(sent) != 1:
        raise ToolError("oidc.logout_refused", "not one logout_token", reason="logout_token")
    return sent[0]


def _note(ended: list[EndedSession]) -> None:
    """Whose sessions ended stands in the staff's log; of learners there is only their number, in that of the server."""
    for account in sorted({one.subject for one in ended if one.kind == "staff"}):
        services().house.log.add(services().clock(), "", "session.end_sso", account)
    _log.info("the single sign-on ended %d sessions", len(ended))


def _refused(error: ToolError) -> Response:
    _pace().count(request.remote_addr or "")
    note_code(error.code)
    _log.info("refused a logout: %s", error.params.get("reason") or error.code, extra={"code": error.code})
    word = "temporarily_unavailable" if error.code in NOT_ITS_FAULT else "invalid_request"
    answer = jsonify(error=word, error_description=explain(error, language()))
    answer.status_code = error.status if isinstance(error, LaunchRefused) else 404 if error.code == "oidc.off" else 400
    answer.headers["Cache-Control"] = "no-store"
    if answer.status_code == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _pace() -> AddressPace:
    found: AddressPace = current_app.extensions.setdefault(PACE, AddressPace(services().clock))
    return found
