"""The audit: who met the JP target, per OPD and person, down to the statement and the rule behind each figure."""

from io import BytesIO
from typing import Any, cast
from uuid import UUID

import msgspec
from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.report_dress import dress_of
from lti_tool.reviews import Decision, record_review
from lti_tool.tasks.kinds import report_about
from lti_tool.web.audit_overview import (
    lowest_chart,
    opd_table,
    quarter_chart,
    quarter_table,
    spread_chart,
)
from lti_tool.web.audit_people import people_report, people_table, trail_table, wanted
from lti_tool.web.audit_scope import chosen_scope, kept, plain
from lti_tool.web.audit_waiting import waiting_page
from lti_tool.web.context import services
from lti_tool.web.evidence_file import evidence_of, has_file
from lti_tool.web.figures import FIRST_YEAR, LAST_YEAR, chosen_year, is_large, is_projected, years
from lti_tool.web.forms import ReviewForm
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.sealed_download import sealed_answer
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.task_pages import start
from lti_tool.web.transcripts import transcript
from xapi.audit.overview import overview
from xapi.audit.report import report
from xapi.audit.report_columns import FILES
from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.report_write import MEDIA_TYPES, Form, write_report
from xapi.audit.seal.form import About
from xapi.audit.seal.scope import scope_words
from xapi.audit.trail import Trail, TrailEntry, trail_of_person
from xapi.errors import AuditError, LrsError

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
keep_to(blueprint, "auditor", "admin")
EXPORTS = ("xlsx", "pdf", "csv", "json")


@blueprint.before_request
def _wait_for_ledger() -> str | None:
    """Before the first projection there is nothing to audit, and the page says so."""
    return None if is_projected() else render_template("audit_empty.html")


@blueprint.get("/")
def page() -> Response:
    """The institution in figures and charts, and one row for each OPD, within the scope of the query."""
    found = overview(services().ledger, chosen_year(), chosen_scope())
    notes = found.quarters.notes(language())
    return list_page(
        "audit.html",
        opd_table(found),
        found=found,
        scope=found.scope,
        totals=found.total(),
        quarters=quarter_table(found),
        charts=[spread_chart(found), quarter_chart(found), lowest_chart(found)],
        notes=notes,
        settings=[f"{cell.path}: {cell.value}" for cell in found.quarters.open_settings],
        **_common(),
    )


def _common() -> dict[str, Any]:
    return {"year": chosen_year(), "years": years(), "kept": kept, "exports": EXPORTS, "everyone": EVERYONE}


@blueprint.get("/pegawai")
def people() -> Response:
    """The employees within the scope of the query, searchable."""
    return _people(chosen_scope(), with_opd=chosen_scope().opd is None)


@blueprint.get("/opd")
def opd() -> Response:
    """The people of one OPD (`nama`, which may be empty: those without one)."""
    return _people(msgspec.structs.replace(chosen_scope(), opd=plain(request.args.get("nama", ""))), with_opd=False)


def _people(scope: Scope, *, with_opd: bool) -> Response:
    found = overview(services().ledger, chosen_year())
    listed = people_report(scope)
    return list_page(
        "audit_opd.html",
        people_table(listed, with_opd=with_opd),
        found=found,
        scope=scope,
        name=_("Semua pegawai") if scope.opd is None else scope.opd or _("Tanpa OPD"),
        wanted=wanted(),
        limited=listed.limited,
        **_common(),
    )


@blueprint.get("/orang/<person>")
def person(person: str) -> str:
    """The year of one person: every credit with its source, fate and review."""
    trail = _trail(person, chosen_year())
    services().house.log.add(services().clock(), staff_name(), "audit.view", person, str(chosen_year()))
    return render_template("audit_person.html", trail=trail, view=trail_table(trail), year=chosen_year(), years=years())


@blueprint.get("/orang/<person>/<int:year>/transkrip.<kind>")
def person_transcript(person: str, year: int, kind: str) -> Response:
    """The transcript of one person as PDF or CSV, with the evidence of every credit."""
    answer = transcript(_trail(person, year), kind, with_validator=True, sealed="segel" in request.args)
    services().house.log.add(services().clock(), staff_name(), "audit.download", person, f"{year} {kind}")
    return answer


def _trail(person: str, year: int) -> Trail:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    try:
        return trail_of_person(services().ledger, services().people, person, year)
    except AuditError:
        abort(404)


@blueprint.get("/orang/<person>/<int:year>/bukti/<uuid:statement>")
def evidence(person: str, year: int, statement: UUID) -> str:
    """One credit: its statement as stored, the rule that priced it, and what validators decided."""
    page = _evidence(person, year, statement, ReviewForm())
    services().house.log.add(services().clock(), staff_name(), "audit.view", person, str(statement))
    return page


def _evidence(person: str, year: int, statement: UUID, form: ReviewForm) -> str:
    trail = _trail(person, year)
    entry = _entry(trail, statement)
    return render_template(
        "audit_evidence.html",
        trail=trail,
        entry=entry,
        year=year,
        form=form,
        statement=statement_text(entry.statement_id),
        digest=evidence_of(entry),
        file_url=url_for("evidence_file.open_file", person=person, year=year, statement=statement)
        if has_file(entry) else "",
    )  # fmt: skip


def _entry(trail: Trail, statement: UUID) -> TrailEntry:
    found = next((entry for entry in trail.entries if entry.statement_id == str(statement)), None)
    return found if found is not None else abort(404)


def statement_text(statement_id: str) -> str:
    """The statement as indented JSON, also when it was voided."""
    principal = services().principal("review")
    for voided in (False, True):
        try:
            body = services().lrs.get_statement(principal, statement_id, voided=voided)
        except LrsError as error:
            if error.status != 404:
                raise
        else:
            return indented(body)
    return abort(404)


def indented(body: bytes) -> str:
    """JSON for reading."""
    return msgspec.json.format(body, indent=2).decode()


@blueprint.post("/orang/<person>/<int:year>/bukti/<uuid:statement>")
def review(person: str, year: int, statement: UUID) -> Response:
    """Records a validator's decision as a statement of its own and counts it at once."""
    entry = _entry(_trail(person, year), statement)
    form = ReviewForm()
    if not form.validate():
        return make_response(_evidence(person, year, statement, form), 400)
    decision = Decision(
        statement_id=entry.statement_id,
        status=form.status.data,
        reason=(form.reason.data or "").strip(),
        reviewer=staff_name(),
        role=current_user.role,
        evidence=evidence_of(entry),
    )
    record_review(services(), decision)
    services().house.log.add(services().clock(), staff_name(), "audit.review", entry.statement_id, decision.status)
    flash(_("Putusan dicatat."), "good")
    return make_response(redirect(url_for("audit.evidence", person=person, year=year, statement=statement), 303))


@blueprint.get("/tinjauan")
def waiting() -> Response:
    """The credits of the year that wait for a validator."""
    return waiting_page()


@blueprint.get("/unduh/<by>.<kind>")
def download(by: str, kind: str) -> Response:
    """The report of the year in any form, narrowed as the page it was reached from; by the worker when it is large."""
    if kind not in EXPORTS or by not in FILES:
        abort(404)
    scope = chosen_scope()
    if "nama" in request.args:
        scope = msgspec.structs.replace(scope, opd=plain(request.args["nama"]))
    year, sealed = chosen_year(), kind == "json" or "segel" in request.args
    services().house.log.add(services().clock(), staff_name(), "audit.download", by, f"{year} {kind}")
    if is_large(year):
        return start("report", report_about(year, by, kind, scope_words(scope), sealed=sealed))
    return _report_file(by, kind, scope, sealed=sealed)


def _report_file(by: str, kind: str, scope: Scope, *, sealed: bool) -> Response:
    name = f"jp-{chosen_year()}-{by}.{kind}"
    if sealed:
        return sealed_answer(services(), name, kind, language(), About(chosen_year(), by, scope_words(scope)))
    found, body = report(services().ledger, services().people, chosen_year(), by, scope=scope), BytesIO()
    write_report(found, cast(Form, kind), body, dress_of(services()), language=language())
    answer = make_response(body.getvalue())
    answer.headers["Content-Type"] = MEDIA_TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
