"""Knows a browser again in which an account has logged in before: by a signed cookie, which lets nobody in."""

import secrets

import msgspec
from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lti_tool.house.model import Account
from lti_tool.web.context import services

COOKIE = "jampel_known"
DAYS = 180
#: At one desk several people may log in; of more the first is forgotten.
MOST = 8
LONGEST = 1000


class Known(msgspec.Struct, frozen=True):
    """The number of a browser, and the ids of the accounts that have logged in here, the last one first."""

    browser: str
    accounts: tuple[str, ...] = ()


def known_as(username: str) -> str:
    """The number of this browser when `username` has logged in here before, else empty."""
    known = _read()
    account = services().house.accounts.with_hash(username.strip().casefold()) if known.accounts else None
    return known.browser if account and account[0].id in known.accounts else ""


def remember_browser(response: Response, account: Account) -> Response:
    """`response`, by which the browser is known to `account` from now on."""
    known = _read()
    others = [one for one in known.accounts if one != account.id]
    told = Known(known.browser or secrets.token_hex(16), (account.id, *others)[:MOST])
    response.set_cookie(
        _name(),
        _signer().dumps(msgspec.to_builtins(told)),
        max_age=DAYS * 86_400,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def _read() -> Known:
    try:
        said = _signer().loads(request.cookies.get(_name(), "")[:LONGEST], max_age=DAYS * 86_400)
        return msgspec.convert(said, Known)
    except (BadSignature, msgspec.ValidationError):
        return Known("")


def _name() -> str:
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="known-browser")
