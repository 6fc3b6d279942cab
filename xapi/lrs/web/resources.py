"""The resources of the standard by path and method, and what goes wrong as JSON with the right status."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, Response, request

from xapi.errors import JampelError, LrsError, StatementError
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.service import Lrs
from xapi.lrs.web.exchange import LATEST, asked_version, finish, json_answer, parameters, who_asks
from xapi.lrs.web.state import StateResource
from xapi.lrs.web.statements import StatementResource
from xapi.words import DEFAULT_LANGUAGE, LANGUAGES, explain

_log = logging.getLogger(__name__)
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
_MOST_BODY = 8 * 1024 * 1024
_VERSIONS = ["1.0.0", "1.0.1", "1.0.2", LATEST, "2.0.0"]


class Resource(NamedTuple):
    """The handlers of one path, by method; HEAD is GET without the body."""

    handlers: dict[str, Callable[..., Response]]


def blueprint(
    lrs: Lrs, credentials: CredentialStore, clock: Callable[[], datetime], max_body: int = _MOST_BODY
) -> Blueprint:
    """The LRS as a blueprint, under `/xapi` unless it is registered elsewhere.

    Parameters: `clock` gives aware UTC; `max_body` is the most bytes of a request's body. Every answer has
    X-Experience-API-Version; errors are `{"error": code, "message": …, "path": …}`. There are no cookies and no
    redirects.
    """
    pages = Blueprint("xapi_lrs", __name__, url_prefix="/xapi")
    statements, state = StatementResource(lrs, max_body), StateResource(lrs.states, max_body)
    resources = {
        "statements": Resource({"GET": statements.get, "PUT": statements.put, "POST": statements.post}),
        "activities/state": Resource({"GET": state.get, "PUT": state.put, "POST": state.post, "DELETE": state.delete}),
    }

    @pages.route("/about", methods=_METHODS)
    def about() -> Response:
        return _answered(_about, require_version=False)

    @pages.route("/statements/more/<token>", methods=_METHODS)
    def more(token: str) -> Response:
        def answer() -> Response:
            principal = who_asks(request, credentials, clock())
            _handler(Resource({"GET": statements.more}), request.method)
            return statements.more(principal, token)

        return _consistent(lrs, answer)

    @pages.route("/", defaults={"path": ""}, methods=_METHODS)
    @pages.route("/<path:path>", methods=_METHODS)
    def resource(path: str) -> Response:
        def answer() -> Response:
            principal = who_asks(request, credentials, clock())
            if path not in resources:
                raise LrsError("lrs.no_resource", "no such resource", status=404)
            return _handler(resources[path], request.method)(principal)

        return _consistent(lrs, answer) if path == "statements" else _answered(answer)

    return pages


def _about() -> Response:
    _handler(Resource({"GET": _about}), request.method)
    parameters(request, ())
    return json_answer({"version": _VERSIONS})


def _handler(resource: Resource, method: str) -> Callable[..., Response]:
    handler = resource.handlers.get("GET" if method == "HEAD" else method)
    if handler is None:
        allowed = [*resource.handlers, *(["HEAD"] if "GET" in resource.handlers else [])]
        raise LrsError("lrs.method", "method not allowed", status=405, allowed=", ".join(allowed))
    return handler


def _consistent(lrs: Lrs, answer: Callable[[], Response]) -> Response:
    """The answer about statements; a GET says, whatever its status, up to when it knows everything (2.1.3)."""
    if request.method not in ("GET", "HEAD"):
        return _answered(answer)
    through = lrs.consistent_through().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    response = _answered(answer)
    response.headers["X-Experience-API-Consistent-Through"] = through
    return response


def _answered(answer: Callable[[], Response], *, require_version: bool = True) -> Response:
    version = asked_version(request)
    try:
        if require_version and version is None:
            raise LrsError("lrs.version", "X-Experience-API-Version is missing or unknown", status=400)
        response = answer()
    except (StatementError, LrsError) as error:
        response = _refusal(error)
    except Exception:  # noqa: BLE001 - a client must get an answer of the standard, whatever broke here
        _log.exception("the LRS failed to answer")
        response = _refusal(LrsError("lrs.internal", "an error of this server", status=500))
    return finish(response, version)


def _refusal(error: StatementError | LrsError) -> Response:
    """The JSON answer for an error, in the language the client prefers."""
    status = error.status if isinstance(error, LrsError) else 400
    language = request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE
    told = {"error": error.code, "message": _sentence(error, language)}
    if isinstance(error, StatementError):
        told |= {"path": error.path, "clause": error.clause, "detail": error.detail}
    response = json_answer(told, status)
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    if "allowed" in error.params:
        response.headers["Allow"] = str(error.params["allowed"])
    return response


def _sentence(error: JampelError, language: str) -> str:
    return explain(error, language)
