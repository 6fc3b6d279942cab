"""Answers that are complete as they are made: nobody goes over their headers and their body once more."""

import re

from flask import Response
from werkzeug.datastructures import Headers
from werkzeug.urls import iri_to_uri

#: What a URI is written with (RFC 3986 section 2).
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HTML = ("Content-Type", "text/html; charset=utf-8")
_PRIVATE = (("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"))


class ReadyResponse(Response):
    """A response whose headers, its length among them, stand as they are to be sent."""

    def get_wsgi_headers(self, environ: object) -> Headers:
        """The headers themselves, not a copy that werkzeug completes."""
        return self.headers


def sent_to(address: str) -> ReadyResponse:
    """Sends the browser to `address`, written as a URI; nobody keeps where it was sent."""
    whole = address if _URI.fullmatch(address) else iri_to_uri(address)
    return ReadyResponse((), "302 Found", [_HTML, ("Content-Length", "0"), ("Location", whole), *_PRIVATE])


def ready_page(page: bytes) -> ReadyResponse:
    """The HTML `page`, in UTF-8."""
    return ReadyResponse((page,), "200 OK", [_HTML, ("Content-Length", str(len(page)))])
