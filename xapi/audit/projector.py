"""Projects statements into the ledger: incremental, and the same rows as a projection from the beginning."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from xapi.audit.meanings import BadStatement, Credit, Release, Review, Stored, Void
from xapi.audit.people import Employee, People, ledger_rows, roster_of
from xapi.audit.rule_set import RuleSet
from xapi.audit.statements import read_statement
from xapi.audit.store.ledger import Ledger
from xapi.audit.store.writer import LedgerWriter

BATCH = 5_000
After = Callable[[str, int, int], Sequence[Stored]]
COUNTED: Mapping[type, str] = {
    Credit: "credits", Review: "reviews", Release: "releases", Void: "voids", BadStatement: "findings"
}  # fmt: skip


class Statements(Protocol):
    """A statement store: `after(institution, seq, limit)` gives statements in order of `seq`."""

    def after(self, institution: str, seq: int, limit: int) -> Sequence[Stored]: ...


class ProjectionSummary(msgspec.Struct):
    """What one projection did: statements read, by meaning; people recomputed; whether it began from the start."""

    read: int = 0
    credits: int = 0
    reviews: int = 0
    releases: int = 0
    voids: int = 0
    findings: int = 0
    people: int = 0
    rebuilt: bool = False


def project(
    ledger: Ledger, statements: Statements | After, people: People, rules: RuleSet, *, limit: int | None = None
) -> ProjectionSummary:
    """Brings the ledger up to date with `statements` (a store, or its `after`), `people` and `rules`.

    Reads at most `limit` statements (all by default). The roster of a year is taken when its first credit arrives; what
    changes in it later comes in by `refresh_roster`, which every report calls. Other rules than last time, or another
    release that reads or counts differently, make it begin from the start. All of it is one transaction: a reader sees
    the ledger before or after, and a failure changes nothing.
    """
    return _project(ledger, statements, people, rules, limit, from_start=False)


def rebuild(ledger: Ledger, statements: Statements | After, people: People, rules: RuleSet) -> ProjectionSummary:
    """Empties the ledger and projects every statement again, in one transaction."""
    return _project(ledger, statements, people, rules, None, from_start=True)


def refresh_roster(ledger: Ledger, people: People, year: int) -> dict[str, Employee]:
    """Brings the roster of `year` in the ledger up to date, with the figures that follow; returns it by person."""
    rules = ledger.rules()
    roster = roster_of(people, year)
    rows = ledger_rows(roster, rules.of_year(year))
    if rows == ledger.roster(year) and ledger.has_targets(year):
        return roster
    with ledger.writing() as writer:
        writer.employees(year, rows, rules)
        writer.settle()
    return roster


def refresh_person(ledger: Ledger, people: People, employee: Employee, year: int) -> None:
    """As `refresh_roster`, when the ledger does not have `employee` of `year` as they are now. Else nobody
    else is read: a page about one person costs the same in an office and in a province."""
    rows = ledger_rows({employee.person: employee}, ledger.rules().of_year(year))
    if ledger.place(employee.person, year) != rows[employee.person] or not ledger.has_targets(year):
        refresh_roster(ledger, people, year)


def _project(
    ledger: Ledger,
    statements: Statements | After,
    people: People,
    rules: RuleSet,
    limit: int | None,
    *,
    from_start: bool,
) -> ProjectionSummary:
    after: After = statements.after if hasattr(statements, "after") else statements
    summary = ProjectionSummary()
    with ledger.writing() as writer:
        summary.rebuilt = from_start or not writer.is_made_by(rules)
        if summary.rebuilt:
            writer.reset(rules)
        writer.remap(people.canonical())
        _read_all(ledger.institution, after, writer, rules, people.home_page, summary, limit)
        for year in writer.new_years():
            writer.employees(year, ledger_rows(roster_of(people, year), rules.of_year(year)), rules)
        summary.people = writer.settle()
    return summary


def _read_all(
    institution: str,
    after: After,
    writer: LedgerWriter,
    rules: RuleSet,
    home_page: str,
    summary: ProjectionSummary,
    limit: int | None,
) -> None:
    cursor = writer.cursor
    while limit is None or summary.read < limit:
        wanted = BATCH if limit is None else min(BATCH, limit - summary.read)
        batch = after(institution, cursor, wanted)
        if not batch:
            return
        meanings = [read_statement(stored, rules, home_page) for stored in batch]
        writer.add(meanings)
        cursor = batch[-1].seq
        writer.advance(cursor)
        summary.read += len(batch)
        found = Counter(map(type, meanings))
        for kind, field in COUNTED.items():
            setattr(summary, field, getattr(summary, field) + found[kind])
