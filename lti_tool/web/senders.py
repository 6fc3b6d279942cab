"""Which site sent a request, by what the browser says of it: no page can lie about that."""

from flask import request

from lti_tool.web.context import services
from lti_tool.web.headers import origin_of


def is_ours() -> bool:
    """Whether a page of this site certainly sent this request."""
    if said := request.headers.get("Sec-Fetch-Site"):
        return said == "same-origin"
    return request.headers.get("Origin") == origin_of(services().settings.base_url)


def is_from_elsewhere() -> bool:
    """Whether the browser says that another site sent this request; a program that says nothing holds no session."""
    return not is_ours() and ("Sec-Fetch-Site" in request.headers or "Origin" in request.headers)
