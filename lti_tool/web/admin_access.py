"""Administration of access: staff accounts, the queue, and the log of what the staff did."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.errors import ToolError
from lti_tool.house.model import ROLES
from lti_tool.web.admin import note
from lti_tool.web.context import accounts, services
from lti_tool.web.forms import StaffAccountForm
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.staff_words import action_words
from lti_tool.web.tables import Choice, Column, Row, TableView, Tools, build_table, plain_table, sql_table
from xapi.words import explain

blueprint = Blueprint("admin_access", __name__, url_prefix="/admin")
keep_to(blueprint, "admin")


@blueprint.get("/akun")
def staff() -> Response:
    """The staff accounts."""
    return _staff(StaffAccountForm())


def _staff(form: StaffAccountForm, problem: str = "") -> Response:
    rows = [
        {
            "username": one.username,
            "name": one.name,
            "role": role_name(one.role),
            "last_login": one.last_login,
            "state": ("good", _("Aktif")) if one.active else ("", _("Mati")),
            "id": one.id,
            "active": one.active,
            "has_password": one.has_password,
            "active_id": "1" if one.active else "0",
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
        Column("action", _("Tindakan"), "own", sorts=False),
    ]
    roles = [(role, role_name(role)) for role in ROLES]
    choices = (
        Choice("peran", _("Peran"), "role_id", roles),
        Choice("keadaan", _("Keadaan"), "active_id", (("1", _("Aktif")), ("0", _("Mati")))),
    )
    tools = Tools("akun", ("username", "name"), choices)
    return list_page(
        "admin_accounts.html",
        build_table(columns, rows, sort="username", tools=tools),
        form=form,
        problem=problem,
        waiting=services().house.identities.waiting(),
        roles=roles,
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
        account = accounts().accept(identity, role)
        note("account.add", account.id, f"{role} sso")
        flash(_("Akun %(username)s dibuat.", username=account.username), "good")
    return make_response(redirect(url_for("admin_access.staff"), 303))


@blueprint.get("/antrean")
def queue() -> Response:
    """What must still get out: statements and scores, and what was set aside with the reason."""
    institution = services().institution.id
    rows = [
        {"kind": kind, "name": kind_name(kind), **counts}
        for kind, counts in services().queue.status(institution).items()
    ]
    columns = [
        Column("name", _("Jenis"), sorts=False),
        Column("waiting", _("Menunggu"), "count", sorts=False),
        Column("leased", _("Dikirim"), "count", sorts=False),
        Column("done", _("Selesai"), "count", sorts=False),
        Column("quarantined", _("Disisihkan"), "count", sorts=False),
    ]
    return list_page(
        "admin_queue.html",
        _stuck(institution, [(str(row["kind"]), str(row["name"])) for row in rows]),
        kinds=plain_table(columns, rows, _("Per jenis")),
        problems=len(services().lti.scores.problems()),
    )


def _stuck(institution: str, kinds: list[tuple[str, str]]) -> TableView:
    """What was set aside or waits after a failure."""
    states = {"quarantined": ("bad", _("Disisihkan")), "waiting": ("wait", _("Menunggu dicoba lagi"))}
    columns = [
        Column("id", _("Nomor")),
        Column("kind", _("Jenis")),
        Column("state", _("Keadaan"), "badge"),
        Column("reason", _("Alasan"), sorts=False),
        Column("attempts", _("Percobaan"), "count"),
        Column("changed", _("Terakhir"), "time"),
    ]

    def fill(rows: Sequence[Row]) -> list[Row]:
        return [{**row, "kind": kind_name(row["kind"]), "state": states[row["state"]]} for row in rows]

    choices = (
        Choice("jenis", _("Jenis"), "kind", kinds),
        Choice("keadaan", _("Keadaan"), "state", [(state, words) for state, (_kind, words) in states.items()]),
    )
    source = services().queue.stuck_list(institution)
    return sql_table(columns, source, sort="-changed", tools=Tools("antrean", ("reason",), choices), fill=fill)


def kind_name(kind: str) -> str:
    """A kind of job in words."""
    names = {
        "statement": _("Pernyataan xAPI"),
        "score": _("Nilai ke LMS"),
        "build": _("Modul yang diunggah"),
        "package": _("Paket untuk diunduh"),
        "task": _("Pekerjaan dari halaman"),
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
def log() -> Response:
    """What the staff did, newest first."""
    columns = [
        Column("at", _("Waktu"), "time"),
        Column("who", _("Siapa")),
        Column("action", _("Tindakan")),
        Column("subject", _("Terhadap"), sorts=False),
        Column("detail", _("Rincian"), sorts=False),
    ]
    people = [(one.id, one.username) for one in services().house.accounts.list()]
    tools = Tools("catatan", ("who", "action", "subject", "detail"), (Choice("siapa", _("Siapa"), "account", people),))

    def fill(rows: Sequence[Row]) -> list[Row]:
        return [{**row, "action": action_words(str(row["action"]))} for row in rows]

    view = sql_table(columns, services().house.log.listed(), sort="-at", tools=tools, fill=fill)
    return list_page("admin_log.html", view)
