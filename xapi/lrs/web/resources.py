"""The resources of the standard by path and method."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, Request, Response, request

from xapi.errors import LrsError
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.principal import Principal
from xapi.lrs.service import Lrs
from xapi.lrs.web.documents import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, DocumentResource
from xapi.lrs.web.door import Door, Work
from xapi.lrs.web.exchange import LATEST, json_answer, parameters
from xapi.lrs.web.known import KnownResource
from xapi.lrs.web.statements import StatementResource

_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_MOST_BODY = 8 * 1024 * 1024
_MODULE_BODY = 256 * 1024
_VERSIONS = ["1.0.0", "1.0.1", "1.0.2", LATEST, "2.0.0"]
_READ = ("GET", "HEAD")
Handlers = Mapping[str, Work]


def blueprint(
    lrs: Lrs,
    credentials: CredentialStore,
    clock: Callable[[], datetime],
    max_body: int = _MOST_BODY,
    module_body: int = _MODULE_BODY,
) -> Blueprint:
    """The LRS as a blueprint, under `/xapi` unless it is registered elsewhere.

    Parameters: `clock` gives aware UTC; `max_body` is the most bytes of a request's body, `module_body` of one with
    the credential of a module. Every answer has X-Experience-API-Version; errors are `{"error": code, "message": …,
    "path": …}`. There are no cookies and no redirects.
    """
    pages = Blueprint("xapi_lrs", __name__, url_prefix="/xapi")
    door, statements = Door(credentials, clock, max_body), StatementResource(lrs, max_body, module_body)
    resources = _resources(lrs, statements, max_body)

    @pages.route("/about", methods=_METHODS)
    def about() -> Response:
        return door.open_answer(request, _about)

    @pages.route("/statements/more/<token>", methods=_METHODS)
    def more(token: str) -> Response:
        def next_page(principal: Principal, asked: Request) -> Response:
            return statements.more(principal, asked, token)

        return _consistent(lrs, door, {"GET": next_page})

    @pages.route("/", defaults={"path": ""}, methods=_METHODS)
    @pages.route("/<path:path>", methods=_METHODS)
    def resource(path: str) -> Response:
        handlers = resources.get(path)
        if path == "statements":
            return _consistent(lrs, door, resources[path])
        return door.answer(request, lambda principal, asked: _handle(handlers, principal, asked))

    return pages


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


def _handlers(documents: DocumentResource) -> Handlers:
    return {"GET": documents.get, "PUT": documents.put, "POST": documents.post, "DELETE": documents.delete}


def _about(asked: Request) -> Response:
    if asked.method not in _READ:
        raise LrsError("lrs.method", "method not allowed", status=405, allowed=", ".join(_READ))
    parameters(asked, ())
    return json_answer({"version": _VERSIONS})


def _handle(handlers: Handlers | None, principal: Principal, asked: Request) -> Response:
    if handlers is None:
        raise LrsError("lrs.no_resource", "no such resource", status=404)
    handler = handlers.get("GET" if asked.method == "HEAD" else asked.method)
    if handler is None:
        allowed = [*handlers, *(["HEAD"] if "GET" in handlers else [])]
        raise LrsError("lrs.method", "method not allowed", status=405, allowed=", ".join(allowed))
    return handler(principal, asked)


def _consistent(lrs: Lrs, door: Door, handlers: Handlers) -> Response:
    """The answer about statements; a GET says, whatever its status, up to when it knows everything (2.1.3)."""
    through = lrs.consistent_through().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    reads = request.method in _READ

    def work(principal: Principal, asked: Request) -> Response:
        nonlocal reads
        reads = asked.method in _READ
        return _handle(handlers, principal, asked)

    response = door.answer(request, work)
    if reads:
        response.headers["X-Experience-API-Consistent-Through"] = through
    return response
