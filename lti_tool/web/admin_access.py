"""Administration of access: staff accounts, the queue, and the log of what the staff did."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.errors import ToolError
from lti_tool.house.model import ROLES
from lti_tool.oidc.desk import accept
from lti_tool.web.admin import note
from lti_tool.web.context import accounts, services
from lti_tool.web.forms import StaffAccountForm
from lti_tool.web.language import language
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Column, build_table
from xapi.words import explain

blueprint = Blueprint("admin_access", __name__, url_prefix="/admin")
keep_to(blueprint, "admin")
LOG_LINES = 1000


@blueprint.get("/akun")
def staff() -> str:
    """The staff accounts."""
    return _staff(StaffAccountForm())


def _staff(form: StaffAccountForm, problem: str = "") -> str:
    rows = [
        {
            "username": one.username,
            "name": one.name,
            "role": role_name(one.role),
            "last_login": one.last_login,
            "state": ("good", _("Aktif")) if one.active else ("", _("Mati")),
            "id": one.id,
            "active": one.active,
            "role_id": one.role,
        }
        for one in services().house.accounts.list()
    ]
    columns = [
        Column("username", _("Nama pengguna")),
        Column("name", _("Nama")),
        Column("role", _("Peran")),
        Column("last_login", _("Masuk terakhir"), "time"),
        Column("state", _("Keadaan"), "badge", sorts=False),
        Column("action", "", "own", sorts=False),
    ]
    return render_template(
        "admin_accounts.html",
        view=build_table(columns, rows, sort="username"),
        form=form,
        problem=problem,
        waiting=services().house.identities.waiting(),
        roles=[(role, role_name(role)) for role in ROLES],
    )


def role_name(role: str) -> str:
    """A role in words."""
    return dict(zip(ROLES, (_("Admin"), _("Auditor"), _("Penyusun modul")), strict=True)).get(role, role)


@blueprint.post("/akun")
def add_account() -> Response:
    """Makes an account with its first password."""
    form = StaffAccountForm()
    if not form.validate():
        return make_response(_staff(form), 400)
    try:
        account = accounts().create(
            form.username.data or "", form.name.data or "", form.role.data, form.password.data or ""
        )
    except ToolError as error:
        return make_response(_staff(form, explain(error, language())), 400)
    note("account.add", account.id, account.role)
    flash(_("Akun %(username)s dibuat.", username=account.username), "good")
    return make_response(redirect(url_for("admin_access.staff"), 303))


@blueprint.post("/akun/<account_id>/aktif")
def switch_account(account_id: str) -> Response:
    """Switches an account on or off; off ends its sessions at once."""
    account = services().house.accounts.get(account_id)
    if account is None:
        abort(404)
    if account_id == staff_name():
        raise ToolError("accounts.own_account", account_id)
    accounts().set_active(account_id, not account.active)
    note("account.off" if account.active else "account.on", account_id)
    return make_response(redirect(url_for("admin_access.staff"), 303))


@blueprint.post("/akun/<account_id>/peran")
def change_role(account_id: str) -> Response:
    """Gives an account another role; its sessions end. Nobody changes their own."""
    account, role = services().house.accounts.get(account_id), request.form.get("peran", "")
    if account is None:
        abort(404)
    if account_id == staff_name():
        raise ToolError("accounts.own_role", account_id)
    accounts().set_role(account_id, role)
    note("account.role", account_id, f"{account.role} {role}")
    flash(_("Peran %(username)s diganti. Ia harus masuk lagi.", username=account.username), "good")
    return make_response(redirect(url_for("admin_access.staff"), 303))


@blueprint.post("/akun/<account_id>/sandi")
def reset_password(account_id: str) -> Response:
    """Makes a one-time link with which the person sets a new password, and shows it this once."""
    account = services().house.accounts.get(account_id)
    if account is None:
        abort(404)
    token = accounts().reset_link(account_id)
    note("account.reset", account_id)
    address = f"{services().settings.base_url}{url_for('login.reset', token=token)}"
    return make_response(render_template("admin_reset.html", account=account, address=address))


@blueprint.post("/akun/sso")
def decide_identity() -> Response:
    """Lets a person who waits after a single sign-on in with a role, or takes them off the list (`tolak`)."""
    issuer, subject = request.form.get("issuer", ""), request.form.get("subject", "")
    identity, role = services().house.identities.get(issuer, subject), request.form.get("peran", "")
    if identity is None or identity.account:
        abort(404)
    if role == "tolak":
        services().house.identities.forget_waiting(issuer, subject)
        note("identity.refuse", subject[:64])
    else:
        account = accept(services().house, accounts(), identity, role)
        note("account.add", account.id, f"{role} sso")
        flash(_("Akun %(username)s dibuat.", username=account.username), "good")
    return make_response(redirect(url_for("admin_access.staff"), 303))


@blueprint.get("/antrean")
def queue() -> str:
    """What must still get out: statements and scores, and what was set aside with the reason."""
    institution = services().institution.id
    rows = [
        {"kind": kind, "name": kind_name(kind), **counts}
        for kind, counts in services().queue.status(institution).items()
    ]
    columns = [
        Column("name", _("Jenis")),
        Column("waiting", _("Menunggu"), "count"),
        Column("leased", _("Dikirim"), "count"),
        Column("done", _("Selesai"), "count"),
        Column("quarantined", _("Disisihkan"), "count"),
    ]
    stuck = [
        (kind_name(one.kind), one, set_aside)
        for set_aside, found in (
            (True, services().queue.quarantined(institution)),
            (False, services().queue.delayed(institution)),
        )
        for one in found
    ]
    return render_template(
        "admin_queue.html",
        view=build_table(columns, rows),
        stuck=stuck,
        problems=len(services().lti.scores.problems()),
    )


def kind_name(kind: str) -> str:
    """A kind of job in words."""
    names = {
        "statement": _("Pernyataan xAPI"),
        "score": _("Nilai ke LMS"),
        "build": _("Modul yang diunggah"),
        "package": _("Paket untuk diunduh"),
    }
    return names.get(kind, kind)


@blueprint.post("/antrean")
def requeue() -> Response:
    """Puts what was set aside back into the queue, and tries what waits now."""
    institution = services().institution.id
    count = services().queue.requeue(institution) + services().queue.hurry(institution)
    note("queue.requeue", "", str(count))
    flash(_("%(count)s pekerjaan dicoba lagi.", count=count), "good")
    return make_response(redirect(url_for("admin_access.queue"), 303))


@blueprint.get("/catatan")
def log() -> str:
    """What the staff did, newest first."""
    names = {one.id: one.username for one in services().house.accounts.list()}
    rows = [
        {
            "at": line.at,
            "who": names.get(line.account, line.account),
            "action": line.action,
            "subject": line.subject,
            "detail": line.detail,
        }
        for line in services().house.log.last(LOG_LINES)
    ]
    columns = [
        Column("at", _("Waktu"), "time"),
        Column("who", _("Siapa")),
        Column("action", _("Tindakan")),
        Column("subject", _("Terhadap"), sorts=False),
        Column("detail", _("Rincian"), sorts=False),
    ]
    wanted = request.args.get("cari", "")[:100].casefold()
    shown = [
        row for row in rows if wanted in f"{row['who']} {row['action']} {row['subject']} {row['detail']}".casefold()
    ]
    return render_template("admin_log.html", view=build_table(columns, shown, sort="-at"), wanted=wanted)
