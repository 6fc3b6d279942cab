"""How the services of the sandbox LMS answer: media types, errors and pages, by the personality."""

import json
from typing import Any, NoReturn
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import HTTPException

from lti_tool.sandbox.model import Tool
from lti_tool.sandbox.personality import Personality
from lti_tool.sandbox.web.session import platform


class Refused(HTTPException):
    """A service request that is not answered: `status`, its reason, and a `body` of its own if the platform has one."""

    def __init__(self, status: int, reason: str, body: str | None = None) -> None:
        super().__init__(reason)
        self.code = status
        self.reason = reason
        self.body = body


def refused_answer(problem: Refused) -> Response:
    """The answer to a refused request; the reason stands beside the status, where Moodle has it, and in the body."""
    behaviour = platform().personality.services
    body = problem.body if problem.body is not None else problem.reason
    if problem.body is None and behaviour.json_errors:
        body = json.dumps({"status": problem.code, "reason": problem.reason, "request": _request_shown()})
    return Response(body, status=f"{problem.code} {problem.reason}", content_type=behaviour.plain_media_type)


def _request_shown() -> dict[str, str]:
    return {"method": request.method, "url": request.base_url, "accept": request.headers.get("Accept", "")}


def refuse(status: int, reason: str, body: str | None = None) -> NoReturn:
    """Ends the request."""
    raise Refused(status, reason, body)


def allowed_tool(*scopes: str) -> Tool:
    """The tool whose token came along; 401 when it does not hold one of `scopes`."""
    return platform().access.allowed(request.headers.get("Authorization", ""), *scopes) or refuse(401, "Unauthorized")


def check_accept(service: str, media_type: str) -> None:
    """Ends the request when its Accept header does not suit: `service` answers with `media_type`."""
    behaviour = platform().personality.services
    accept = request.headers.get("Accept", "")
    if not behaviour.exact_accept:
        if accept and not request.accept_mimetypes.best_match([media_type, "application/json"]):
            refuse(406, "Not Acceptable")
    elif accept not in ("", media_type) and not (service in behaviour.any_accept and "*/*" in accept):
        refuse(400, "No handler found")


def body_of(media_type: str) -> dict[str, Any]:
    """The JSON object that was sent under `media_type`; ends the request otherwise."""
    if request.mimetype != media_type:
        refuse(platform().personality.services.wrong_type_status, "No handler found")
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else refuse(400, "JSON")


def answer(body: object, media_type: str, status: int = 200) -> Response:
    """`body` as JSON under `media_type`."""
    return Response(json.dumps(body), status=status, content_type=media_type)


def empty(status: int) -> Response:
    """An answer without a body."""
    return Response("", status=status, content_type=platform().personality.services.plain_media_type)


def page_of(items: list[Any], url: str, *, curly: bool = False) -> tuple[list[Any], dict[str, str]]:
    """The part of `items` that was asked for by `limit` and `from`, and the header that leads to the next part.

    `url` is the address of the whole. With `curly` the quotes of the header are typographic, where the platform does
    that.
    """
    known = platform().personality
    first = max(request.args.get("from", 0, type=int), 0)
    limit = max(request.args.get("limit", 0, type=int), 0) or known.services.page_size
    if not limit:
        return items[first:], {}
    shown, following = items[first : first + limit], first + limit
    if following >= len(items):
        return shown, {}
    return shown, {"Link": _link(url, {"limit": limit, "from": following}, known, curly=curly)}


def _link(url: str, more: dict[str, int], known: Personality, *, curly: bool) -> str:
    """A Link header (RFC 8288) with rel=next; filters of the request are kept."""
    kept = {name: value for name, value in request.args.items() if name not in (*more, known.paths.tool_query)}
    target = f"{url}{'&' if '?' in url else '?'}{urlencode(kept | more)}"
    if curly and known.services.curly_links:
        raw = f"<{target.replace('&', '&amp;')}>; rel=“next”"
        return raw.encode().decode("latin-1")  # WSGI carries the bytes of UTF-8 as if they were Latin-1
    return f'<{target}>; rel="next"'
