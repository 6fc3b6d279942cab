"""The credits that wait for a validator: by OPD and form, sorted, in pages, each leading to its evidence."""

from collections.abc import Sequence
from datetime import date

from flask import Response, url_for
from flask_babel import gettext as _

from lti_tool.web.context import services
from lti_tool.web.figures import as_date, chosen_year, review_name, years
from lti_tool.web.language import form_name
from lti_tool.web.list_page import list_page
from lti_tool.web.tables import Choice, Column, Row, Tools, sql_table

#: Statuses that give no JP yet; what is approved waits where its evidence is still to come.
BADGES = {"Ditinjau": "wait", "Perbaikan": "wait", "Disetujui": "good"}


def waiting_page() -> Response:
    """The credits of the year that wait for a validator, oldest first."""
    columns = [
        Column("name", _("Nama"), sorts=False, link=_evidence),
        Column("opd", _("Perangkat daerah")),
        Column("day", _("Tanggal"), "day"),
        Column("form", _("Bentuk")),
        Column("pending", _("Ditinjau"), "jp"),
        Column("review", _("Keadaan"), "badge"),
    ]
    forms = services().rules.of_year(chosen_year()).forms
    choices = (
        Choice("bentuk", _("Bentuk"), "form", sorted(((one, form_name(one)) for one in forms), key=lambda one: one[1])),
        Choice("keadaan", _("Keadaan"), "review", [(one, review_name(one)) for one in BADGES]),
    )
    tools = Tools(f"perlu-ditinjau-{chosen_year()}", ("opd",), choices)
    view = sql_table(columns, services().ledger.pending_list(chosen_year()), sort="day", tools=tools, fill=_rows)
    return list_page("audit_waiting.html", view, year=chosen_year(), years=years())


def _evidence(row: Row) -> str:
    return url_for("audit.evidence", person=row["person"], year=chosen_year(), statement=row["statement_id"])


def _rows(found: Sequence[Row]) -> list[Row]:
    return [_row(row) for row in found]


def _row(row: Row) -> Row:
    employee = services().people.employee(str(row["person"]), date(chosen_year(), 12, 31))
    return {
        **row,
        "name": (employee.name if employee else "") or _("Tanpa nama"),
        "form": form_name(row["form"]),
        "day": as_date(row["day"]),
        "review": (BADGES[row["review"]], review_name(row["review"])),
    }
