"""Administration of people: who may be whom by the rules, decided one by one, and merges that can be undone."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, flash, make_response, redirect, url_for
from flask_babel import gettext as _

from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Choice, Column, Row, Tools, build_table
from xapi.errors import PeopleError
from xapi.identity import mask_nip
from xapi.people.matching import Known

blueprint = Blueprint("admin_matches", __name__, url_prefix="/admin/pegawai/usulan")
keep_to(blueprint, "admin")
SHOWN = 20  # proposals on a page: each wants a decision
MERGES = 20
MOST_NUMBER = 2**63 - 1  # that a database counts to


@blueprint.get("/")
def page() -> Response:
    """The proposals that nobody has decided, and the last merges."""
    found = services().people.matches.waiting()
    names = {
        "new_number": _("Nomor baru: nama, tanggal lahir, dan jenis kelamin sama"),
        "same_username": _("Nama pengguna sama di LMS lain"),
        "same_name": _("Nama sama"),
        "hand": _("Dicocokkan petugas"),
        "nip": _("NIP dari LMS"),
    }
    rows = [
        {"id": one.id, "rule_id": one.rule, "rule": names.get(one.rule, one.rule), "old": old, "target": target,
         "old_name": old.name or "", "target_name": target.name or ""}
        for one, old, target in found
    ]  # fmt: skip
    columns = [
        Column("old_name", _("Yang ini"), "own", in_file=True),
        Column("target_name", _("mungkin pegawai ini"), "own", in_file=True),
        Column("rule", _("Sebab")),
        Column("action", _("Tindakan"), "own", sorts=False),
    ]
    rules = [(rule, names[rule]) for rule in ("new_number", "same_username", "same_name")]
    tools = Tools("usulan-pencocokan", ("old_name", "target_name"), (Choice("sebab", _("Sebab"), "rule_id", rules),))
    return list_page(
        "admin_matches.html",
        build_table(columns, rows, size=SHOWN, tools=tools, fill=_with_facts),
        merges=[(one, _name_of(one.target)) for one in services().people.matches.merges(MERGES)],
        rules=names,
    )


def _with_facts(rows: Sequence[Row]) -> list[Row]:
    return [{**row, "old": _facts(row["old"]), "target": _facts(row["target"])} for row in rows]


def _name_of(person: str) -> str:
    employee = services().people.employee(person)
    return (employee.name if employee else "") or _("Tanpa nama")


def _facts(known: Known) -> dict[str, object]:
    """What is shown of a person: enough to decide, and no whole number."""
    employee = services().people.employee(known.person)
    return {
        "name": known.name or _("Tanpa nama"),
        "numbers": ", ".join(mask_nip(number) for number in known.nips),
        "opd": employee.opd if employee else "",
        "places": ", ".join(sorted({issuer for issuer, _subject in known.usernames})),
    }


@blueprint.post("/<proposal_id>")
def confirm(proposal_id: str) -> Response:
    """Makes the two one person."""
    one = _decide(proposal_id, same=True)
    note("people.merge", one[0], one[1])
    flash(_("Digabungkan. Penggabungan ini dapat dibatalkan di bawah."), "good")
    return make_response(redirect(url_for("admin_matches.page"), 303))


@blueprint.post("/<proposal_id>/bukan")
def refuse(proposal_id: str) -> Response:
    """Says that the two are different people."""
    one = _decide(proposal_id, same=False)
    note("people.different", one[0], one[1])
    flash(_("Dicatat: dua orang yang berbeda."), "good")
    return make_response(redirect(url_for("admin_matches.page"), 303))


def _decide(proposal_id: str, *, same: bool) -> tuple[str, str]:
    matches = services().people.matches
    try:
        decide = matches.confirm if same else matches.refuse
        one = decide(proposal_id, services().clock(), decided_by=staff_name())
    except PeopleError:
        abort(404)
    return one.old, one.target


@blueprint.post(f"/batal/<int(max={MOST_NUMBER}):seq>")
def undo(seq: int) -> Response:
    """Makes two people of one again."""
    try:
        old, target = services().people.matches.undo(seq, services().clock(), decided_by=staff_name())
    except PeopleError:
        abort(404)
    note("people.unmerge", old, target)
    flash(_("Penggabungan dibatalkan."), "good")
    return make_response(redirect(url_for("admin_matches.page"), 303))
