"""Writes the ledger inside one transaction: statements in, reviews and voids applied, the audit's tables recomputed."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, CursorResult, text

from xapi.audit.rule_edition import ROUND_ADD
from xapi.audit.rule_set import RuleSet
from xapi.audit.statements import BadStatement, Credit, Meaning, Review, Void
from xapi.audit.store.engine import SqlEngine, sql_file
from xapi.database import run_many, temporary_list

TABLES = (
    "state", "credit", "void", "review", "finding", "alias", "form_rule", "target_rule", "employee", "accepted",
    "person_year", "person_quarter",
)  # fmt: skip
MATERIALISED = ("accepted", "person_year", "person_quarter")  # in this order: the others are made of the first
READING = 1  # raise it when `xapi.audit.statements` reads a statement differently: ledgers are then made anew
_CREDIT = Credit.__struct_fields__
INSERTS = {
    Credit: f"INSERT INTO ledger_credit (institution, person, review, standing, {', '.join(_CREDIT)})"
    f" VALUES (:institution, :actor, :default_review, 1, {', '.join(':' + c for c in _CREDIT)}) ON CONFLICT DO NOTHING",
    Void: "INSERT INTO ledger_void (institution, statement_id, seq, target, source, stored)"
    " VALUES (:institution, :statement_id, :seq, :target, :source, :stored) ON CONFLICT DO NOTHING",
    Review: "INSERT INTO ledger_review (institution, statement_id, seq, target, status, who, role, at, reason,"
    " evidence, standing) VALUES (:institution, :statement_id, :seq, :target, :status, :who, :role, :at, :reason,"
    " :evidence, 1) ON CONFLICT DO NOTHING",
    BadStatement: "INSERT INTO ledger_finding (institution, statement_id, seq, reason, path, source, stored)"
    " VALUES (:institution, :statement_id, :seq, :reason, :path, :source, :stored) ON CONFLICT DO NOTHING",
}
# Who may take what back. A review: only the tool that writes reviews. A credit: that tool and the institution's own
# LMS; any other source only records of that source, and the two credentials that a learner's side holds (package,
# launch) only while no validator has judged them. A review judges only what had arrived before it: nobody can send a
# record under an id that is already approved.
REVIEW_STANDS = """
UPDATE ledger_review SET standing = CASE WHEN EXISTS (
    SELECT 1 FROM ledger_void v WHERE v.institution = ledger_review.institution
    AND v.target = ledger_review.statement_id AND v.source = 'review') THEN 0 ELSE 1 END
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""
HONOURED = """(v.source IN ('review', 'lms_record')
        OR (v.source = c.source AND (v.source NOT IN ('package', 'launch') OR NOT EXISTS (
            SELECT 1 FROM ledger_review r WHERE r.institution = c.institution AND r.target = c.statement_id
            AND r.standing = 1 AND r.seq > c.seq))))"""
CREDIT_STANDS = f"""
UPDATE ledger_credit AS c SET
    review = COALESCE((SELECT r.status FROM ledger_review r WHERE r.institution = c.institution
                       AND r.target = c.statement_id AND r.standing = 1 AND r.seq > c.seq
                       ORDER BY r.seq DESC, r.statement_id DESC LIMIT 1), c.default_review),
    standing = CASE WHEN EXISTS (SELECT 1 FROM ledger_void v WHERE v.institution = c.institution
                                 AND v.target = c.statement_id AND {HONOURED}) THEN 0 ELSE 1 END
WHERE c.institution = :institution AND c.statement_id IN (SELECT value FROM audit_changed)"""

CREDIT_PERSON = """
UPDATE ledger_credit SET person = COALESCE((
    SELECT a.person FROM ledger_alias a
    WHERE a.institution = ledger_credit.institution AND a.alias = ledger_credit.actor), actor)
WHERE institution = :institution AND statement_id IN (SELECT value FROM audit_changed)"""


class LedgerWriter:
    """The ledger of one institution, open for writing on `connection`."""

    def __init__(self, connection: Connection, institution: str) -> None:
        self._connection = connection
        self._institution = institution
        self._touched: set[str] = set()
        self._years: set[int] = set()
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
        rows = list(_form_rows(rules))
        names = ", ".join(rows[0])
        marks = ", ".join(":" + name for name in rows[0])
        self._many(f"INSERT INTO ledger_form_rule (institution, {names}) VALUES (:institution, {marks})", rows)
        self._everyone = True

    def advance(self, seq: int) -> None:
        """Remembers that every statement up to `seq` has been seen."""
        self._run("UPDATE ledger_state SET cursor = :seq WHERE institution = :institution", {"seq": seq})

    def add(self, meanings: Sequence[Meaning]) -> None:
        """Adds statements and applies them: whatever they touch is judged anew. One seen before adds nothing."""
        for kind, statement in INSERTS.items():
            rows = [msgspec.structs.asdict(cast(msgspec.Struct, one)) for one in meanings if type(one) is kind]
            self._many(statement, rows)
        targets = {m.target for m in meanings if isinstance(m, Void | Review)}
        own = {m.statement_id for m in meanings if isinstance(m, Credit | Review)}
        self._change(targets | own)
        self._run(REVIEW_STANDS)
        judged = self._run(
            "SELECT DISTINCT target FROM ledger_review WHERE institution = :institution"
            " AND statement_id IN (SELECT value FROM audit_changed)"
        ).scalars()
        self._change(targets | own | set(judged))
        self._run(CREDIT_STANDS)
        self._run(CREDIT_PERSON)
        self._years |= {m.year for m in meanings if isinstance(m, Credit)}
        self._people_of_changed()

    def remap(self, canonical: Mapping[str, str]) -> None:
        """Gives credits of linked people to the person they are linked with, as `canonical` (alias to person) says."""
        known = self._run("SELECT alias, person FROM ledger_alias WHERE institution = :institution")
        before = {row.alias: row.person for row in known}
        wanted = {alias: _end_of(alias, canonical) for alias in canonical}
        changed = {a: wanted.get(a, a) for a in before.keys() | wanted.keys() if before.get(a) != wanted.get(a)}
        self._touched |= {before[alias] for alias in changed if alias in before} | set(changed) | set(changed.values())
        rows = [{"alias": alias, "person": person} for alias, person in changed.items()]
        where = "institution = :institution AND"
        self._many(f"UPDATE ledger_credit SET person = :person WHERE {where} actor = :alias", rows)
        self._many(f"DELETE FROM ledger_alias WHERE {where} alias = :alias", rows)
        kept = [row for row in rows if row["alias"] in wanted]
        self._many("INSERT INTO ledger_alias (institution, alias, person) VALUES (:institution, :alias, :person)", kept)

    def new_years(self) -> set[int]:
        """The years of the credits added in this transaction."""
        return self._years

    def employees(self, year: int, rows: Mapping[str, tuple[str, str]], rules: RuleSet) -> None:
        """The roster of `year`: person to (opd, status as the rules know it). Only what differs is written."""
        self._targets(year, rules)
        before = {
            row.person: (row.opd, row.status)
            for row in self._run(
                "SELECT person, opd, status FROM ledger_employee WHERE institution = :institution AND year = :year",
                {"year": year},
            )
        }
        changed = [person for person in before.keys() | rows.keys() if before.get(person) != rows.get(person)]
        gone = [{"person": person, "year": year} for person in changed if person in before]
        new = [
            {"person": person, "year": year, "opd": rows[person][0], "status": rows[person][1]}
            for person in changed
            if person in rows
        ]
        self._many(
            "DELETE FROM ledger_employee WHERE institution = :institution AND year = :year AND person = :person", gone
        )
        self._many(
            "INSERT INTO ledger_employee (institution, year, person, opd, status)"
            " VALUES (:institution, :year, :person, :opd, :status)",
            new,
        )
        self._touched |= set(changed)

    def settle(self) -> int:
        """Recomputes `accepted` and the sums made of it for everyone touched; returns how many people that were."""
        if not self._everyone and not self._touched:
            return 0
        engine = SqlEngine(self._connection, self._institution)
        if not self._everyone:
            engine.narrow(sorted(self._touched))
        for name in MATERIALISED:
            engine.materialise(name)
        count = len(self._touched)
        self._touched, self._everyone = set(), False
        return count

    def _targets(self, year: int, rules: RuleSet) -> None:
        edition = rules.of_year(year)
        rows = [
            {"status": status, "year": year, "minimum": target.minimum, "maximum": target.maximum}
            for status in edition.targets
            for target in [edition.target(status, year)]
        ]
        self._many(
            "INSERT INTO ledger_target_rule (institution, status, year, minimum, maximum)"
            " VALUES (:institution, :status, :year, :minimum, :maximum) ON CONFLICT DO NOTHING",
            rows,
        )

    def _change(self, statement_ids: Iterable[str]) -> None:
        temporary_list(self._connection, "audit_changed", sorted(statement_ids))

    def _people_of_changed(self) -> None:
        self._touched |= set(
            self._run(
                "SELECT DISTINCT person FROM ledger_credit WHERE institution = :institution"
                " AND statement_id IN (SELECT value FROM audit_changed)"
            ).scalars()
        )

    def _run(self, statement: str, values: Mapping[str, object] | None = None) -> CursorResult[Any]:
        return self._connection.execute(text(statement), {"institution": self._institution, **(values or {})})

    def _many(self, statement: str, rows: Sequence[Mapping[str, object]]) -> None:
        if rows:
            run_many(self._connection, statement, [{"institution": self._institution, **row} for row in rows])


def recipe(rules: RuleSet) -> str:
    """SHA-256 (hex) of all that makes the ledger out of statements and people: rules, reading and SQL."""
    sql = "".join([*(sql_file(name) for name in MATERIALISED), REVIEW_STANDS, CREDIT_STANDS, CREDIT_PERSON])
    return hashlib.sha256(f"{rules.hash}\n{READING}\n{sql}".encode()).hexdigest()


def _form_rows(rules: RuleSet) -> Iterable[dict[str, object]]:
    for edition in rules.editions:
        for form in edition.forms.values():
            yield {
                "form": form.slug,
                "valid_from": edition.valid_from,
                "valid_to": edition.valid_to,
                "national_jp": form.national_jp,
                "national_per_day": int(form.national_per_day),
                "international_jp": form.international_jp,
                "international_per_day": int(form.international_per_day),
                "international_percent": form.international_percent,
                "round_add": ROUND_ADD[edition.settings.rounding],
                "day_cap": form.day_cap,
                "day_cap_international": form.day_cap_international,
                "day_cap_group": form.day_cap_group,
                "day_cap_scope": form.day_cap_scope,
                "month_cap": form.month_cap,
                "month_cap_group": form.month_cap_group,
                "month_cap_scope": form.month_cap_scope,
            }


def _end_of(alias: str, canonical: Mapping[str, str]) -> str:
    """The person at the end of a chain of links; a circle, which cannot be, ends where it began."""
    person, seen = alias, {alias}
    while (following := canonical.get(person)) is not None and following not in seen:
        seen.add(following)
        person = following
    return person
