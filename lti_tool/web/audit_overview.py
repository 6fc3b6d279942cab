"""What the audit's first page shows: figures, charts, and the tables per OPD and quarter."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from lti_tool.web.audit_scope import page_address
from lti_tool.web.charts import Chart, bars, columns, shares
from lti_tool.web.figures import chosen_year
from lti_tool.web.language import count, jp_short
from lti_tool.web.tables import Column, TableView, Tools, build_table, plain_table
from xapi.audit.overview import Overview
from xapi.audit.report_scope import EVERYONE

LOWEST = 8  # OPDs in the chart of who is furthest from the target


def jp_columns() -> list[Column]:
    """The five JP columns that stand beside each other everywhere."""
    return [
        Column("raw_jp", _("JP asli"), "jp"),
        Column("converted", _("JP konversi"), "jp"),
        Column("capped", _("Setelah batas"), "jp"),
        Column("accepted", _("Diterima"), "jp"),
        Column("pending", _("Ditinjau"), "jp"),
    ]


def opd_table(found: Overview) -> TableView:
    """One row for each OPD, and the sums below."""
    rows = [{**row, "key": row["opd"], "opd": row["opd"] or _("Tanpa OPD")} for row in _shares(found.by("opd"))]
    headings = [
        Column("opd", _("Perangkat daerah"), link=_people_of),
        Column("employees", _("Jumlah pegawai"), "count"),
        Column("met", _("Terpenuhi"), "count"),
        Column("unmet", _("Belum"), "count"),
        Column("share", _("Persen"), "percent"),
        *jp_columns(),
        Column("average", _("Rata-rata"), "jp"),
    ]
    totals = {"opd": _("Jumlah"), **_shares([found.total()])[0]}
    tools = Tools(f"capaian-opd-{chosen_year()}", filters=found.scope != EVERYONE)
    return build_table(headings, rows, sort="opd", totals=totals, tools=tools)


def _people_of(row: Mapping[str, Any]) -> str:
    if row["key"]:
        return page_address("audit.people", opd=str(row["key"]))
    return page_address("audit.opd", nama="", opd=None)


def _shares(rows: list[Any]) -> list[dict[str, Any]]:
    return [{**row, "share": row["share_met"] / 100 if row["employees"] else None} for row in rows]


def quarter_table(found: Overview) -> TableView:
    """The quarters within the scope."""
    headings = [
        Column("quarter", _("Triwulan"), sorts=False),
        Column("people", _("Pegawai dengan kegiatan"), "count", sorts=False),
        Column("credits", _("Kegiatan"), "count", sorts=False),
        Column("accepted", _("Diterima"), "jp", sorts=False),
        Column("pending", _("Ditinjau"), "jp", sorts=False),
    ]
    return plain_table(headings, found.quarters.rows, _("Per triwulan"))


def spread_chart(found: Overview) -> Chart:
    """How far people have come."""
    total = found.total()
    parts = (
        ("met", _("Terpenuhi"), "good"),
        ("above_half", _("Setengah target atau lebih"), "accent"),
        ("below_half", _("Kurang dari setengah"), "wait"),
        ("at_zero", _("Belum ada JP"), "bad"),
    )
    rows = [(label, total[key], count(total[key]), kind) for key, label, kind in parts]
    return shares(_("Sebaran capaian pegawai"), (_("Capaian"), _("Pegawai")), rows)


def quarter_chart(found: Overview) -> Chart:
    """Accepted JP of each quarter, with what waits for a review on top."""
    rows = [
        (
            _("Triwulan %(number)s", number=row["quarter"]),
            _int(row["accepted"]),
            _int(row["pending"]),
            _(
                "%(jp)s JP, ditinjau %(pending)s",
                jp=jp_short(_int(row["accepted"])),
                pending=jp_short(_int(row["pending"])),
            ),
        )
        for row in found.quarters.rows
    ]
    parts = (_("Diterima"), _("Ditinjau"))
    return columns(_("JP diterima per triwulan"), (_("Triwulan"), _("JP diterima")), rows, parts=parts)


def lowest_chart(found: Overview) -> Chart:
    """The OPDs in which the smallest share has met the target."""
    lowest = sorted(found.by("opd"), key=lambda row: (_int(row["share_met"]), -_int(row["unmet"])))[:LOWEST]
    rows = [
        (
            str(row["opd"]) or _("Tanpa OPD"),
            _int(row["share_met"]) / 10_000,
            _(
                "%(share)s%% dari %(people)s",
                share=jp_short(_int(row["share_met"])),
                people=count(_int(row["employees"])),
            ),
        )
        for row in lowest
    ]
    return bars(_("Perangkat daerah dengan capaian terendah"), (_("Perangkat daerah"), _("Terpenuhi")), rows)


def _share(row: Mapping[str, Any]) -> str:
    return count(_int(row["share_met"]) / 100)


def _int(value: object) -> int:
    return int(str(value))
