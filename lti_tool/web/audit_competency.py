"""The map of competencies for auditors: of the institution, an OPD, and a person."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.competency_maps import map_of_person, maps_of_opd
from lti_tool.competency_sums import Summed, sum_up
from lti_tool.reviews import Decision, record_review
from lti_tool.web.audit import statement_text
from lti_tool.web.audit_scope import plain
from lti_tool.web.competency_view import item_rows, map_file, other_names, person_chart, spread_chart, sums_chart
from lti_tool.web.context import services
from lti_tool.web.figures import chosen_year, is_large
from lti_tool.web.forms import ReviewForm
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Column, TableView, Tools, build_table, plain_table
from lti_tool.web.task_pages import start
from xapi.audit.competencies import PersonMap, Proof, Sum

blueprint = Blueprint("audit_competency", __name__, url_prefix="/audit/kompetensi")
keep_to(blueprint, "auditor", "admin")
Row = Mapping[str, Any]


@blueprint.get("/")
def page() -> Response:
    """The competencies of everyone employed today, or of one OPD (`opd`, which may be empty: those without one).

    Where there are many people the page never waits for the sums of all: it says that they are being counted.
    """
    opd = _opd()
    if opd is not None:
        maps = list(maps_of_opd(services(), opd))
        return _map_page(sum_up(maps, services().clock()), _people(maps), opd=opd, name=opd or _("Tanpa OPD"))
    found, is_new = _everyone()
    if found is None:
        return make_response(render_template("audit_competency_counting.html", year=chosen_year()))
    return _map_page(found, _offices(found), opd=None, name=_("Semua pegawai"), is_new=is_new)


def _everyone() -> tuple[Summed | None, bool]:
    """The sums of everyone, None while they are being counted for the first time, and whether nothing changed since."""
    here = services()
    if not is_large(here.today.year):
        return sum_up(maps_of_opd(here, None), here.clock()), True
    state = (here.ledger.cursor(), here.people.standards.origin(), here.today, here.settings.competency)
    return here.competency_sums.of(state, lambda: maps_of_opd(here, None))


def _map_page(found: Summed, view: TableView, *, opd: str | None, name: str, is_new: bool = True) -> Response:
    competencies = found.competencies
    return list_page(
        "audit_competency.html",
        view,
        opd=opd,
        name=name,
        found=competencies,
        charts=[sums_chart(competencies), spread_chart(competencies)],
        competencies=_competencies(competencies),
        without=found.without,
        at=found.at,
        is_new=is_new,
        year=chosen_year(),
        **_origin(),
    )


@blueprint.get("/orang/<person>")
def person(person: str) -> str:
    """The map of one person."""
    found = map_of_person(services(), person)
    if found is None:
        abort(404)
    return render_template(
        "audit_competency_person.html",
        found=found,
        rows=item_rows(found, lambda proof: _address(person, proof)),
        others=other_names(found),
        chart=person_chart(found),
        year=chosen_year(),
        **_origin(),
    )


def _address(person: str, proof: Proof) -> str:
    if proof.kind == "credit":
        return url_for("audit.evidence", person=person, year=proof.day.year, statement=proof.statement_id)
    return url_for("audit_competency.proof", person=person, statement=proof.statement_id)


@blueprint.get("/orang/<person>/bukti/<uuid:statement>")
def proof(person: str, statement: UUID) -> str:
    """One test: what it tells, its statement as stored, and a validator's decision."""
    return _proof(person, statement, ReviewForm())


def _proof(person: str, statement: UUID, form: ReviewForm) -> str:
    found = _test(person, statement)
    employee = services().people.employee(person)
    return render_template(
        "audit_proof.html", proof=found, person=person, name=employee.name if employee else "", form=form,
        score=None if found.score is None else found.score / 100, statement=statement_text(found.statement_id),
    )  # fmt: skip


def _test(person: str, statement: UUID) -> Proof:
    proofs = services().ledger.proofs.of([person]).get(person, [])
    found = next((one for one in proofs if one.kind == "test" and one.statement_id == str(statement)), None)
    return found if found is not None else abort(404)


@blueprint.post("/orang/<person>/bukti/<uuid:statement>")
def review(person: str, statement: UUID) -> Response:
    """Records a validator's decision about a test as a statement of its own and counts it at once."""
    found, form = _test(person, statement), ReviewForm()
    if not form.validate():
        return make_response(_proof(person, statement, form), 400)
    decision = Decision(
        statement_id=found.statement_id,
        status=form.status.data,
        reason=(form.reason.data or "").strip(),
        reviewer=staff_name(),
        role=current_user.role,
    )
    record_review(services(), decision)
    services().house.log.add(services().clock(), staff_name(), "audit.review", found.statement_id, decision.status)
    flash(_("Putusan dicatat."), "good")
    return make_response(redirect(url_for("audit_competency.person", person=person), 303))


@blueprint.get("/peta.<kind>")
def download(kind: str) -> Response:
    """The map of everyone, or of one OPD, as CSV or Excel."""
    services().house.log.add(services().clock(), staff_name(), "audit.download", "kompetensi", kind)
    if kind in ("csv", "xlsx") and is_large(services().today.year):
        opd = _opd()
        return start("competency", {"form": kind, **({} if opd is None else {"opd": opd})})
    return map_file(maps_of_opd(services(), _opd()), kind)


def _opd() -> str | None:
    return plain(request.args["opd"]) if "opd" in request.args else None


def _origin() -> dict[str, Any]:
    return {"origin": services().people.standards.origin(), "years": services().settings.competency.valid_years}


def _competencies(found: Sequence[Sum]) -> TableView:
    columns = [
        Column("title", _("Kompetensi"), sorts=False),
        Column("code", _("Kode"), sorts=False),
        Column("people", _("Pegawai"), "count", sorts=False),
        Column("tested", _("Teruji"), "count", sorts=False),
        Column("learnt", _("Dipelajari"), "count", sorts=False),
        Column("low", _("Tingkat kurang"), "count", sorts=False),
        Column("expired", _("Kedaluwarsa"), "count", sorts=False),
        Column("pending", _("Ditinjau"), "count", sorts=False),
        Column("missing", _("Belum"), "count", sorts=False),
    ]
    rows = [{"title": one.need.title, "code": one.need.code, "people": one.people, **one.by_state} for one in found]
    return plain_table(columns, rows, _("Per kompetensi"))


def _figures() -> list[Column]:
    return [
        Column("needs", _("Diperlukan"), "count"),
        Column("met", _("Dimiliki"), "count"),
        Column("missing", _("Belum"), "count"),
        Column("share", _("Persen"), "percent"),
    ]


def _shares(needs: int, met: int) -> dict[str, Any]:
    return {"needs": needs, "met": met, "missing": needs - met, "share": 100 * met / needs if needs else None}


def _offices(found: Summed) -> TableView:
    """One row for each OPD."""
    rows = [
        {"opd": opd or _("Tanpa OPD"), "key": opd, "people": one.people, **_shares(one.needs, one.met)}
        for opd, one in found.offices.items()
    ]
    columns = [
        Column("opd", _("Perangkat daerah"), link=lambda row: url_for("audit_competency.page", opd=row["key"])),
        Column("people", _("Pegawai"), "count"), *_figures(),
    ]  # fmt: skip
    return build_table(columns, rows, sort="opd", tools=Tools("kompetensi-opd", ("opd",)))


def _people(maps: Sequence[PersonMap]) -> TableView:
    """One row for each person of an OPD."""
    rows = [
        {"name": one.name or _("Tanpa nama"), "nip": one.nip, "position": one.position, "person": one.person,
         **_shares(len(one.items), one.met)}
        for one in maps
    ]  # fmt: skip
    columns = [Column("name", _("Nama"), link=_person), Column("position", _("Jabatan")), *_figures()]
    return build_table(columns, rows, sort="name", tools=Tools("kompetensi-pegawai", ("name", "nip", "position")))


def _person(row: Row) -> str:
    return url_for("audit_competency.person", person=row["person"])
