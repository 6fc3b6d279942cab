"""The LRS as a Flask blueprint, to put it into an application that has other pages."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, request
from werkzeug import Response

from xapi.lrs.credentials import CredentialStore
from xapi.lrs.service import Lrs
from xapi.lrs.web.exchange import BodyLimits
from xapi.lrs.web.resources import LIMITS, PREFIX, Application

_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]


def blueprint(
    lrs: Lrs, credentials: CredentialStore, clock: Callable[[], datetime], limits: BodyLimits = LIMITS
) -> Blueprint:
    """The resources under `/xapi` unless the blueprint is registered elsewhere; the parameters are `Application`'s."""
    pages = Blueprint("xapi_lrs", __name__, url_prefix=PREFIX)
    application = Application(lrs, credentials, clock, limits=limits)

    @pages.route("/", defaults={"path": ""}, methods=_METHODS)
    @pages.route("/<path:path>", methods=_METHODS)
    def resource(path: str) -> Response:
        answer = application.answer(request, path)
        return Response(answer.body, answer.status, answer.headers)

    return pages
