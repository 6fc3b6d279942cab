"""Logging in and out, and the one-time links: one makes the first admin, another gives a new password."""

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from lti_tool.errors import ToolError
from lti_tool.web.context import accounts, services
from lti_tool.web.forms import AccountForm, LoginForm, ResetForm
from lti_tool.web.known_browser import known_as, remember_browser
from lti_tool.web.language import language
from lti_tool.web.session import BY_SIGN_ON, LEARNER_BY_SIGN_ON, log_in, log_out, own_path
from lti_tool.web.sign_on import left, provider_logout
from xapi.words import explain

blueprint = Blueprint("login", __name__)


@blueprint.get("/masuk")
def page() -> str | Response:
    """The login form."""
    onward = own_path(request.args.get("lanjut"), "")
    if current_user.is_authenticated:
        return make_response(redirect(onward or url_for("home.page")))
    form = LoginForm()
    form.lanjut.data = onward
    return _login_page(form)


def _login_page(form: LoginForm, problem: str = "") -> str:
    return render_template("login.html", form=form, problem=problem, sso=services().settings.oidc)


@blueprint.post("/masuk")
def enter() -> Response:
    """Checks username and password; 429 with Retry-After while the brake holds."""
    form = LoginForm()
    if not form.validate():
        return make_response(_login_page(form), 400)
    username, address = form.username.data or "", request.remote_addr or ""
    try:
        account = accounts().login(username, form.password.data or "", address, browser=known_as(username))
    except ToolError as error:
        _note_failure(username, error)
        answer = make_response(_login_page(form, explain(error, language())))
        answer.status_code = 429 if "seconds" in error.params else 401
        if "seconds" in error.params:
            answer.headers["Retry-After"] = str(error.params["seconds"])
        return answer
    log_in(account)
    services().house.log.add(services().clock(), account.id, "login")
    onward = make_response(redirect(own_path(form.lanjut.data, url_for("home.page")), 303))
    return remember_browser(onward, account)


def _note_failure(username: str, error: ToolError) -> None:
    """Notes a failed login under the account that it was for; what was typed is not kept: it may be a password.

    A flood of attempts that nobody looks at is noted now and then: strangers must not fill the log.
    """
    known, address = services().house.accounts.with_hash(username.strip().casefold()), request.remote_addr or ""
    account_id, is_braked = known[0].id if known else "", "seconds" in error.params
    if not is_braked or accounts().brake.is_news(account_id, address):
        action = "login.braked" if is_braked else "login.failed"
        services().house.log.add(services().clock(), "", action, account_id, detail=address)


@blueprint.get("/masuk/berlaku")
def state() -> Response:
    """Which account this browser is signed in to (`account`, empty for none), and a `token` for its forms."""
    if not current_user.is_authenticated:
        return jsonify(account="", token="")
    return jsonify(account=current_user.account.id, token=generate_csrf())


@blueprint.post("/keluar")
def leave() -> Response:
    """Ends the session; who came by a single sign-on is shown the way out there too."""
    if current_user.is_authenticated:
        services().house.log.add(services().clock(), current_user.account.id, "logout")
    onward = provider_logout(BY_SIGN_ON) or provider_logout(LEARNER_BY_SIGN_ON)
    log_out()
    return left(onward)


@blueprint.route("/sandi/<token>", methods=["GET", "POST"])
def reset(token: str) -> Response:
    """A new password for the holder of a one-time link that an admin made."""
    account, form = accounts().account_to_reset(token), ResetForm()
    problem, status = "", 200
    if request.method == "POST" and not form.validate():
        status = 400
    elif request.method == "POST":
        try:
            accounts().reset(token, form.password.data or "")
        except ToolError as error:
            if error.code == "accounts.reset_closed":
                raise
            problem, status = explain(error, language()), 400
        else:
            services().house.log.add(services().clock(), account.id, "account.password", account.id, "link")
            flash(_("Kata sandi baru berlaku. Silakan masuk."), "good")
            return make_response(redirect(url_for("login.page"), 303))
    return _with_secret_address(render_template("reset.html", form=form, account=account, problem=problem), status)


def _with_secret_address(page: str, status: int) -> Response:
    """`page`, whose address is told to nobody. The origin is: over https the guard of forms refuses one without."""
    answer = make_response(page, status)
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


@blueprint.route("/awal/<token>", methods=["GET", "POST"])
def first_admin(token: str) -> Response:
    """Makes the first admin for the holder of a one-time link."""
    form = AccountForm()
    problem, status = "", 200
    if not accounts().link_is_open(token):
        raise ToolError("accounts.link_closed", "used, expired or unknown")
    if request.method == "POST" and not form.validate():
        status = 400
    elif request.method == "POST":
        try:
            account = accounts().redeem(token, form.username.data or "", form.name.data or "", form.password.data or "")
        except ToolError as error:
            if error.code == "accounts.link_closed":
                raise
            problem, status = explain(error, language()), 400
        else:
            log_in(account)
            services().house.log.add(services().clock(), account.id, "account.first_admin", account.id)
            return make_response(redirect(url_for("home.page"), 303))
    return _with_secret_address(render_template("first_admin.html", form=form, problem=problem), status)
