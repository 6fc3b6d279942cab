"""Notices that come in: each is a signed message of its own, checked like a launch and taken once."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from lti_tool.claims import CONTEXT, COPY_NOTICE, DEPLOYMENT, LONGEST_ID, NOTICE, ORIGINS, VERSION
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import SignedToken, read_token, strict_json
from lti_tool.launch import LEEWAY, check_audience, check_times
from lti_tool.platform_keys import PlatformKeys
from lti_tool.store import Arrival, LtiStore, Platform
from lti_tool.store.deployments import APPROVED

MOST_NOTICES = 100


class Judged(msgspec.Struct, frozen=True):
    """What became of one notice: why it was refused (None when it was taken), and whose it was when that is known."""

    refusal: ToolError | None
    platform: Platform | None = None


class NoticeDesk:
    """Takes notices (LTI Platform Notification Service 1.0 section 5)."""

    def __init__(self, store: LtiStore, keys: PlatformKeys, clock: Callable[[], datetime]) -> None:
        self._store = store
        self.keys = keys
        self._clock = clock

    def receive(self, body: bytes) -> list[Judged]:
        """What became of each notice in the posted `body`, in its order.

        A notice that is refused changes nothing and stops no other. Raises LaunchRefused when `body` is no list of
        notices.
        """
        return [self._judged(token) for token in read_tokens(body)]

    def _judged(self, text: str) -> Judged:
        platform: Platform | None = None
        try:
            token = read_token(text)
            if "crit" in token.header:
                raise LaunchRefused("launch.token_malformed", "crit is not understood")
            platform = self._platform(token.claims)
            self._prove(token, platform)
            self._take(token.claims, platform)
        except ToolError as error:
            return Judged(error, platform)
        return Judged(None, platform)

    def _platform(self, claims: Mapping[str, Any]) -> Platform:
        """The platform that issuer and audience name together: nothing is fetched for a stranger."""
        issuer, audience = claims.get("iss"), claims.get("aud")
        named = [audience] if isinstance(audience, str) else audience
        if isinstance(issuer, str) and isinstance(named, list):
            for client_id in named[:10]:
                found = self._store.platforms.find(issuer, client_id) if isinstance(client_id, str) else None
                if found is not None:
                    check_audience(claims, found.client_id)
                    return found
        raise LaunchRefused("notice.platform_unknown", "no registration with this issuer and audience")

    def _prove(self, token: SignedToken, platform: Platform) -> None:
        kid = token.header.get("kid")
        if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_ID:
            raise LaunchRefused("launch.kid_missing", "no kid in the header")
        if token.header.get("alg") not in platform.algorithms:
            raise LaunchRefused("launch.algorithm", "alg is not one of the platform's")
        self.keys.verify(token, platform, kid)
        check_times(token.claims, int(self._clock().timestamp()))

    def _take(self, claims: Mapping[str, Any], platform: Platform) -> None:
        arrival = self._read(claims, platform)
        if not self._store.notices.take(arrival, self._clock()):
            raise LaunchRefused("notice.used", "this notice came before")

    def _read(self, claims: Mapping[str, Any], platform: Platform) -> Arrival:
        """What proven `claims` say. Raises LaunchRefused when they are no notice that we asked for."""
        if claims.get(VERSION) != "1.3.0":
            raise LaunchRefused("launch.version", "version is not 1.3.0")
        deployment = _word(claims, DEPLOYMENT)
        if self._store.deployments.state(platform.id, deployment) != APPROVED:
            raise LaunchRefused("notice.deployment", "the deployment is not approved", status=403)
        notice = claims.get(NOTICE)
        if not isinstance(notice, dict):
            raise LaunchRefused("notice.broken", "no notice claim")
        kind, _id = _word(notice, "type"), _word(notice, "id")
        handler = self._store.notices.handler(platform.id, deployment)
        if handler is None or kind not in handler.kinds:
            raise LaunchRefused("notice.unsubscribed", "nobody asked for notices of this type")
        context, origins = _copied(claims) if kind == COPY_NOTICE else ("", ())
        return Arrival(
            platform=platform.id,
            deployment=deployment,
            kind=kind,
            mark=_mark(claims),
            expires=int(claims["exp"]) + LEEWAY + 1,
            context=context,
            origins=origins,
        )


def read_tokens(body: bytes) -> list[str]:
    """The signed notices in `body` (section 5.1). Raises LaunchRefused when it is not `{"notices": [{"jwt": …}]}`."""
    found = strict_json(body)
    notices = found.get("notices") if isinstance(found, dict) else None
    if not isinstance(notices, list) or len(notices) > MOST_NOTICES:
        raise LaunchRefused("notice.broken", "no list of notices, or too long a one")
    tokens = [one.get("jwt") if isinstance(one, dict) else None for one in notices]
    if not all(isinstance(token, str) for token in tokens):
        raise LaunchRefused("notice.broken", "a notice without jwt")
    return [str(token) for token in tokens]


def _mark(claims: Mapping[str, Any]) -> str:
    """What makes this message one of its kind: its `jti`, or its nonce, which every id_token has."""
    name = "jti" if "jti" in claims else "nonce"
    return hashlib.sha256(f"{name}:{_word(claims, name)}".encode()).hexdigest()


def _copied(claims: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The new course and those that it was copied from; a platform may not know the latter."""
    context, origins = claims.get(CONTEXT), claims.get(ORIGINS, [])
    if not isinstance(context, dict) or not isinstance(origins, list):
        raise LaunchRefused("notice.broken", "context or origin_contexts missing or of the wrong type")
    return _word(context, "id"), tuple(_word({"origin": one}, "origin") for one in origins)


def _word(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID:
        raise LaunchRefused("notice.broken", f"{name.rsplit('/', 1)[-1]} missing or of the wrong type")
    return value
