"""Calls to a platform's services with an access token: only to the platform's own hosts, renewing the token once."""

import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

from lti_tool.errors import ToolError
from lti_tool.http import PlatformHttp, Reply
from lti_tool.store import Platform
from lti_tool.tokens import ServiceTokens

_Send = Callable[[dict[str, str]], Reply]


class PlatformServices:
    """Authorised calls to LTI services.

    Every address comes from a platform: a claim, a line item's id, a Link header. None is called, and no token is
    asked for, unless it lies on a host of that platform.
    """

    def __init__(self, http: PlatformHttp, tokens: ServiceTokens) -> None:
        self._http = http
        self._tokens = tokens

    def get(self, platform: Platform, url: str, *, scopes: Sequence[str], accept: str) -> Reply:
        """GET `url` of `platform` with exactly the media type `accept`.

        Raises ToolError when `url` is not on a host of the platform, which then gets no token, or no answer comes.
        """
        return self._call(platform, url, scopes, lambda sent: self._http.get(url, accept=accept, headers=sent))

    def post(
        self, platform: Platform, url: str, body: bytes, *, scopes: Sequence[str], content_type: str, accept: str
    ) -> Reply:
        """POST `body` to `url` of `platform`; raises ToolError as `get`."""

        def send(sent: dict[str, str]) -> Reply:
            return self._http.post(url, body, content_type=content_type, accept=accept, headers=sent)

        return self._call(platform, url, scopes, send)

    def put(
        self, platform: Platform, url: str, body: bytes, *, scopes: Sequence[str], content_type: str, accept: str
    ) -> Reply:
        """PUT `body` to `url` of `platform`; raises ToolError as `get`."""

        def send(sent: dict[str, str]) -> Reply:
            return self._http.put(url, body, content_type=content_type, accept=accept, headers=sent)

        return self._call(platform, url, scopes, send)

    def delete(self, platform: Platform, url: str, *, scopes: Sequence[str], accept: str) -> Reply:
        """DELETE `url` of `platform`; raises ToolError as `get`."""
        return self._call(platform, url, scopes, lambda sent: self._http.delete(url, accept=accept, headers=sent))

    def _call(self, platform: Platform, url: str, scopes: Sequence[str], send: _Send) -> Reply:
        if not platform.owns(url):
            raise ToolError("services.foreign_host", "a service address is not the platform's", platform=platform.name)
        reply = send({"Authorization": f"Bearer {self._tokens.get(platform, scopes)}"})
        if reply.status == 401:
            reply = send({"Authorization": f"Bearer {self._tokens.get(platform, scopes, fresh=True)}"})
        return reply


def read_json(reply: Reply, good: Collection[int], kind: type) -> Any:
    """The JSON value in `reply`, whatever media type it claims: some platforms say text/html.

    Raises ToolError when its status is not in `good` or the value is not of `kind`.
    """
    if reply.status not in good:
        raise ToolError("services.status", "unexpected status", status=reply.status, wait=reply.wait_asked)
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError) as cause:
        raise ToolError("services.answer", "the answer is not JSON") from cause
    if not isinstance(value, kind):
        raise ToolError("services.answer", "the answer has the wrong shape")
    return value
