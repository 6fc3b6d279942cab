"""The resources of the standard by path and method, as a WSGI application without a framework in the way."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug import Request
from werkzeug.exceptions import NotFound

from xapi.errors import LrsError
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.principal import Principal
from xapi.lrs.service import Lrs
from xapi.lrs.web.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, DocumentResource
from xapi.lrs.web.door import Door, Work
from xapi.lrs.web.exchange import LATEST, Answer, BodyLimits, json_answer, parameters
from xapi.lrs.web.known import KnownResource
from xapi.lrs.web.origins import Origins
from xapi.lrs.web.statements import StatementResource

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/xapi"
LIMITS = BodyLimits()
_MORE = "statements/more/"
_VERSIONS = ["1.0.0", "1.0.1", "1.0.2", LATEST, "2.0.0"]
_READ = ("GET", "HEAD")
Handlers = Mapping[str, Work]


class Application:
    """The LRS as a WSGI application: what is below `prefix` is answered here, all else by `rest`.

    Parameters: `clock` gives aware UTC; `limits` are the sizes that a request may have. Every answer has
    X-Experience-API-Version; errors are `{"error": code, "message": …, "path": …}`. There are no cookies and no
    redirects. `origins` says which sites' pages may use it with the credentials that they have (CORS); None: any.
    """

    def __init__(
        self,
        lrs: Lrs,
        credentials: CredentialStore,
        clock: Callable[[], datetime],
        *,
        limits: BodyLimits = LIMITS,
        prefix: str = PREFIX,
        rest: "WSGIApplication | None" = None,
        origins: Callable[[str], bool] | None = None,
    ) -> None:
        self._lrs = lrs
        self._origins = Origins(origins)
        self._door = Door(credentials, clock, limits.plain, self._origins.require)
        self._statements = StatementResource(lrs, limits)
        self._resources = _resources(lrs, self._statements, limits.plain)
        self._prefix = prefix + "/"
        self._rest = rest or NotFound()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answers one request."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(self._prefix):
            return self._rest(environ, start)
        request = Request(environ)
        return self.answer(request, path[len(self._prefix) :]).to_wsgi(request.method, start)

    def answer(self, request: Request, path: str) -> Answer:
        """The answer to a request for the resource at `path` below the endpoint."""
        if request.method == "OPTIONS":
            return self._origins.preflight(request)
        return self._origins.mark(request, self._answer(request, path))

    def _answer(self, request: Request, path: str) -> Answer:
        if path == "about":
            return self._door.open_answer(request, _about)
        if path == "statements":
            return self._consistent(request, self._resources[path])
        if path.startswith(_MORE):
            token = path[len(_MORE) :]
            return self._consistent(
                request, {"GET": lambda principal, asked: self._statements.more(principal, asked, token)}
            )
        handlers = self._resources.get(path)
        return self._door.answer(request, lambda principal, asked: _handle(handlers, principal, asked))

    def _consistent(self, request: Request, handlers: Handlers) -> Answer:
        """The answer about statements; a GET says, whatever its status, up to when it knows everything (2.1.3)."""
        reads, through = request.method in _READ, ""
        if reads or b"method=" in request.query_string:  # the alternate syntax reads by POST
            through = self._lrs.consistent_through().isoformat(timespec="milliseconds").replace("+00:00", "Z")

        def work(principal: Principal, asked: Request) -> Answer:
            nonlocal reads
            reads = asked.method in _READ
            return _handle(handlers, principal, asked)

        response = self._door.answer(request, work)
        if reads and through:
            response.headers["X-Experience-API-Consistent-Through"] = through
        return response


def _resources(lrs: Lrs, statements: StatementResource, max_body: int) -> dict[str, Handlers]:
    known = KnownResource(lrs.known)
    return {
        "statements": {"GET": statements.get, "PUT": statements.put, "POST": statements.post},
        "activities": {"GET": known.activities},
        "agents": {"GET": known.agents},
        "activities/state": _handlers(DocumentResource(lrs.states, STATE, max_body)),
        "activities/profile": _handlers(DocumentResource(lrs.activity_profiles, ACTIVITY_PROFILE, max_body)),
        "agents/profile": _handlers(DocumentResource(lrs.agent_profiles, AGENT_PROFILE, max_body)),
    }


def _handlers(documents: DocumentResource[Any]) -> Handlers:
    return {"GET": documents.get, "PUT": documents.put, "POST": documents.post, "DELETE": documents.delete}


def _about(asked: Request) -> Answer:
    if asked.method not in _READ:
        raise LrsError("lrs.method", "method not allowed", status=405, allowed=", ".join(_READ))
    parameters(asked, ())
    return json_answer({"version": _VERSIONS})


def _handle(handlers: Handlers | None, principal: Principal, asked: Request) -> Answer:
    if handlers is None:
        raise LrsError("lrs.no_resource", "no such resource", status=404)
    handler = handlers.get("GET" if asked.method == "HEAD" else asked.method)
    if handler is None:
        allowed = [*handlers, *(["HEAD"] if "GET" in handlers else [])]
        raise LrsError("lrs.method", "method not allowed", status=405, allowed=", ".join(allowed))
    return handler(principal, asked)
