"""Administration of invites: an address to paste into an LMS, shown once; what became of each; an early end."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lti_tool.errors import ToolError
from lti_tool.flow.store import random_text
from lti_tool.store import Invite, Platform
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.forms import InviteForm
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to
from lti_tool.web.tables import Choice, Column, TableView, Tools, build_table
from xapi.words import explain

blueprint = Blueprint("admin_invites", __name__, url_prefix="/admin/undangan")
keep_to(blueprint, "admin")


@blueprint.get("")
def page() -> Response:
    """The invites, and the form of a new one."""
    return _page(_form())


@blueprint.post("")
def add() -> Response:
    """Makes an invite and shows its address, this once."""
    form = _form()
    if not form.validate():
        return make_response(_page(form), 400)
    token, here = random_text(), services()
    try:
        invite = here.lti.invites.add(
            form.name.data or "",
            token,
            here.ids().hex,
            here.clock(),
            days=form.days.data or 0,
            platform=form.platform.data or "",
        )
    except ToolError as error:
        return make_response(_page(form, explain(error, language())), 400)
    note("invite.add", invite.id, invite.name)
    address = f"{here.settings.base_url}/lti/register/{token}"
    return make_response(
        render_template("admin_invite_new.html", invite=invite, address=address, expires=_moment(invite.expires))
    )


@blueprint.post("/<invite_id>/akhiri")
def end(invite_id: str) -> Response:
    """Ends an invite at once."""
    if not services().lti.invites.end(invite_id, services().clock()):
        abort(404)
    note("invite.end", invite_id)
    flash(_("Undangan diakhiri. LMS yang sudah terdaftar tetap terdaftar."), "good")
    return make_response(redirect(url_for("admin_invites.page"), 303))


def _form() -> InviteForm:
    form = InviteForm()
    form.platform.choices = [
        SelectChoice("", _("LMS baru")),
        *(
            SelectChoice(one.id, _("perbarui %(name)s (%(client)s)", name=one.name, client=one.client_id))
            for one in services().lti.platforms.list()
        ),
    ]
    if request.method == "GET":
        form.platform.data = request.args.get("lms", "")
    return form


def _page(form: InviteForm, problem: str = "") -> Response:
    return list_page("admin_invites.html", _table(), form=form, problem=problem)


def _table() -> TableView:
    platforms = {one.id: one for one in services().lti.platforms.list()}
    rows = [_row(invite, platforms.get(invite.platform or "")) for invite in services().lti.invites.list()]
    columns = [
        Column("name", _("Untuk")),
        Column("state", _("Keadaan"), "badge", sorts=False),
        Column("expires", _("Berlaku sampai"), "time"),
        Column("platform", "LMS", link=_platform_page),
        Column("end", _("Tindakan"), "own", sorts=False),
    ]
    states = [("open", _("Menunggu dipakai")), ("used", _("Terpasang")), ("expired", _("Kedaluwarsa")),
              ("ended", _("Diakhiri"))]  # fmt: skip
    tools = Tools("undangan", ("name", "platform"), (Choice("keadaan", _("Keadaan"), "state_id", states),))
    return build_table(columns, rows, tools=tools)


def _row(invite: Invite, platform: Platform | None) -> dict[str, Any]:
    return {
        "name": invite.name,
        "state": _state(invite),
        "state_id": invite.state(services().clock()),
        "expires": _moment(invite.expires),
        "platform": platform.name if platform else None,
        "platform_id": platform.id if platform else None,
        "end": invite.id if invite.state(services().clock()) in ("open", "used") else None,
    }


def _state(invite: Invite) -> tuple[str, str]:
    """The badge of an invite; one that was used tells whether its LMS has opened the tool since."""
    state = invite.state(services().clock())
    if invite.used is not None and invite.platform:
        if services().lti.registrations.has_been_seen(invite.platform):
            return "good", _("Terpasang dan aktif")
        return "wait", _("Terpasang, menunggu pembukaan pertama")
    return {
        "open": ("wait", _("Menunggu dipakai")),
        "expired": ("", _("Kedaluwarsa")),
        "ended": ("", _("Diakhiri")),
        "used": ("good", _("Terpasang dan aktif")),
    }[state]


def _platform_page(row: Any) -> str | None:
    return url_for("admin.platform", platform_id=row["platform_id"]) if row["platform_id"] else None


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
