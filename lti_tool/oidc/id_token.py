"""Believes an ID token, or not (OpenID Connect Core 1.0 section 3.1.3.7)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeGuard

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import VerifyKey, read_token, verify

#: How far the provider's clock may be off, in seconds.
LEEWAY = 120
#: An ID token that was made longer ago was not made for this sign-on, in seconds.
OLDEST = 600
LONGEST_SUBJECT = 255


def believe(
    token: str,
    key: Callable[[str], VerifyKey],
    *,
    issuer: str,
    client_id: str,
    issued: Callable[[str], bool],
    now: datetime,
) -> dict[str, Any]:
    """The claims of `token`, once everything about it is right.

    `key` finds the provider's public key by kid; `issued` says whether a nonce is the one of this sign-on. The
    algorithm is that of the key, so `none` and secrets taken for keys have no way in.

    Raises ToolError `oidc.token_refused` with the `reason`, the name of what is wrong.
    """
    try:
        read = read_token(token)
        kid = read.header.get("kid")
        if not isinstance(kid, str):
            raise _refused("kid")
        if "crit" in read.header:
            raise _refused("crit")
        verify(read, key(kid))
    except LaunchRefused as cause:
        raise _refused(cause.code.removeprefix("launch.")) from cause
    claims = read.claims
    if claims.get("iss") != issuer:
        raise _refused("iss")
    _check_audience(claims, client_id)
    _check_times(claims, int(now.timestamp()))
    nonce, subject = claims.get("nonce"), claims.get("sub")
    if not isinstance(nonce, str) or not issued(nonce):
        raise _refused("nonce")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise _refused("sub")
    return claims


def _check_audience(claims: dict[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        raise _refused("aud")
    if (len(named) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise _refused("azp")


def _check_times(claims: dict[str, Any], now: int) -> None:
    expires, made = claims.get("exp"), claims.get("iat")
    if not _is_time(expires) or now >= expires + LEEWAY:
        raise _refused("exp")
    if not _is_time(made) or not now - OLDEST - LEEWAY <= made <= now + LEEWAY:
        raise _refused("iat")
    before = claims.get("nbf")
    if before is not None and (not _is_time(before) or before > now + LEEWAY):
        raise _refused("nbf")


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refused(reason: str) -> ToolError:
    return ToolError("oidc.token_refused", f"wrong {reason}", reason=reason)
