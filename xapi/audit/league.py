"""Compares the institutions of one installation, as an award for kabupaten and kota does, by the same rules."""

from collections.abc import Iterable, Mapping, Sequence

from xapi.alphabet import alphabetical
from xapi.audit.overview import overview, summed
from xapi.audit.report import Outside, Report
from xapi.audit.report_scope import EVERYONE
from xapi.audit.rule_set import RuleSet, without_zone
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError

UNRANKED = "–"
SHOWN = ("employees", "met", "unmet", "share_met", "accepted", "average")
Row = dict[str, object]


def league(institutions: Iterable[tuple[str, Ledger]], year: int, rules: RuleSet) -> Report:
    """The institutions (name, ledger as last projected) in order of the share of employees who met the target.

    Equal shares are told apart by the average JP; who is equal in both has the same rank. An institution whose ledger
    was made by other `rules` (but for the time zone, which is its own) or never made, stands below without a rank, and
    is not in the sums.
    """
    wanted = without_zone(rules)
    rows = [_row(name, ledger, year, wanted) for name, ledger in institutions]
    ranked = sorted((row for row in rows if row["rank"] != UNRANKED), key=_order)
    for place, row in enumerate(ranked):
        before = ranked[place - 1] if place else None
        row["rank"] = before["rank"] if before and _order(before)[:2] == _order(row)[:2] else str(place + 1)
    others = sorted(
        (row for row in rows if row["rank"] == UNRANKED), key=lambda row: alphabetical(str(row["institution"]))
    )
    return Report(
        year=year,
        by="liga",
        scope=EVERYONE,
        rows=(*ranked, *others),
        totals=_totals(ranked),
        rules=rules,
        outside=Outside(0, 0, 0),
        findings=0,
    )


def _row(name: str, ledger: Ledger, year: int, wanted: str) -> Row:
    try:
        used = ledger.rules()
    except AuditError:  # nobody has counted there yet
        return {"rank": UNRANKED, "institution": name, "rules": UNRANKED, **dict.fromkeys(SHOWN)}
    total = overview(ledger, year).total()
    comparable = without_zone(used) == wanted
    mark = "" if comparable else f" * {used.hash[:8]}"
    shown: Mapping[str, object] = {key: total[key] for key in SHOWN}
    return {
        "rank": "" if comparable else UNRANKED,
        "institution": name,
        "rules": used.of_year(year).version + mark,
        **shown,
    }


def _order(row: Row) -> tuple[int, int, str]:
    return -int(str(row["share_met"])), -int(str(row["average"])), alphabetical(str(row["institution"]))


def _totals(rows: Sequence[Row]) -> dict[str, object]:
    total = summed([{**dict.fromkeys(_SUMMED, 0), **row} for row in rows])
    return {key: total[key] for key in SHOWN}


_SUMMED = ("raw_jp", "converted", "capped", "pending", "at_zero", "below_half", "above_half")
