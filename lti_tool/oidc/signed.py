"""What ID tokens and logout tokens have in common: a signature of the provider, for whom they are, and their times."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeGuard

from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import SignedToken, read_token

#: How far the provider's clock may be off, in seconds.
LEEWAY = 120
#: A token that was made longer ago was not made for what happens now, in seconds.
OLDEST = 600
LONGEST_NAME = 255
#: The header's type of a logout token (Back-Channel Logout 1.0 section 2.4), which an ID token never has.
LOGOUT_TYPE = "logout+jwt"
#: Raises LaunchRefused unless a token is signed with the provider's key of this kid, which may be empty. The algorithm
#: is that of the key, so `none` and secrets taken for keys have no way in.
Verify = Callable[[SignedToken, str], None]


def believe_signed(token: str, verify: Verify, *, issuer: str, client_id: str, now: datetime) -> SignedToken:
    """`token`, once its signature, issuer, audience and times are right (OpenID Connect Core 1.0 section 3.1.3.7).

    Raises ToolError `oidc.token_refused` with the `reason`, the name of what is wrong.
    """
    try:
        read = read_token(token)
        kid = read.header.get("kid", "")
        if not isinstance(kid, str):
            raise refused("kid")
        if "crit" in read.header:
            raise refused("crit")
        verify(read, kid)
    except LaunchRefused as cause:
        raise refused(cause.code.removeprefix("launch.")) from cause
    if read.claims.get("iss") != issuer:
        raise refused("iss")
    _check_audience(read.claims, client_id)
    _check_times(read.claims, int(now.timestamp()))
    return read


def type_of(token: SignedToken) -> str:
    """The type in the header, in small letters and without the part that may be left out (RFC 7515 section 4.1.9)."""
    said = token.header.get("typ", "")
    return said.lower().removeprefix("application/") if isinstance(said, str) else "?"


def is_name(value: Any) -> TypeGuard[str]:
    """Whether `value` can be the name of a person or a session."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()


def refused(reason: str) -> ToolError:
    """The refusal of a token for `reason`."""
    return ToolError("oidc.token_refused", f"wrong {reason}", reason=reason)


def _check_audience(claims: dict[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client_id not in named:
        raise refused("aud")
    if (len(named) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise refused("azp")


def _check_times(claims: dict[str, Any], now: int) -> None:
    expires, made = claims.get("exp"), claims.get("iat")
    if not _is_time(expires) or now >= expires + LEEWAY:
        raise refused("exp")
    if not _is_time(made) or not now - OLDEST - LEEWAY <= made <= now + LEEWAY:
        raise refused("iat")
    before = claims.get("nbf")
    if before is not None and (not _is_time(before) or before > now + LEEWAY):
        raise refused("nbf")


def _is_time(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
