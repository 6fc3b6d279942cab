"""The security headers of every answer, and the size a request may have."""

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from flask_login import current_user

from xapi.people.roster import MOST_BYTES

POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'self'; object-src 'none'; form-action 'self'; "
    "frame-ancestors {ancestors}"
)
#: Course pages hold authors' tables and drawings: style attributes are let through, style sheets and scripts are not.
PLAYER_POLICY = POLICY + "; style-src 'self'; style-src-attr 'unsafe-inline'; media-src 'self'; connect-src 'self'"
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"
GENERAL_LIMIT = 8 * 1024 * 1024
UPLOAD_PATH = "/pustaka/unggah"
ROSTER_PATH = "/admin/pegawai/impor/"


def list_limit(upload_limit: int) -> int:
    """The bytes that a list of employees may have where a module may have `upload_limit`."""
    return min(upload_limit, MOST_BYTES)


def origin_of(address: str) -> str:
    """The origin (scheme, host, port) of `address`, or `'none'` when it has none that a policy may name."""
    parts = urlsplit(address)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "'none'"
    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def allow_framing(response: Response, *addresses: str, policy: str = POLICY) -> Response:
    """Lets the sites of `addresses`, and no others, show this answer in a frame; it leaves no referrer behind."""
    origins = sorted({origin_of(address) for address in addresses} - {"'none'"})
    response.headers["Content-Security-Policy"] = policy.format(ancestors=" ".join(origins) or "'none'")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _path_of(address: str) -> str:
    """`address` of this site without scheme and host: whoever wrote the Host header leads nobody away."""
    parts = urlsplit(address)
    return urlunsplit(("", "", f"/{parts.path.lstrip('/')}", parts.query, ""))


def init_headers(app: Flask, *, upload_limit: int, secure: bool) -> None:
    """Sets limits before and headers after each request of `app`; LTI keeps limits of its own too.

    `secure` says that the site is reached by https alone, which browsers are then told to remember.
    """

    @app.before_request
    def _limit() -> None:
        if request.path == UPLOAD_PATH and getattr(current_user, "may_publish", False):
            request.max_content_length = upload_limit
        elif request.path == ROSTER_PATH and getattr(current_user, "role", "") == "admin":
            request.max_content_length = list_limit(upload_limit)

    @app.after_request
    def _headers(response: Response) -> Response:
        if response.status_code == 308:  # of the router, which takes the host from the request
            response.headers["Location"] = _path_of(response.headers.get("Location", ""))
            response.set_data(b"")  # its words hold the same address as a link
        ancestors = "*" if request.path.startswith("/lti/") and response.status_code >= 400 else "'none'"
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors))
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.endpoint == "static":
            fresh = "public, max-age=31536000, immutable" if "v" in request.args else "public, max-age=300"
            headers["Cache-Control"] = fresh
        else:
            headers.setdefault("Cache-Control", "no-store")
        return response
