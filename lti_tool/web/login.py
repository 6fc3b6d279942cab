"""Logging in and out, and the one-time link that makes the first admin."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from lti_tool.errors import ToolError
from lti_tool.web.context import accounts, services
from lti_tool.web.forms import AccountForm, LoginForm
from lti_tool.web.language import language
from lti_tool.web.session import log_in, log_out, own_path
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
    return render_template("login.html", form=form)


@blueprint.post("/masuk")
def enter() -> Response:
    """Checks username and password; 429 with Retry-After while the brake holds."""
    form = LoginForm()
    if not form.validate():
        return make_response(render_template("login.html", form=form), 400)
    try:
        account = accounts().login(form.username.data or "", form.password.data or "", request.remote_addr or "")
    except ToolError as error:
        answer = make_response(render_template("login.html", form=form, problem=explain(error, language())))
        answer.status_code = 429 if "seconds" in error.params else 401
        if "seconds" in error.params:
            answer.headers["Retry-After"] = str(error.params["seconds"])
        return answer
    log_in(account)
    services().house.log.add(services().clock(), account.id, "login")
    return make_response(redirect(own_path(form.lanjut.data, url_for("home.page")), 303))


@blueprint.post("/keluar")
def leave() -> Response:
    """Ends the session."""
    log_out()
    return make_response(redirect(url_for("home.page"), 303))


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
    return make_response(render_template("first_admin.html", form=form, problem=problem), status)
