"""The audit's findings: each kind with its rule and severity, and its rows, which lead to person and statement."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.anomaly_counts import Counted
from lti_tool.seal_subjects import about_findings
from lti_tool.web.context import services
from lti_tool.web.figures import as_date, chosen_year, is_large, is_projected, years
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.sealed_download import sealed_answer
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Column, TableView, Tools, build_table
from lti_tool.web.task_pages import start
from xapi.audit.anomalies import Anomaly, csv_text, find_anomalies, json_text
from xapi.audit.anomaly_kinds import KINDS, SEVERITIES, Kind
from xapi.audit.words import word
from xapi.words import translate

blueprint = Blueprint("audit_anomalies", __name__, url_prefix="/audit/temuan")
keep_to(blueprint, "auditor", "admin")
BADGES = {"high": "bad", "medium": "wait", "low": ""}
WRITERS = {"csv": (csv_text, "text/csv; charset=utf-8"), "json": (json_text, "application/json")}


@blueprint.before_request
def _wait_for_ledger() -> str | None:
    """Before the first projection there is nothing to audit, and the page says so."""
    return None if is_projected() else render_template("audit_empty.html")


@blueprint.get("/")
def page() -> Response:
    """What is looked for, of one severity (`tingkat`) or all, and how many of each kind were found.

    The page never waits for a count: it says what is being counted, and until all is known it comes again by itself.
    """
    severity = request.args.get("tingkat", "")
    found = services().anomaly_counts.of(chosen_year())
    kinds = [kind for kind in KINDS.values() if severity in ("", kind.severity)]
    columns = [
        Column("title", _("Temuan"), link=lambda row: url_for(".kind", kind=row["id"], tahun=chosen_year())),
        Column("severity", _("Tingkat"), "badge", sorts=False),
        Column("count", _("Jumlah"), "count"),
        Column("rule", _("Aturan"), sorts=False),
    ]
    rows = [{**_kind_row(kind), "count": found.counts.get(kind.id)} for kind in kinds]
    tools = Tools(f"temuan-{chosen_year()}", filters=severity != "")
    return list_page(
        "audit_anomalies.html",
        build_table(columns, rows, tools=tools),
        year=chosen_year(),
        years=years(),
        severity=severity,
        severities={one: word(SEVERITIES, one, language()) for one in SEVERITIES},
        found=found,
        kinds=len(KINDS),
        sums=_sums(found) if found.is_whole else [],
    )


def _sums(found: Counted) -> list[tuple[str, str, int]]:
    """Badge, name and number of findings of each severity, the gravest first."""
    return [
        (
            BADGES[severity],
            word(SEVERITIES, severity, language()),
            sum(count for kind, count in found.counts.items() if KINDS[kind].severity == severity),
        )
        for severity in SEVERITIES
    ]


@blueprint.get("/<kind>")
def kind(kind: str) -> Response:
    """The findings of one kind, searchable (`cari`), in pages."""
    chosen = KINDS.get(kind) or abort(404)
    found = find_anomalies(services().ledger, services().people, chosen_year(), kinds=[chosen.id])
    return list_page(
        "audit_anomaly.html",
        _rows_table([_row(row) for row in found.rows], f"temuan-{chosen_year()}-{chosen.id}"),
        year=chosen_year(),
        years=years(),
        kind=_kind_row(chosen),
    )


@blueprint.get("/<kind>/unduh.<form>")
def download(kind: str, form: str) -> Response:
    """The findings of one kind, or of `semua`, as CSV for spreadsheets or JSON for programs."""
    if form not in WRITERS or kind not in (*KINDS, "semua"):
        abort(404)
    sealed = form == "json" or "segel" in request.args
    services().house.log.add(services().clock(), staff_name(), "audit.download", f"temuan {kind}", f"{chosen_year()}")
    if is_large(chosen_year()):
        wanted = "" if kind == "semua" else kind
        about = {"year": str(chosen_year()), "kinds": wanted, "form": form, "sealed": "1" if sealed else ""}
        return start("findings", about)
    return _findings_file(kind, form, sealed=sealed)


def _findings_file(kind: str, form: str, *, sealed: bool) -> Response:
    write, media_type = WRITERS[form]
    kinds = () if kind == "semua" else (kind,)
    name = f"temuan-{chosen_year()}-{kind}.{form}"
    if sealed:
        return sealed_answer(services(), name, form, language(), about_findings(chosen_year(), kinds, None))
    found = find_anomalies(services().ledger, services().people, chosen_year(), kinds=kinds)
    answer = make_response(write(found, language()))
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _kind_row(kind: Kind) -> Mapping[str, Any]:
    return {
        "id": kind.id,
        "title": translate("xapi", language(), kind.title),
        "rule": translate("xapi", language(), kind.rule),
        "severity": (BADGES[kind.severity], word(SEVERITIES, kind.severity, language())),
    }


def _row(row: Anomaly) -> Mapping[str, Any]:
    return {
        "day": as_date(row.day),
        "name": row.name or (_("Di luar daftar pegawai") if row.person else _("Tidak dikenal")),
        "nip": row.nip,
        "opd": row.opd,
        "sentence": row.sentence(language()),
        "statement": row.statement_id[:8],
        "address": _address(row, row.statement_id),
    }


def _address(row: Anomaly, statement_id: str) -> str | None:
    """The page of the evidence, which is there for people on the roster."""
    if not (row.person and row.nip):
        return None
    return url_for("audit.evidence", person=row.person, year=chosen_year(), statement=statement_id)


def _rows_table(rows: list[Mapping[str, Any]], file: str) -> TableView:
    columns = [
        Column("day", _("Tanggal"), "day"),
        Column("name", _("Nama"), below="nip"),
        Column("nip", "NIP", "nip", hidden=True),
        Column("opd", _("Perangkat daerah")),
        Column("sentence", _("Keterangan"), sorts=False),
        Column("statement", _("Pernyataan"), sorts=False, link=lambda row: row["address"]),
    ]
    return build_table(columns, rows, sort="-day", tools=Tools(file, ("name", "nip", "opd", "sentence")))
