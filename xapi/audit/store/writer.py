"""Writes the ledger inside one transaction: statements in, reviews and voids applied, the audit's tables recomputed."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, text

from xapi.audit.meanings import BadStatement, Credit, Meaning, Proof, Release, Review, Void
from xapi.audit.people import RosterRow
from xapi.audit.rule_set import RuleSet
from xapi.audit.store.engine import SqlEngine, sql_file
from xapi.audit.store.judge import RECIPE, judge
from xapi.audit.store.rule_rows import FORM_COLUMNS, TARGET_COLUMNS, form_rows, target_rows
from xapi.bulk_database import add_rows
from xapi.database import run_many

TABLES = (
    "state", "credit", "void", "review", "release", "proof", "finding", "alias", "form_rule", "target_rule", "employee",
    "accepted", "person_year", "person_quarter",
)  # fmt: skip
MATERIALISED = ("accepted", "person_year", "person_quarter")  # in this order: the others are made of the first
READING = 3  # raise it when `xapi.audit.statements` reads a statement differently: ledgers are then made anew
PLACES: Mapping[type, tuple[str, tuple[str, ...]]] = {
    Credit: (
        "ledger_credit", ("institution", "person", "review", "held", "standing", *Credit.__struct_fields__)
    ),
    Void: ("ledger_void", ("institution", *Void.__struct_fields__)),
    Review: ("ledger_review", ("institution", "standing", *Review.__struct_fields__)),
    Release: ("ledger_release", ("institution", "person", "standing", *Release.__struct_fields__)),
    Proof: ("ledger_proof", ("institution", "person", "review", "standing", *Proof.__struct_fields__)),
    BadStatement: ("ledger_finding", ("institution", *BadStatement.__struct_fields__)),
}  # fmt: skip
ROSTER_COLUMNS = ("institution", "year", "person", *RosterRow._fields)


class LedgerWriter:
    """The ledger of one institution, open for writing on `connection`."""

    def __init__(self, connection: Connection, institution: str) -> None:
        self._connection = connection
        self._institution = institution
        self._changed: set[str] = set()
        self._touched: set[str] = set()
        self._moved: set[str] = set()
        self._years: set[int] = set()
        self._person_of: dict[str, str] = {}
        self._everyone = False

    @property
    def cursor(self) -> int:
        """The `seq` of the last statement that the ledger has seen."""
        return int(self._run("SELECT cursor FROM ledger_state WHERE institution = :institution").scalar() or 0)

    def is_made_by(self, rules: RuleSet) -> bool:
        """Whether the ledger was projected by `rules` and by the reading and the SQL of this release."""
        made_by = self._run("SELECT rules_hash FROM ledger_state WHERE institution = :institution").scalar()
        return bool(made_by == recipe(rules))

    def reset(self, rules: RuleSet) -> None:
        """Empties the institution's ledger and sets it up for `rules`."""
        for name in TABLES:
            self._run(f"DELETE FROM ledger_{name} WHERE institution = :institution")
        encoded = msgspec.json.encode(rules).decode()
        self._run(
            "INSERT INTO ledger_state (institution, cursor, rules_hash, rules) VALUES (:institution, 0, :hash, :rules)",
            {"hash": recipe(rules), "rules": encoded},
        )
        self._add("ledger_form_rule", FORM_COLUMNS, list(form_rows(self._institution, rules)))
        self._everyone = True

    def advance(self, seq: int) -> None:
        """Remembers that every statement up to `seq` has been seen."""
        self._run("UPDATE ledger_state SET cursor = :seq WHERE institution = :institution", {"seq": seq})

    def add(self, meanings: Sequence[Meaning]) -> None:
        """Adds statements, for `settle` to apply. One seen before adds nothing."""
        rows: dict[type, list[tuple[Any, ...]]] = {kind: [] for kind in PLACES}
        credits = rows[Credit]
        for meaning in meanings:
            if isinstance(meaning, Credit):
                credits.append(self._credit_row(meaning))
            elif isinstance(meaning, Proof):
                rows[Proof].append(self._proof_row(meaning))
            elif meaning is not None:
                rows[type(meaning)].append(self._other_row(meaning))
        for kind, (table, columns) in PLACES.items():
            self._add(table, columns, rows[kind])

    def remap(self, canonical: Mapping[str, str]) -> None:
        """Gives credits of linked people to the person they are linked with, as `canonical` (alias to person) says.

        Before `add`: what is added belongs to the person at once.
        """
        known = self._run("SELECT alias, person FROM ledger_alias WHERE institution = :institution")
        before = {row.alias: row.person for row in known}
        wanted = {alias: _end_of(alias, canonical) for alias in canonical}
        changed = {a: wanted.get(a, a) for a in before.keys() | wanted.keys() if before.get(a) != wanted.get(a)}
        self._moved |= {before.get(alias, alias) for alias in changed} | set(changed) | set(changed.values())
        self._person_of = wanted
        rows = [{"alias": a, "person": person, "before": before.get(a, a)} for a, person in changed.items()]
        where = "WHERE institution = :institution AND"
        for table in ("credit", "release", "proof"):
            self._many(f"UPDATE ledger_{table} SET person = :person {where} person = :before AND actor = :alias", rows)
        self._many(f"DELETE FROM ledger_alias {where} alias = :alias", rows)
        kept = [(self._institution, alias, person) for alias, person in changed.items() if alias in wanted]
        self._add("ledger_alias", ("institution", "alias", "person"), kept)

    def new_years(self) -> set[int]:
        """The years of the credits added in this transaction of which there is no roster yet."""
        if not self._years:
            return set()
        known = self._run("SELECT DISTINCT year FROM ledger_target_rule WHERE institution = :institution").scalars()
        return self._years - set(known)

    def employees(self, year: int, rows: Mapping[str, RosterRow], rules: RuleSet) -> None:
        """The roster of `year` by person. Only what differs is written."""
        self._add("ledger_target_rule", TARGET_COLUMNS, list(target_rows(self._institution, rules, year)))
        query = f"SELECT person, {', '.join(RosterRow._fields)} FROM ledger_employee"
        found = self._run(f"{query} WHERE institution = :institution AND year = :year", {"year": year})
        before = {str(row[0]): RosterRow._make(row[1:]) for row in found}
        changed = [person for person in before.keys() | rows.keys() if before.get(person) != rows.get(person)]
        self._many(
            "DELETE FROM ledger_employee WHERE institution = :institution AND year = :year AND person = :person",
            [{"person": person, "year": year} for person in changed if person in before],
        )
        new = [(self._institution, year, person, *rows[person]) for person in changed if person in rows]
        self._add("ledger_employee", ROSTER_COLUMNS, new)
        self._touched |= set(changed)

    def settle(self) -> int:
        """Applies what was added, and recomputes what is made of it for everyone touched; returns how many."""
        touched = self._touched | self._moved
        touched |= judge(self._connection, self._institution, self._changed, self._moved)
        if not self._everyone and not touched:
            return 0
        engine = SqlEngine(self._connection, self._institution)
        engine.recompute(MATERIALISED, sorted(touched), everyone=self._everyone)
        self._changed, self._touched, self._moved, self._everyone = set(), set(), set(), False
        return len(touched)

    def _credit_row(self, credit: Credit) -> tuple[Any, ...]:
        """The row of a credit on which nobody has said anything yet."""
        person = self._person_of.get(credit.actor, credit.actor)
        self._touched.add(person)
        self._years.add(credit.year)
        if credit.awaits or not self._everyone:  # in a rebuild whatever is about it comes along
            self._changed.add(credit.statement_id)
        return (
            self._institution, person, credit.default_review, credit.awaits, 1, *msgspec.structs.astuple(credit)
        )  # fmt: skip

    def _proof_row(self, proof: Proof) -> tuple[Any, ...]:
        if not self._everyone:  # as of a credit
            self._changed.add(proof.statement_id)
        person = self._person_of.get(proof.actor, proof.actor)
        return (self._institution, person, proof.default_review, 1, *msgspec.structs.astuple(proof))

    def _other_row(self, meaning: Void | Review | Release | BadStatement) -> tuple[Any, ...]:
        fields = msgspec.structs.astuple(meaning)
        if isinstance(meaning, BadStatement):
            return (self._institution, *fields)
        self._changed.add(meaning.statement_id)
        if isinstance(meaning, Release):
            return (self._institution, self._person_of.get(meaning.actor, meaning.actor), 1, *fields)
        self._changed.add(meaning.target)
        return (self._institution, *fields) if isinstance(meaning, Void) else (self._institution, 1, *fields)

    def _run(self, statement: str, values: Mapping[str, object] | None = None) -> CursorResult[Any]:
        return self._connection.execute(text(statement), {"institution": self._institution, **(values or {})})

    def _add(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        add_rows(self._connection, table, columns, rows)

    def _many(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            run_many(self._connection, statement, [{"institution": self._institution, **row} for row in rows])


def recipe(rules: RuleSet) -> str:
    """SHA-256 (hex) of all that makes the ledger out of statements and people: rules, reading and SQL."""
    sql = "".join([*(sql_file(name) for name in ("priced", *MATERIALISED)), *RECIPE])
    return hashlib.sha256(f"{rules.hash}\n{READING}\n{sql}".encode()).hexdigest()


def _end_of(alias: str, canonical: Mapping[str, str]) -> str:
    """The person at the end of a chain of links; a circle, which cannot be, ends where it began."""
    person, seen = alias, {alias}
    while (following := canonical.get(person)) is not None and following not in seen:
        seen.add(following)
        person = following
    return person
