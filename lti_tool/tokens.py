"""Access tokens for a platform's services: asked for with a signed assertion, kept until they are nearly spent."""

import json
import math
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from lti_tool.errors import ToolError
from lti_tool.http import PlatformHttp
from lti_tool.jose import sign
from lti_tool.keys import ToolKeys
from lti_tool.launch import Profiles
from lti_tool.store import Platform

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
SHORTEST, LONGEST, MARGIN = 30, 86_400, 60
MOST_TOKENS = 1000

Key = tuple[str, str, str, str, tuple[str, ...]]


class _Token(NamedTuple):
    text: str
    until: datetime


class ServiceTokens:
    """Tokens by institution, issuer, client, token address and scopes: none is ever used for another tenant."""

    def __init__(self, http: PlatformHttp, keys: ToolKeys, profiles: Profiles, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._keys = keys
        self._profiles = profiles
        self._clock = clock
        self._tokens: dict[Key, _Token] = {}
        self._lock = threading.Lock()

    def get(self, platform: Platform, scopes: Sequence[str], *, fresh: bool = False) -> str:
        """A token of `platform` for `scopes`; `fresh` asks for a new one although one is kept.

        Raises ToolError when the platform gives none.
        """
        wanted = tuple(sorted(set(scopes)))
        key = (platform.institution, platform.issuer, platform.client_id, platform.token_url, wanted)
        with self._lock:
            kept = self._tokens.get(key)
        if kept is not None and not fresh and self._clock() < kept.until:
            return kept.text
        token = self._ask(platform, wanted)
        with self._lock:
            if len(self._tokens) >= MOST_TOKENS:
                self._tokens.clear()
            self._tokens[key] = token
        return token.text

    def _ask(self, platform: Platform, scopes: tuple[str, ...]) -> _Token:
        body = urlencode(
            {
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self._assertion(platform),
                "scope": " ".join(scopes),
            }
        )
        reply = self._http.post(
            platform.token_url,
            body.encode(),
            content_type="application/x-www-form-urlencoded",
            accept="application/json",
        )
        answer = _json_object(reply.body)
        text = answer.get("access_token")
        if reply.status != 200 or not isinstance(text, str) or not text.isascii() or not text.isprintable():
            known = {"status": reply.status, "platform": platform.name, "wait": reply.wait_asked}
            raise ToolError("token.refused", _known_error(answer), **known)
        return _Token(text, self._clock() + timedelta(seconds=_lifetime(answer.get("expires_in"))))

    def _assertion(self, platform: Platform) -> str:
        """The private_key_jwt assertion (Security Framework 1.0 section 4.1.1); `iat` is set back for late clocks."""
        issued = int(self._clock().timestamp()) - self._profiles(platform.profile).token_backdate_seconds
        key = self._keys.signing()
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.token_audience or platform.token_url,
            "iat": issued,
            "exp": issued + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(24),
        }
        return sign(claims, key.private, key.kid)


def _json_object(body: bytes) -> dict[str, Any]:
    """The answer, whatever media type it claims: some platforms say text/html."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _known_error(answer: dict[str, Any]) -> str:
    """The OAuth error code (RFC 6749 section 5.2) when it is one: free text of a platform stays out of our logs."""
    known = ("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "invalid_scope")
    return str(answer.get("error")) if answer.get("error") in known else "no token in the answer"


def _lifetime(expires_in: Any) -> float:
    is_number = isinstance(expires_in, int | float) and not isinstance(expires_in, bool)
    if not is_number or (isinstance(expires_in, float) and math.isnan(expires_in)):
        expires_in = 3600
    return max(min(expires_in, LONGEST) - MARGIN, SHORTEST)
