"""The address where platforms deliver notices: a program is answered, so in JSON, by the same codes as a page."""

import secrets

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.notices.receive import Judged
from lti_tool.web.context import services
from lti_tool.web.language import language
from xapi.words import explain

blueprint = Blueprint("notices", __name__, url_prefix="/lti")
MOST_BODY = 512 * 1024


@blueprint.post("/notices")
def receive() -> Response:
    """Takes the posted notices (Platform Notification Service 1.0 section 5).

    200 tells how many were taken and which were not; when none was, the status is that of the first refusal. 503 asks
    the platform to send them again: its own keys could not be read.
    """
    request.max_content_length = MOST_BODY
    try:
        judged = services().lti_parts.notices.receive(request.get_data())
    except RequestEntityTooLarge:
        judged = [Judged(LaunchRefused("notice.too_large", "body over the limit", status=413, limit=MOST_BODY // 1024))]
    except ToolError as error:
        judged = [Judged(error)]
    refused = [_noted(number, one) for number, one in enumerate(judged) if one.refusal is not None]
    taken = len(judged) - len(refused)
    answer = jsonify(taken=taken, refused=refused)
    answer.status_code = _status([one.refusal for one in judged if one.refusal is not None], taken)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _noted(number: int, one: Judged) -> dict[str, object]:
    """What the answer says of a refused notice, which now has its line in the audit."""
    assert one.refusal is not None  # noqa: S101 - asked before
    reference = secrets.token_hex(4)
    services().lti.audit.add(
        "notice",
        one.refusal.code,
        services().clock(),
        platform=one.platform.id if one.platform else "",
        reference=reference,
    )
    said = {"code": one.refusal.code, "message": explain(one.refusal, language()), "reference": reference}
    return {"notice": number, **said}


def _status(refusals: list[ToolError], taken: int) -> int:
    statuses = [error.status if isinstance(error, LaunchRefused) else 502 for error in refusals]
    if 503 in statuses:
        return 503
    return 200 if taken or not statuses else statuses[0]
