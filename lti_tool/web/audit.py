"""The audit: who met the JP target, per OPD and person, down to the statement and the rule behind each figure."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, cast
from uuid import UUID

import msgspec
from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.report_dress import dress_of
from lti_tool.reviews import Decision, record_review
from lti_tool.web.context import services
from lti_tool.web.figures import FIRST_YEAR, LAST_YEAR, as_date, chosen_year, is_projected, years
from lti_tool.web.forms import ReviewForm
from lti_tool.web.language import form_name, language
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Column, TableView, build_table, search
from xapi.audit.report import Report, report
from xapi.audit.report_columns import COLUMNS
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import MEDIA_TYPES, Form, write_report
from xapi.audit.trail import Trail, TrailEntry, trail_of_person
from xapi.errors import AuditError, LrsError

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
keep_to(blueprint, "auditor", "admin")
KINDS = ("csv", "json", "xlsx", "pdf")
JP_KEYS = ("raw_jp", "converted", "capped", "accepted", "pending")
Row = Mapping[str, Any]


@blueprint.before_request
def _wait_for_ledger() -> str | None:
    """Before the first projection there is nothing to audit, and the page says so."""
    return None if is_projected() else render_template("audit_empty.html")


def _report(by: str, opd: str | None = None) -> Report:
    return report(services().ledger, services().people, chosen_year(), by, scope=Scope(opd=opd))


@blueprint.get("/")
def page() -> str:
    """The institution in figures, and one row for each OPD; `status` narrows both to one status of employees."""
    status = request.args.get("status", "")
    people = _report("pegawai")
    statuses = sorted({str(row["status"]) for row in people.rows})
    shown = [row for row in people.rows if not status or row["status"] == status]
    rows = _by_opd(shown)
    totals = {"opd": _("Jumlah"), **_summed(shown)}
    return render_template(
        "audit.html",
        year=chosen_year(),
        years=years(),
        status=status,
        statuses=statuses,
        totals=totals,
        view=build_table(_opd_columns(), rows, sort="opd", totals=totals),
        quarters=_quarters(),
        notes=[note for note in people.notes(language()) if not note.startswith(" ")],
        settings=[f"{cell.path}: {cell.value}" for cell in people.open_settings],
        waiting=len(services().ledger.pending(chosen_year())),
    )


def _by_opd(people: Sequence[Row]) -> list[Row]:
    groups: dict[str, list[Row]] = {}
    for row in people:
        groups.setdefault(str(row["opd"]), []).append(row)
    return [{"opd": opd or _("Tanpa OPD"), "key": opd, **_summed(rows)} for opd, rows in groups.items()]


def _summed(people: Sequence[Row]) -> dict[str, Any]:
    """Sums of a group of people; share and average are rounded down, as in the audit's SQL."""
    count, met = len(people), sum(int(row["met"]) for row in people)
    sums = {key: sum(int(row[key]) for row in people) for key in JP_KEYS}
    return {
        "employees": count,
        "met": met,
        "unmet": count - met,
        "share": met * 10000 // count / 100 if count else None,
        "average": sums["accepted"] // count if count else 0,
        **sums,
    }


def _jp_columns() -> list[Column]:
    return [
        Column("raw_jp", _("JP asli"), "jp"),
        Column("converted", _("JP konversi"), "jp"),
        Column("capped", _("Setelah batas"), "jp"),
        Column("accepted", _("Diterima"), "jp"),
        Column("pending", _("Ditinjau"), "jp"),
    ]


def _opd_columns() -> list[Column]:
    status = request.args.get("status") or None
    return [
        Column(
            "opd",
            _("Perangkat daerah"),
            link=lambda row: url_for("audit.opd", nama=row["key"], tahun=chosen_year(), status=status),
        ),
        Column("employees", _("Jumlah pegawai"), "count"),
        Column("met", _("Terpenuhi"), "count"),
        Column("unmet", _("Belum"), "count"),
        Column("share", _("Persen"), "percent"),
        *_jp_columns(),
        Column("average", _("Rata-rata"), "jp"),
    ]


def _quarters() -> TableView:
    columns = [
        Column("quarter", _("Triwulan"), sorts=False),
        Column("people", _("Pegawai dengan kegiatan"), "count", sorts=False),
        Column("credits", _("Kegiatan"), "count", sorts=False),
        Column("accepted", _("Diterima"), "jp", sorts=False),
        Column("pending", _("Ditinjau"), "jp", sorts=False),
    ]
    rows = _report("triwulan").rows
    return TableView(columns, rows, len(rows), 1, 1, "", False, _("Per triwulan"))


@blueprint.get("/opd")
def opd() -> str:
    """The people of one OPD (`nama`), searchable, narrowed by `status` and `capaian`."""
    name, status = request.args.get("nama", ""), request.args.get("status", "")
    wanted, reached = request.args.get("cari", "")[:100], request.args.get("capaian", "")
    everyone = _report("pegawai", name).rows
    rows = [
        {**row, "state": ("good", _("Terpenuhi")) if row["met"] else ("wait", _("Belum"))}
        for row in everyone
        if (not status or row["status"] == status)
        and (reached not in ("1", "0") or bool(row["met"]) == (reached == "1"))
    ]
    columns = [
        Column(
            "name",
            _("Nama"),
            link=lambda row: url_for("audit.person", person=row["person"], tahun=chosen_year()),
        ),
        Column("nip", "NIP"),
        Column("status", _("Status")),
        Column("position", _("Jabatan")),
        *_jp_columns(),
        Column("minimum", _("Target"), "jp"),
        Column("state", _("Capaian"), "badge", sorts=False),
    ]
    found = search(rows, wanted, "name", "nip", "position")
    return render_template(
        "audit_opd.html",
        year=chosen_year(),
        name=name or _("Tanpa OPD"),
        key=name,
        status=status,
        statuses=sorted({str(row["status"]) for row in everyone}),
        reached=reached,
        wanted=wanted,
        view=build_table(columns, found, sort="name"),
    )


@blueprint.get("/orang/<person>")
def person(person: str) -> str:
    """The year of one person: every credit with its source, fate and review."""
    return render_template("audit_person.html", trail=_trail(person, chosen_year()), year=chosen_year(), years=years())


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
    return _evidence(person, year, statement, ReviewForm())


def _evidence(person: str, year: int, statement: UUID, form: ReviewForm) -> str:
    trail = _trail(person, year)
    entry = _entry(trail, statement)
    return render_template(
        "audit_evidence.html",
        trail=trail,
        entry=entry,
        year=year,
        form=form,
        statement=_statement(entry.statement_id),
    )


def _entry(trail: Trail, statement: UUID) -> TrailEntry:
    found = next((entry for entry in trail.entries if entry.statement_id == str(statement)), None)
    return found if found is not None else abort(404)


def _statement(statement_id: str) -> str:
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
        evidence=entry.evidence,
    )
    record_review(services(), decision)
    services().house.log.add(services().clock(), staff_name(), "audit.review", entry.statement_id, decision.status)
    flash(_("Putusan dicatat."), "good")
    return make_response(redirect(url_for("audit.evidence", person=person, year=year, statement=statement), 303))


@blueprint.get("/tinjauan")
def waiting() -> str:
    """The credits of the year that wait for a validator."""
    columns = [
        Column(
            "name",
            _("Nama"),
            link=lambda row: url_for(
                "audit.evidence", person=row["person"], year=chosen_year(), statement=row["statement_id"]
            ),
        ),
        Column("opd", _("Perangkat daerah")),
        Column("day", _("Tanggal"), "day"),
        Column("form", _("Bentuk")),
        Column("pending", _("Ditinjau"), "jp"),
        Column("review", _("Keadaan"), "own"),
    ]
    view = build_table(columns, _waiting_rows(), sort="day")
    return render_template("audit_waiting.html", year=chosen_year(), years=years(), view=view)


def _waiting_rows() -> list[Row]:
    people = {row["person"]: row for row in _report("pegawai").rows}
    return [
        {
            **row,
            "name": people[row["person"]]["name"],
            "opd": people[row["person"]]["opd"],
            "form": form_name(str(row["form"])),
            "day": as_date(int(str(row["day"]))),
        }
        for row in services().ledger.pending(chosen_year())
        if row["person"] in people
    ]


@blueprint.get("/unduh/<by>.<kind>")
def download(by: str, kind: str) -> Response:
    """The report of the year as CSV (for spreadsheets) or JSON (for programs)."""
    if kind not in KINDS or by not in COLUMNS:
        abort(404)
    found = _report(by, request.args.get("nama"))
    body = BytesIO()
    write_report(found, cast(Form, kind), body, dress_of(services()), language=language())
    answer = make_response(body.getvalue())
    answer.headers["Content-Type"] = MEDIA_TYPES[kind]
    answer.headers["Content-Disposition"] = f'attachment; filename="jp-{chosen_year()}-{by}.{kind}"'
    services().house.log.add(services().clock(), staff_name(), "audit.download", by, f"{chosen_year()} {kind}")
    return answer
