"""Pages of other sites (CORS): which origins a browser may let use the LRS, and what it is told.

Whoever asks authenticates by a header, never by a cookie of ours. A request without an Origin comes from no page in a
browser, and is none of this module's business.
"""

from collections.abc import Callable

from werkzeug import Request

from xapi.errors import LrsError
from xapi.lrs.principal import Principal
from xapi.lrs.web.exchange import Answer

_EXPOSE = "ETag, Last-Modified, Retry-After, X-Experience-API-Version, X-Experience-API-Consistent-Through"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, If-Match, If-None-Match, Accept-Language, X-Experience-API-Version"
    ),
    "Access-Control-Max-Age": "600",  # who is taken off the list is soon refused
}


class Origins:
    """Answers browsers. `allows` says whether pages of an origin (`https://lms.example`) may use the LRS; None: all."""

    def __init__(self, allows: Callable[[str], bool] | None = None) -> None:
        self._allows = allows

    def preflight(self, request: Request) -> Answer:
        """The answer to a browser that asks what a page of another site may send; only the origin is known of it."""
        answer = Answer(status=204).finished(None)
        if "Access-Control-Allow-Origin" in self.mark(request, answer).headers:
            answer.headers |= _PREFLIGHT
        return answer

    def mark(self, request: Request, answer: Answer) -> Answer:
        """`answer` with what lets a page of an allowed origin read it."""
        if self._allows is None:
            answer.headers |= {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSE}
            return answer
        origin = request.environ.get("HTTP_ORIGIN")
        if origin is None:
            return answer
        answer.headers["Vary"] = "Origin"
        if self._allows(origin):
            answer.headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSE}
        return answer

    def require(self, request: Request, principal: Principal) -> None:
        """Refuses the credential of a module in a page of an origin that is not allowed (LrsError 403).

        A browser would hide the answer from such a page; what it sent would be stored all the same.
        """
        origin = request.environ.get("HTTP_ORIGIN")
        if principal.module is None or origin is None or self._allows is None or self._allows(origin):
            return
        raise LrsError("lrs.origin", "a page of an origin that is not registered", status=403)
