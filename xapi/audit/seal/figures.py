"""What a seal is about: the rows of a report, of the findings or of a transcript, as plain values without names."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from xapi.audit.anomalies import Anomalies
from xapi.audit.anomaly_kinds import KINDS
from xapi.audit.report import OUTSIDE, Report
from xapi.audit.report_columns import FILES
from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.form import About
from xapi.audit.seal.leaves import Row, Set, rows_set
from xapi.audit.seal.scope import scope_words
from xapi.audit.trail import ReviewNote, Trail, TrailEntry

#: Of a row: who it is stands in the file, never in the seal; and a limit of today is no figure of the year.
NAMING = frozenset({"nip", "name", "limited"})
LEAGUE, FINDINGS, TRANSCRIPT = "liga", "temuan", "transkrip"
#: Of a credit in a transcript: what was counted, and no sentence about it.
CREDIT = tuple(name for name in TrailEntry.__struct_fields__ if name not in ("steps", "reviews"))
REVIEW = tuple(name for name in ReviewNote.__struct_fields__ if name not in ("who", "reason"))


class Figures(NamedTuple):
    """The `rows` (JP in hundredths) of what is sealed, and the `summary` below them.

    `scope` says how it was narrowed, `files` are the SQL files that made the rows. A transcript is about one `person`
    (pseudonym), and rests on what concerns that person alone.
    """

    year: int
    by: str
    scope: dict[str, str]
    rows: Sequence[Row]
    summary: Row
    rules: RuleSet
    files: tuple[str, ...]
    person: str | None = None

    def set(self) -> Set:
        """A leaf for each row, and one for what stands below the rows."""
        return rows_set(self.rows, self.summary)


def figures_of(report: Report, scope: Mapping[str, str] | None = None) -> Figures:
    """The figures of a report; those of a league have as `scope` the institutions that it compares, id and name."""
    outside = msgspec.structs.asdict(report.outside)
    return Figures(
        year=report.year,
        by=report.by,
        scope=scope_words(report.scope) if scope is None else dict(scope),
        rows=[sealed_row(row) for row in report.rows],
        summary={"findings": report.findings, "outside_roster": outside, "totals": dict(report.totals)},
        rules=report.rules,
        files=("overview",) if report.by == LEAGUE else (FILES[report.by], OUTSIDE),
    )


def figures_of_findings(found: Anomalies, rules: RuleSet, opd: str | None = None) -> Figures:
    """The figures of the anomalies of some kinds, of everybody or of the people of `opd`."""
    kinds = {} if set(found.kinds) == set(KINDS) else {"kinds": " ".join(found.kinds)}
    return Figures(
        year=found.year,
        by=FINDINGS,
        scope=kinds | ({} if opd is None else {"opd": opd}),
        rows=[sealed_row(msgspec.structs.asdict(row)) for row in found.rows],
        summary={"counts": found.counts()},
        rules=rules,
        files=tuple(KINDS[kind].file for kind in found.kinds),
    )


def figures_of_transcript(trail: Trail, rules: RuleSet, *, with_validator: bool) -> Figures:
    """The figures of one person's transcript; `with_validator` says whether its CSV names who reviewed."""
    sums = {column: trail.total(column) for column in ("raw_jp", "converted", "capped", "accepted", "pending")}
    target = {"minimum": trail.minimum, "maximum": trail.maximum, "met": trail.met}
    return Figures(
        year=trail.year,
        by=TRANSCRIPT,
        scope={"person": trail.person, "validators": "yes" if with_validator else "no"},
        rows=[_credit(entry) for entry in trail.entries],
        summary={"totals": sums, "target": target},
        rules=rules,
        files=(),
        person=trail.person,
    )


def nothing_of(about: About, rules: RuleSet) -> Figures:
    """The figures of a transcript of which nothing is left, for nobody is that person any more."""
    return Figures(about.year, about.by, about.scope, (), {}, rules, (), about.scope.get("person"))


def sealed_row(row: Row) -> dict[str, object]:
    """What is hashed of a row."""
    return {name: value for name, value in row.items() if name not in NAMING}


def _credit(entry: TrailEntry) -> dict[str, object]:
    reviews = [{name: getattr(note, name) for name in REVIEW} for note in entry.reviews]
    return {**{name: getattr(entry, name) for name in CREDIT}, "reviews": reviews}
