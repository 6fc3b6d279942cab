"""One's own account: another password, and the browsers that are logged in."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.errors import ToolError
from lti_tool.house.model import ROLES
from lti_tool.secret_hash import secret_hash
from lti_tool.web.browser_name import browser_name
from lti_tool.web.context import accounts, services
from lti_tool.web.forms import PasswordForm
from lti_tool.web.language import language
from lti_tool.web.session import keep_to, log_in, log_out, staff_name
from xapi.words import explain

blueprint = Blueprint("own_account", __name__, url_prefix="/akun")
keep_to(blueprint, *ROLES)


@blueprint.get("/")
def page() -> str:
    """The form of the password, and the list of sessions."""
    return _page(PasswordForm())


def _page(form: PasswordForm, problem: str = "") -> str:
    return render_template(
        "own_account.html",
        form=form,
        problem=problem,
        account=current_user.account,
        sso=services().settings.oidc.name or _("masuk tunggal"),
        sessions=accounts().sessions(staff_name()),
        here=secret_hash(current_user.token),
        browser_name=browser_name,
    )


@blueprint.post("/sandi")
def password() -> Response:
    """Another password, for who knows the one until now; every session ends, and this browser gets a new one."""
    form, account = PasswordForm(), current_user.account
    if not account.has_password:
        raise ToolError("accounts.no_password", account.id)
    if not form.validate():
        return make_response(_page(form), 400)
    try:
        address, here = request.remote_addr or "", secret_hash(current_user.token)
        accounts().confirm(account.username, form.current.data or "", address, browser=here)
        accounts().change_password(account.id, form.password.data or "")
    except ToolError as error:
        _note("account.password_failed", error.code)
        if error.code == "accounts.login_wrong":
            error = ToolError("accounts.current_wrong", "wrong password")
        return make_response(_page(form, explain(error, language())), 429 if "seconds" in error.params else 400)
    _note("account.password", "self")
    log_in(account)
    flash(_("Kata sandi baru berlaku. Peramban lain sudah dikeluarkan."), "good")
    return make_response(redirect(url_for("own_account.page"), 303))


@blueprint.post("/sesi/<session_id>/akhiri")
def end_session(session_id: str) -> Response:
    """Ends one of one's own sessions."""
    if session_id not in {one.id for one in accounts().sessions(staff_name())}:
        abort(404)
    services().house.sessions.end(session_id)
    _note("session.end")
    return make_response(redirect(url_for("own_account.page"), 303))


@blueprint.post("/sesi/akhiri")
def end_all() -> Response:
    """Logs out everywhere, here too."""
    accounts().end_all_sessions(staff_name())
    _note("session.end_all")
    log_out()
    return make_response(redirect(url_for("login.page"), 303))


def _note(action: str, detail: str = "") -> None:
    services().house.log.add(services().clock(), staff_name(), action, staff_name(), detail)
