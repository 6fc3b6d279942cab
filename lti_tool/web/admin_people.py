"""Administration of people: learners seen in an LMS that nobody has matched with an employee yet."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Column, build_table
from xapi.identity import mask_nip
from xapi.people import Waiting

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/pegawai")
keep_to(blueprint, "admin")


@blueprint.get("/")
def page() -> str:
    """Who waits to be matched, the longest first."""
    platforms = {platform.issuer: platform.name for platform in services().lti.platforms.list()}
    rows = [
        {
            "name": one.name or _("Tanpa nama"),
            "platform": platforms.get(one.issuer, one.issuer),
            "first_seen": one.first_seen,
            "person": one.person,
        }
        for one in services().people.waiting()
    ]
    columns = [
        Column("name", _("Nama menurut LMS"), link=lambda row: url_for("admin_people.match", person=row["person"])),
        Column("platform", "LMS"),
        Column("first_seen", _("Pertama terlihat"), "time"),
    ]
    return render_template("admin_people.html", view=build_table(columns, rows, sort="first_seen"))


def _waiting(person: str) -> Waiting:
    found = next((one for one in services().people.waiting() if one.person == person), None)
    return found if found is not None else abort(404)


@blueprint.get("/<person>")
def match(person: str) -> str:
    """Searches the employee that a waiting learner is; the name from the LMS is the first search."""
    waiting = _waiting(person)
    wanted = request.args.get("cari", waiting.name or "").strip()[:100]
    waits = {one.person for one in services().people.waiting()}
    known = [one for one in services().people.find(wanted) if one.person not in waits] if wanted else []
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
