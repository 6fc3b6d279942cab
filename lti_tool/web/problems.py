"""Error pages: what happened, what to do next, and a reference that the log also has."""

import errno
import logging
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as N_
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lti_tool.errors import ToolError
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import own_path
from lti_tool.web.typed_words import typed_words
from lti_tool.web.watch import note_code
from xapi.database import DRIVER_ERRORS, database_error
from xapi.errors import JampelError
from xapi.words import explain

log = logging.getLogger(__name__)
CODES = {
    400: "error:web.bad_request",
    401: "error:web.login_needed",
    403: "error:web.not_allowed",
    404: "error:web.not_found",
    405: "error:web.wrong_method",
    413: "error:web.too_large",
    429: "error:web.too_many",
    500: "error:web.broken",
    503: "error:web.unavailable",
    507: "error:web.disk_full",
}
READ_ONLY = "error:web.read_only"
#: What a disk refuses: no room (also by a quota or a limit of the system), and no writing at all.
DISK = {errno.ENOSPC: 507, errno.EDQUOT: 507, errno.EFBIG: 507, errno.EROFS: 503, errno.EIO: 503}
DATABASE = {"database.unreachable": 503, "database.bad_value": 400, "database.full": 507, "database.read_only": 503,
            "database.disk": 503}  # fmt: skip
NOT_WRITABLE = ("database.read_only", "database.disk")
#: Statuses of errors of ours that have none of their own.
STATUSES = {
    "library.unknown": 404,
    "accounts.link_closed": 410,
    "accounts.reset_closed": 410,
    "oidc.off": 404,
    "oidc.waiting": 403,
    "oidc.no_role": 403,
    "oidc.other_institution": 403,
    "oidc.account_off": 403,
    "oidc.discovery": 502,
    "oidc.userinfo_refused": 502,
    "oidc.unreachable": 503,
    "oidc.too_many_waiting": 503,
    "people.unknown_person": 404,
    "browse.unknown": 404,
    "browse.voided_before": 409,
    "browse.voids": 409,
    "people.not_waiting": 409,
    "review.limited": 409,
}
FORM_EXPIRED = "error:web.form_expired"
#: What a page is called, by its code and else its status; and what any other is called.
HEADINGS: dict[str | int, LazyString] = {
    "web.form_expired": N_("Formulir ini sudah tidak berlaku"),
    401: N_("Anda perlu masuk"),
    403: N_("Tidak diizinkan"),
    404: N_("Tidak ditemukan"),
    410: N_("Tautan ini sudah tidak berlaku"),
    413: N_("Terlalu besar"),
    429: N_("Tunggu sebentar"),
    500: N_("Kesalahan di pihak kami"),
    503: N_("Belum bisa sekarang"),
    507: N_("Belum tersimpan"),
}
HEADING = N_("Ada kendala")


class ErrorPage(msgspec.Struct, frozen=True):
    """What `error.html` shows."""

    code: str
    sentence: str
    reference: str
    status: int = 400

    @property
    def heading(self) -> str:
        """What the page is called."""
        return str(HEADINGS.get(self.code) or HEADINGS.get(self.status, HEADING))

    @property
    def is_refused_form(self) -> bool:
        """Whether the session or the form was too old, so that the same words may be sent again."""
        return self.status == 401 or self.code == FORM_EXPIRED.removeprefix("error:")


def init_problems(app: Flask) -> None:
    """Sets the error handlers of `app`."""
    app.register_error_handler(CSRFError, lambda error: _page(400, FORM_EXPIRED))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(JampelError, _known)
    for kind in DRIVER_ERRORS:
        app.register_error_handler(kind, _database)
    app.register_error_handler(OSError, _disk)
    app.register_error_handler(Exception, _unknown)


def _http(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:  # a redirect raised as an exception
        return make_response(error.get_response())
    status = error.code or 500
    answer = _page(status, CODES.get(status, CODES[400] if status < 500 else CODES[500]))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answer.headers[name] = value
    return answer


def _known(error: JampelError) -> Response:
    reference = services().ids().hex[:8]
    log.info("refused", extra={"reference": reference, "code": error.code})
    status = getattr(error, "status", STATUSES.get(error.code, 400))
    return _render(ErrorPage(error.code, explain(error, language()), reference, status))


def _database(error: Exception) -> Response:
    """A database that fails, told apart: it is away for a moment, cannot keep what was sent, or is broken."""
    known, reference = database_error(error), services().ids().hex[:8]
    log.error("the database failed: %s", known.detail, extra={"reference": reference, "code": known.code})
    return _failed(DATABASE.get(known.code, 500), reference, is_read_only=known.code in NOT_WRITABLE)


def _disk(error: OSError) -> Response:
    """A file that cannot be written: the disk is full or read-only, and the person is told so."""
    status, reference = DISK.get(error.errno or 0), services().ids().hex[:8]
    if status is None:
        return _unknown(error)
    log.error("the disk failed: %s", error.strerror, extra={"reference": reference, "code": "disk.failed"})
    return _failed(status, reference, is_read_only=error.errno in (errno.EROFS, errno.EIO))


def _failed(status: int, reference: str, *, is_read_only: bool) -> Response:
    answer = _page(status, READ_ONLY if is_read_only else CODES[status], reference)
    if status == 503:
        answer.headers["Retry-After"] = "10"
    return answer


def _unknown(error: Exception) -> Response:
    reference = services().ids().hex[:8]
    log.error("broken", exc_info=error, extra={"reference": reference})
    return _page(500, CODES[500], reference)


def _page(status: int, key: str, reference: str | None = None) -> Response:
    code = key.removeprefix("error:")
    sentence = explain(ToolError(code, path=request.path), language())
    return _render(ErrorPage(code, sentence, reference or services().ids().hex[:8], status))


def _render(page: ErrorPage) -> Response:
    note_code(page.code)
    if request.path.startswith("/xapi/"):
        answer = jsonify(error=page.code, message=page.sentence, reference=page.reference)
    else:
        typed = typed_words() if page.is_refused_form or page.status >= 500 else []
        embedded = request.path.startswith("/lti/")
        answer = make_response(
            render_template("error.html", error=page, embedded=embedded, typed=typed, came_from=_came_from())
        )
    answer.status_code = page.status
    return answer


def _came_from() -> str:
    """The page of this site whose form was sent, or nothing."""
    parts = urlsplit(request.referrer or "")
    if request.method != "POST" or f"{parts.scheme}://{parts.netloc}/" != request.host_url:
        return ""
    return own_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")
