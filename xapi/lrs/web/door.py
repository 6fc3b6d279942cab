"""The way of every request: what it means, who asks in which version, and what goes wrong as JSON with its status."""

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from werkzeug import Request

from xapi.errors import DatabaseError, LrsError, StatementError
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.principal import Principal
from xapi.lrs.web.alternate import meant_request
from xapi.lrs.web.exchange import Answer, asked_version, drain, json_answer, require_query, who_asks
from xapi.words import DEFAULT_LANGUAGE, LANGUAGES, explain

_log = logging.getLogger(__name__)
_MOST_REMEMBERED = 4096
_RETRY_AFTER = 5  # seconds
Work = Callable[[Principal, Request], Answer]


class Door:
    """Lets requests in and answers out. `clock` gives aware UTC, `max_body` is the most bytes of a body.

    `require` refuses a principal for where the request comes from (LrsError).
    """

    def __init__(
        self,
        credentials: CredentialStore,
        clock: Callable[[], datetime],
        max_body: int,
        require: Callable[[Request, Principal], None],
    ) -> None:
        self._require = require
        self._credentials = credentials
        self._clock = clock
        self._max_body = max_body
        self._spoken: dict[str, str] = {}  # the version that each credential spoke last

    def answer(self, request: Request, work: Work) -> Answer:
        """The answer of `work` to an authenticated request that names its version, or the refusal."""
        version: str | None = None

        def whole() -> Answer:
            nonlocal version
            require_query(request)
            meant = meant_request(request, self._max_body)
            version = asked_version(meant)
            principal = who_asks(meant, self._credentials, self._clock())
            self._require(request, principal)
            if version is None:
                version = self._spoken.get(_name(principal))
                raise LrsError("lrs.version", "X-Experience-API-Version is missing or unknown", status=400)
            self._remember(principal, version)
            response = work(principal, meant)
            if meant.method == "HEAD" != request.method:  # an alternate HEAD; a real one loses its body on the way
                response.body = b""
            return response

        version = asked_version(request)
        response = self._safe(request, whole)
        return response.finished(version)

    def open_answer(self, request: Request, work: Callable[[Request], Answer]) -> Answer:
        """The answer of `work` to anyone, with or without a version."""

        def whole() -> Answer:
            require_query(request)
            return work(request)

        return self._safe(request, whole).finished(asked_version(request))

    def _remember(self, principal: Principal, version: str) -> None:
        """Keeps what a client speaks, to answer in it when a request forgets to say so (3.3)."""
        if len(self._spoken) >= _MOST_REMEMBERED:
            self._spoken.clear()
        self._spoken[_name(principal)] = version

    def _safe(self, request: Request, answer: Callable[[], Answer]) -> Answer:
        try:
            return answer()
        except (StatementError, LrsError) as error:
            if getattr(error, "status", 400) != HTTPStatus.UNAUTHORIZED:  # strangers get no thread to wait for them
                drain(request, self._max_body)
            return _refusal(request, error)
        except DatabaseError as error:
            _log.error("the LRS's database failed: %s", error)
            return _refusal(request, LrsError("lrs.unavailable", error.code, status=503, retry_after=_RETRY_AFTER))
        except Exception:  # noqa: BLE001 - a client must get an answer of the standard, whatever broke here
            _log.exception("the LRS failed to answer")
            return _refusal(request, LrsError("lrs.internal", "an error of this server", status=500))


def _name(principal: Principal) -> str:
    """A text for the credential of `principal`."""
    return repr(principal.authority)


def _refusal(request: Request, error: StatementError | LrsError) -> Answer:
    """The JSON answer for an error, in the language the client prefers."""
    status = error.status if isinstance(error, LrsError) else 400
    language = request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE
    told = {"error": error.code, "message": explain(error, language)}
    if isinstance(error, StatementError):
        told |= {"path": error.path, "clause": error.clause, "detail": error.detail}
    response = json_answer(told, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    if "allowed" in error.params:
        response.headers["Allow"] = str(error.params["allowed"])
    if "retry_after" in error.params:
        response.headers["Retry-After"] = str(error.params["retry_after"])
    return response
