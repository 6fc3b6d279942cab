"""Answers that are complete as they are made: nobody goes over their headers and their body once more."""

import re

from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.urls import iri_to_uri

#: What a URI is written with (RFC 3986 section 2).
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_PRIVATE = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Length", "0"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
)


class ReadyResponse(Response):
    """A response whose headers, its length among them, stand as they are to be sent."""

    def get_wsgi_headers(self, environ: object) -> Headers:
        """The headers themselves, not a copy that werkzeug completes."""
        return self.headers


def sent_to(address: str) -> ReadyResponse:
    """Sends the browser to `address`, written as a URI; nobody keeps where it was sent."""
    whole = address if _URI.fullmatch(address) else iri_to_uri(address)
    return ReadyResponse((), "302 Found", [("Location", whole), *_PRIVATE])
