"""Believes an ID token, or not (OpenID Connect Core 1.0 section 3.1.3.7)."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from lti_tool.jose import base64url
from lti_tool.oidc.signed import LOGOUT_TYPE, Verify, believe_signed, is_name, refused, type_of


def believe(
    token: str,
    verify: Verify,
    *,
    issuer: str,
    client_id: str,
    issued: Callable[[str], bool],
    now: datetime,
) -> dict[str, Any]:
    """The claims of `token`, once everything about it is right.

    `issued` says whether a nonce is the one of this sign-on. A logout token lets nobody in, whatever else it says.

    Raises ToolError `oidc.token_refused` with the `reason`, the name of what is wrong.
    """
    read = believe_signed(token, verify, issuer=issuer, client_id=client_id, now=now)
    if type_of(read) == LOGOUT_TYPE:
        raise refused("typ")
    nonce = read.claims.get("nonce")
    if not isinstance(nonce, str) or not issued(nonce):
        raise refused("nonce")
    if not is_name(read.claims.get("sub")):
        raise refused("sub")
    return read.claims


def check_access_token(claims: dict[str, Any], access_token: str) -> None:
    """Raises ToolError `oidc.token_refused` when the ID token names another access token (`at_hash`, section 3.1.3.6).

    All algorithms that we take hash with SHA-256.
    """
    half = base64url(hashlib.sha256(access_token.encode()).digest()[:16])
    if "at_hash" in claims and claims["at_hash"] != half:
        raise refused("at_hash")
