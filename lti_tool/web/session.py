"""Who is looking at a page: staff by login, a learner by launch; and what each may see."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Request, abort, redirect, request, session, url_for
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from lti_tool.house.model import Account, SignOnSession
from lti_tool.web.context import accounts

LEARNER = "learner"
#: In the signed cookie: whether the staff and the learner session came from a single sign-on.
BY_SIGN_ON, LEARNER_BY_SIGN_ON = "by_sso", "learner_by_sso"


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, for requests that bring one; a request without it opens an empty session at no cost."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of `request`; most launches and files come without any."""
        if self.get_cookie_name(app) not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        """Keeps what a request has changed; one that opened and left an empty session has nothing to say about it."""
        if session or session.modified:
            super().save_session(app, session, response)


class Staff:
    """A member of the staff who is logged in, as Flask-Login wants it; its id is the session token, not the account."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token

    def get_id(self) -> str:
        """What the signed cookie keeps."""
        return self.token

    @property
    def role(self) -> str:
        """The account's role."""
        return self.account.role

    @property
    def may_publish(self) -> bool:
        """Whether this person may put modules into the library."""
        return self.account.role in ("admin", "author")


def init_session(login_manager: LoginManager) -> None:
    """Teaches `login_manager` to find staff by session token."""

    @login_manager.user_loader
    def _load(token: str) -> Staff | None:
        account = accounts().session_account(token)
        return Staff(account, token) if account else None


def log_in(account: Account, sign_on: SignOnSession | None = None) -> None:
    """Starts a new staff session; nothing of the session before it stays.

    It ends with `sign_on`, the session at a single sign-on. Raises ToolError `oidc.ended_there` when that is over.
    """
    session.clear()
    address, agent = request.remote_addr or "", request.user_agent.string
    token = accounts().start_session("staff", account.id, address=address, agent=agent, sign_on=sign_on)
    login_user(Staff(account, token))
    if sign_on:
        session[BY_SIGN_ON] = True


def log_out() -> None:
    """Ends the staff and the learner session of this browser."""
    if current_user.is_authenticated:
        accounts().end_session(current_user.token)
    forget_learner()
    logout_user()
    session.clear()


def remember_learner(person: str, sign_on: SignOnSession | None = None) -> None:
    """Starts a new learner session for a person who came by a launch, or by a single sign-on, as in `log_in`."""
    forget_learner()
    session[LEARNER] = accounts().start_session("learner", person, sign_on=sign_on)
    if sign_on:
        session[LEARNER_BY_SIGN_ON] = True


def forget_learner() -> None:
    """Ends the learner session of this browser."""
    session.pop(LEARNER_BY_SIGN_ON, None)
    if token := session.pop(LEARNER, None):
        accounts().end_session(token)


def learner() -> str | None:
    """The id of the person whose learner session this browser holds."""
    token = session.get(LEARNER)
    return accounts().session_person(token) if token else None


def staff_name() -> str:
    """The account id of the member of staff who acts, for the log."""
    return current_user.account.id if current_user.is_authenticated else ""


def keep_to(blueprint: Blueprint, *roles: str) -> None:
    """Lets only these roles into the pages of `blueprint`; anybody else logs in or is told that they may not."""
    blueprint.before_request(lambda: check_role(*roles))


def check_role(*roles: str) -> Response | None:
    """Sends a stranger to the login page; refuses (403) a member of staff with another role."""
    if not current_user.is_authenticated:
        if request.method != "GET":
            abort(401)
        return redirect(url_for("login.page", lanjut=request.full_path.rstrip("?")))
    if current_user.role not in roles:
        abort(403)
    return None


def only(*roles: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorates one page as `keep_to` does a blueprint."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            return check_role(*roles) or view(*args, **kwargs)

        guarded.__name__ = view.__name__
        guarded.__doc__ = view.__doc__
        return guarded

    return decorate


def own_path(wanted: str | None, otherwise: str) -> str:
    """`wanted` when it is a path on this site, else `otherwise`: a login must not send anybody to another site."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return otherwise
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc and wanted.isprintable() else otherwise
