"""Administration of people: learners seen in an LMS that nobody has matched with an employee yet."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Choice, Column, Row, Tools, sql_table
from xapi.identity import mask_nip
from xapi.people import Waiting

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/pegawai")
keep_to(blueprint, "admin")


@blueprint.get("/")
def page() -> Response:
    """Who waits to be matched, the longest first."""
    platforms = {platform.issuer: platform.name for platform in services().lti.platforms.list()}

    def fill(rows: Sequence[Row]) -> list[Row]:
        return [
            {**row, "name": row["name"] or _("Tanpa nama"), "issuer": platforms.get(row["issuer"], row["issuer"])}
            for row in rows
        ]

    columns = [
        Column("name", _("Nama menurut LMS"), link=lambda row: url_for("admin_people.match", person=row["person"])),
        Column("issuer", "LMS"),
        Column("first_seen", _("Pertama terlihat"), "time"),
    ]
    tools = Tools("peserta-menunggu", ("name",), (Choice("lms", "LMS", "issuer", list(platforms.items())),))
    source = services().people.waiting_list()
    return list_page("admin_people.html", sql_table(columns, source, sort="first_seen", tools=tools, fill=fill))


def _waiting(person: str) -> Waiting:
    found = services().people.waiting_one(person)
    return found if found is not None else abort(404)


@blueprint.get("/<person>")
def match(person: str) -> str:
    """Searches the employee that a waiting learner is; the name from the LMS is the first search."""
    waiting = _waiting(person)
    wanted = request.args.get("cari", waiting.name or "").strip()[:100]
    people = services().people
    known = [one for one in people.find(wanted) if people.waiting_one(one.person) is None] if wanted else []
    found = [replace(one, nip=mask_nip(one.nip)) for one in known]
    return render_template("admin_match.html", waiting=waiting, wanted=wanted, found=found)


@blueprint.post("/<person>")
def link(person: str) -> Response:
    """Says that a waiting learner is this employee: what they learnt counts for the employee from now on."""
    _waiting(person)
    target = request.form.get("pegawai", "")[:64]
    services().people.link(person, target, now=services().clock(), decided_by=staff_name())
    note("people.link", person, target)
    flash(_("Peserta dicocokkan. JP-nya ikut dihitung untuk pegawai ini."), "good")
    return make_response(redirect(url_for("admin_people.page"), 303))
