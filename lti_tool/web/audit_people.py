"""The people of a report on a page: searchable, sortable, and who is furthest from the target first where asked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from lti_tool.web.audit_overview import jp_columns
from lti_tool.web.context import services
from lti_tool.web.figures import chosen_year
from lti_tool.web.tables import Column, TableView, build_table, search
from xapi.audit.people import roster_of
from xapi.audit.report import Report, report_as_projected
from xapi.audit.report_scope import Scope

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
        Column("name", _("Nama"), link=_person),
        Column("missing", _("Kekurangan"), "jp") if below else Column("state", _("Capaian"), "badge", sorts=False),
        Column("nip", "NIP"),
        *([Column("opd", _("Perangkat daerah"))] if with_opd else []),
        Column("status", _("Status")),
        Column("position", _("Jabatan")),
        *jp_columns(),
        Column("minimum", _("Target"), "jp"),
        *([Column("limit", _("Keterangan"), "badge", sorts=False)] if found.limited else []),
    ]
    rows = search(found.rows, wanted(), "name", "nip", "position", *(["opd"] if with_opd else []))
    view = build_table(columns, rows, sort="-missing" if below else "name")
    good, wait = ("good", _("Terpenuhi")), ("wait", _("Belum"))
    limit = ("", _("pemrosesan dibatasi"))
    shown = [
        {
            **row,
            "state": good if row["met"] else wait,
            "name": row["name"] or _("Tanpa nama"),
            "limit": limit if row["limited"] else None,
        }
        for row in view.rows
    ]
    return replace(view, rows=shown)


def _person(row: Row) -> str:
    return url_for("audit.person", person=row["person"], tahun=chosen_year())
