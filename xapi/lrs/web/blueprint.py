"""The LRS as a Flask blueprint, to put it into an application that has other pages."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, request
from werkzeug import Response

from xapi.lrs.credentials import CredentialStore
from xapi.lrs.service import Lrs
from xapi.lrs.web.resources import MODULE_BODY, MOST_BODY, PREFIX, Application

_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def blueprint(
    lrs: Lrs,
    credentials: CredentialStore,
    clock: Callable[[], datetime],
    max_body: int = MOST_BODY,
    *,
    module_body: int = MODULE_BODY,
) -> Blueprint:
    """The resources under `/xapi` unless the blueprint is registered elsewhere; the parameters are `Application`'s."""
    pages = Blueprint("xapi_lrs", __name__, url_prefix=PREFIX)
    application = Application(lrs, credentials, clock, max_body=max_body, module_body=module_body)

    @pages.route("/", defaults={"path": ""}, methods=_METHODS)
    @pages.route("/<path:path>", methods=_METHODS)
    def resource(path: str) -> Response:
        answer = application.answer(request, path)
        return Response(answer.body, answer.status, answer.headers)

    return pages
