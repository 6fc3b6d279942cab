"""Signed links to the preview of a module: a teacher's launch opens one where no cookie of a login is."""

from flask import current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

#: A link works so long, in seconds, as the pages of a class do; then the LMS has to say again who is a teacher.
LINK_SECONDS = 2 * 3600
LONGEST = 500


def preview_link(digest: str) -> str:
    """The address of the preview of the module `digest` that opens without a login for `LINK_SECONDS`."""
    return url_for("pustaka.preview", digest=digest, izin=_signer().dumps(digest))


def may_preview(digest: str) -> bool:
    """Whether this request carries a link to the preview of exactly the module `digest`."""
    try:
        signed = _signer().loads(request.args.get("izin", "")[:LONGEST], max_age=LINK_SECONDS)
    except BadSignature:
        return False
    return bool(digest) and signed == digest


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="library-preview")
