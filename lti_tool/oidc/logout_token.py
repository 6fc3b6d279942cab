"""Believes a logout token, or not (OpenID Connect Back-Channel Logout 1.0 section 2.6)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lti_tool.errors import ToolError
from lti_tool.house.model import SignOnLogout, SignOnSession
from lti_tool.oidc.signed import LEEWAY, LOGOUT_TYPE, OLDEST, Verify, believe_signed, is_name, refused, type_of
from lti_tool.secret_hash import secret_hash

#: The one event that a logout token tells.
EVENT = "http://schemas.openid.net/event/backchannel-logout"
#: Types of a header that may stand there; the standard recommends the last, and Keycloak before 25 says `JWT`.
TYPES = ("", "jwt", LOGOUT_TYPE)
#: A logout is remembered for so long after it was made: no later than that can its token come again, or an ID token
#: that was made before it.
KEPT = timedelta(seconds=OLDEST + 2 * LEEWAY)


def believe_logout(token: str, verify: Verify, *, issuer: str, client_id: str, now: datetime) -> SignOnLogout:
    """Which sessions the logout token `token` ends, once everything about it is right but that it is new.

    Raises ToolError `oidc.logout_refused` with the `reason`, the name of what is wrong.
    """
    try:
        read = believe_signed(token, verify, issuer=issuer, client_id=client_id, now=now)
        if type_of(read) not in TYPES:
            raise refused("typ")
        return _logout(issuer, read.claims)
    except ToolError as cause:
        if cause.code != "oidc.token_refused":
            raise
        raise ToolError("oidc.logout_refused", cause.detail, **cause.params) from cause


def _logout(issuer: str, claims: dict[str, Any]) -> SignOnLogout:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise refused("events")
    if "nonce" in claims:  # an ID token with events in it is still an ID token
        raise refused("nonce")
    if not is_name(claims.get("jti")):
        raise refused("jti")
    subject, session = claims.get("sub"), claims.get("sid")
    if subject is None and session is None:
        raise refused("sub")
    for name in ("sub", "sid"):
        if name in claims and not is_name(claims[name]):
            raise refused(name)
    made = int(claims["iat"])
    return SignOnLogout(
        id=_hidden(issuer, "jti", claims["jti"]),
        subject=_hidden(issuer, "sub", subject),
        sid=_hidden(issuer, "sid", session),
        made=made,
        expires=datetime.fromtimestamp(made, UTC) + KEPT,
    )


def session_of(issuer: str, claims: dict[str, Any]) -> SignOnSession:
    """The session at the provider that an ID token with `claims` belongs to; many providers name none (`sid`)."""
    session = claims.get("sid")
    return SignOnSession(
        subject=_hidden(issuer, "sub", claims["sub"]),
        sid=_hidden(issuer, "sid", session if is_name(session) else None),
        made=int(claims["iat"]),
    )


def _hidden(issuer: str, kind: str, name: str | None) -> str:
    """How a name is kept: some providers call people by their NIP."""
    return secret_hash(f"{kind}\n{issuer}\n{name}") if name else ""
