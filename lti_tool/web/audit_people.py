"""The people of a report on a page: searchable, sortable, and who is furthest from the target first where asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from lti_tool.web.audit_overview import jp_columns
from lti_tool.web.context import services
from lti_tool.web.figures import as_date, chosen_year, source_name
from lti_tool.web.language import form_name
from lti_tool.web.tables import Column, TableView, Tools, build_table, search
from xapi.audit.people import roster_of
from xapi.audit.report import Report, report_as_projected
from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.trail import Trail

SEARCHED = 100  # characters
Row = Mapping[str, Any]


def people_report(scope: Scope) -> Report:
    """The report per pegawai of the chosen year, by the roster that the ledger has; names are of now."""
    roster = roster_of(services().people, chosen_year())
    return report_as_projected(services().ledger, chosen_year(), "pegawai", scope=scope, roster=roster)


def wanted() -> str:
    """The text that is searched for."""
    return request.args.get("cari", "")[:SEARCHED]


def people_table(found: Report, *, with_opd: bool) -> TableView:
    """The people of the report that the search finds."""
    below = found.scope.met is False and found.scope.quarter is None
    columns = [
        Column("name", _("Nama"), link=_person, below="nip"),
        Column("missing", _("Kekurangan"), "jp") if below else Column("state", _("Capaian"), "badge", sorts=False),
        Column("nip", "NIP", "nip", hidden=True),
        *([Column("opd", _("Perangkat daerah"))] if with_opd else []),
        Column("status", _("Status"), hidden=True),
        Column("position", _("Jabatan"), below="status"),
        *jp_columns(),
        Column("minimum", _("Target"), "jp"),
        *([Column("limit", _("Keterangan"), "badge", sorts=False)] if found.limited else []),
    ]
    rows = search(found.rows, wanted(), "name", "nip", "position", *(["opd"] if with_opd else []))
    tools = Tools(f"pegawai-{chosen_year()}", filters=wanted() != "" or found.scope != EVERYONE)
    return build_table(columns, rows, sort="-missing" if below else "name", tools=tools, fill=_shown)


def _shown(rows: Sequence[Row]) -> list[Row]:
    good, wait, limit = ("good", _("Terpenuhi")), ("wait", _("Belum")), ("", _("pemrosesan dibatasi"))
    return [
        {
            **row,
            "state": good if row["met"] else wait,
            "name": row["name"] or _("Tanpa nama"),
            "limit": limit if row["limited"] else None,
        }
        for row in rows
    ]


def trail_table(trail: Trail) -> TableView:
    """The credits of a person's year, the earliest first; the transcript is their file."""
    columns = [
        Column("title", _("Kegiatan"), link=lambda row: _evidence(trail, row)),
        Column("day", _("Tanggal"), "day"),
        Column("form", _("Bentuk")),
        Column("source", _("Asal bukti")),
        *(column for column in jp_columns() if column.key != "pending"),
        Column("review", _("Keadaan"), "own"),
    ]
    rows = [
        {
            "title": entry.title or entry.activity,
            "day": as_date(entry.day),
            "form": form_name(entry.form),
            "source": source_name(entry.source),
            **{key: getattr(entry, key) for key in ("raw_jp", "converted", "capped", "accepted")},
            "review": entry.review,
            "fate": entry.fate,
            "statement": entry.statement_id,
        }
        for entry in trail.entries
    ]
    return build_table(columns, rows)


def _evidence(trail: Trail, row: Row) -> str:
    return url_for("audit.evidence", person=trail.person, year=trail.year, statement=row["statement"])


def _person(row: Row) -> str:
    return url_for("audit.person", person=row["person"], tahun=chosen_year())
