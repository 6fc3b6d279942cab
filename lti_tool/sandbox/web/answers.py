"""How the services of the sandbox LMS answer: media types, errors and pages, by the personality."""

import json
from typing import Any, NoReturn
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import HTTPException

from lti_tool.sandbox.model import Tool
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
    body, media_type = problem.body or problem.reason, behaviour.plain_media_type
    if problem.body is not None:
        media_type = platform().personality.scores.answer_media_type
    elif behaviour.json_errors:
        shown = {"status": problem.code, "reason": problem.reason, "request": _request_shown()}
        body, media_type = json.dumps(shown), "application/json"
    return Response(body, status=f"{problem.code} {problem.reason}", content_type=media_type)


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


def empty(status: int, media_type: str = "") -> Response:
    """An answer without a body."""
    media_type = media_type or platform().personality.services.plain_media_type
    return Response("", status=status, content_type=media_type)


def page_of(items: list[Any], url: str, *, grades: bool = False) -> tuple[list[Any], dict[str, str]]:
    """The part of `items` that was asked for by `limit` and `from`, and the header that leads to the others.

    `url` is the address of the whole; `grades` says that these are grades, where some platforms write another header.
    """
    known = platform().personality
    first = max(request.args.get("from", 0, type=int), 0)
    limit = max(request.args.get("limit", 0, type=int), 0) or known.services.page_size
    if not limit:
        return items[first:], {}
    more = {"next": first + limit} if first + limit < len(items) else {}
    curly = grades and known.services.curly_links
    if curly:  # Moodle's order, and its last page is none
        more = {"first": 0, "canonical": first} | more | {"last": max(len(items) - limit + 1, 0)}
    links = [_link(_page_url(url, limit, start), relation, curly=curly) for relation, start in more.items()]
    return items[first : first + limit], {"Link": ", ".join(links)} if links else {}


def _page_url(url: str, limit: int, start: int) -> str:
    """The address of a page; filters of the request are kept."""
    more: dict[str, Any] = {"limit": limit, "from": start}
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in (*more, platform().personality.paths.tool_query)
    }
    return f"{url}{'&' if '?' in url else '?'}{urlencode(kept | more)}"


def _link(target: str, relation: str, *, curly: bool) -> str:
    """One link of a Link header (RFC 8288)."""
    if not curly:
        return f'<{target}>; rel="{relation}"'
    raw = f"<{target.replace('&', '&amp;')}>; rel=“{relation}”"
    return raw.encode().decode("latin-1")  # WSGI carries the bytes of UTF-8 as if they were Latin-1
