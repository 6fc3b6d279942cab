"""Calls to a platform's services with an access token: only to the platform's own hosts, renewing the token once."""

from collections.abc import Sequence

from lti_tool.errors import ToolError
from lti_tool.http import PlatformHttp, Reply
from lti_tool.store import Platform
from lti_tool.tokens import ServiceTokens


class PlatformServices:
    """Authorised calls to LTI services."""

    def __init__(self, http: PlatformHttp, tokens: ServiceTokens) -> None:
        self._http = http
        self._tokens = tokens

    def get(self, platform: Platform, url: str, *, scopes: Sequence[str], accept: str) -> Reply:
        """GET `url` of `platform` with exactly the media type `accept`.

        Raises ToolError when `url` is not on a host of the platform, which then gets no token, or no answer comes.
        """
        return self._call(platform, url, scopes, accept, None, "")

    def post(
        self, platform: Platform, url: str, body: bytes, *, scopes: Sequence[str], content_type: str, accept: str
    ) -> Reply:
        """POST `body` to `url` of `platform`; raises ToolError as `get`."""
        return self._call(platform, url, scopes, accept, body, content_type)

    def _call(
        self, platform: Platform, url: str, scopes: Sequence[str], accept: str, body: bytes | None, content_type: str
    ) -> Reply:
        if not platform.owns(url):
            raise ToolError("services.foreign_host", "a service address is not the platform's", platform=platform.name)
        reply = self._send(url, self._tokens.get(platform, scopes), accept, body, content_type)
        if reply.status == 401:
            reply = self._send(url, self._tokens.get(platform, scopes, fresh=True), accept, body, content_type)
        return reply

    def _send(self, url: str, token: str, accept: str, body: bytes | None, content_type: str) -> Reply:
        headers = {"Authorization": f"Bearer {token}"}
        if body is None:
            return self._http.get(url, accept=accept, headers=headers)
        return self._http.post(url, body, content_type=content_type, accept=accept, headers=headers)
