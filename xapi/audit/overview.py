"""A year at a glance: sums per OPD and status, how far people have come, and the quarters; read without names."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from xapi.alphabet import alphabetical
from xapi.audit.report import Report, report_as_projected
from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.store.ledger import Ledger

SUMS = (
    "employees", "met", "raw_jp", "converted", "capped", "accepted", "pending", "at_zero", "below_half", "above_half",
)  # fmt: skip
Row = Mapping[str, object]


class Overview(msgspec.Struct, frozen=True):
    """Groups of employees (`rows`, one for each OPD and status, in `SUMS`) within `scope`, and all OPDs,
    statuses and grades that there are to choose from; `quarters` is the report per quarter within the scope."""

    year: int
    scope: Scope
    rows: tuple[Row, ...]
    opds: tuple[str, ...]
    statuses: tuple[str, ...]
    grades: tuple[str, ...]
    quarters: Report

    def by(self, key: str) -> list[dict[str, object]]:
        """The sums per `opd` or `status`, in order of the name."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(str(row[key]), []).append(row)
        return [
            {key: name, **summed(rows)} for name, rows in sorted(groups.items(), key=lambda one: alphabetical(one[0]))
        ]

    def total(self) -> dict[str, int]:
        """The sums over everyone in the scope."""
        return summed(self.rows)

    @property
    def waiting(self) -> int:
        """How many credits wait for a review."""
        return sum(int(str(row["waiting"])) for row in self.quarters.rows)


def overview(ledger: Ledger, year: int, scope: Scope = EVERYONE) -> Overview:
    """The year at a glance, from the ledger as last projected. Raises AuditError when it never was."""
    quarters = report_as_projected(ledger, year, "triwulan", scope=scope)
    (rows,) = ledger.scoped_rows([("overview", scope)], year)
    places = ledger.places(year)
    return Overview(
        year=year,
        scope=scope,
        rows=tuple(rows),
        opds=_different(places, 0),
        statuses=_different(places, 1),
        grades=_different(places, 2),
        quarters=quarters,
    )


def summed(rows: Iterable[Row]) -> dict[str, int]:
    """`SUMS` of some groups; share (hundredths of a percent) and average are rounded down, as in the audit's SQL."""
    found = dict.fromkeys(SUMS, 0)
    for row in rows:
        for key in SUMS:
            found[key] += int(row[key])  # type: ignore[call-overload]
    employees = found["employees"]
    found["unmet"] = employees - found["met"]
    found["share_met"] = found["met"] * 10_000 // employees if employees else 0
    found["average"] = found["accepted"] // employees if employees else 0
    return found


def _different(places: Iterable[Sequence[str]], which: int) -> tuple[str, ...]:
    return tuple(sorted({place[which] for place in places}, key=alphabetical))
