"""The ledger of one institution: written in one transaction at a time, read by reports and trails."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache

import msgspec
from sqlalchemy import Engine, text

from xapi.audit.people import RosterRow
from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.rule_set import RuleSet
from xapi.audit.store.engine import FOUND, SqlEngine
from xapi.audit.store.pending_list import pending_list
from xapi.audit.store.plans import Plans
from xapi.audit.store.proofs import Proofs
from xapi.audit.store.writer import LedgerWriter
from xapi.bulk_database import make_room
from xapi.database import reading, writing
from xapi.errors import AuditError
from xapi.list_database import SqlList

DOUBTS = """
SELECT c.statement_id, c.seq, c.doubt AS reason, '$.result.duration' AS path, c.source, '' AS stored
FROM ledger_credit c WHERE c.institution = :institution AND c.doubt IS NOT NULL AND c.standing = 1"""
FINDINGS = f"""
SELECT statement_id, seq, reason, path, source, stored FROM {FOUND} f WHERE institution = :institution
UNION ALL {DOUBTS}
ORDER BY 2, 1"""
CREDITS_OF = """
SELECT c.*, a.converted, a.capped, a.accepted, a.pending, a.fate
FROM ledger_credit c
LEFT JOIN ledger_accepted a ON a.institution = c.institution AND a.person = c.person AND a.year = c.year
     AND a.statement_id = c.statement_id
WHERE c.institution = :institution AND c.person = :person AND c.year = :year
ORDER BY c.day, c.start_minute, c.statement_id"""
REVIEWS_OF = """
SELECT r.* FROM ledger_review r
JOIN ledger_credit c ON c.institution = r.institution AND c.statement_id = r.target
WHERE r.institution = :institution AND c.person = :person AND c.year = :year
ORDER BY r.seq"""
VOIDS_OF = """
SELECT v.* FROM ledger_void v
JOIN ledger_credit c ON c.institution = v.institution AND c.statement_id = v.target
WHERE v.institution = :institution AND c.person = :person AND c.year = :year AND c.standing = 0
ORDER BY v.seq"""
WAITING = """
FROM ledger_accepted a
WHERE a.institution = :institution AND a.year = :year AND a.pending > 0 AND EXISTS (
    SELECT 1 FROM ledger_employee e WHERE e.institution = :institution AND e.year = :year AND e.person = a.person)"""
GIVEN = """
SELECT c.*, a.accepted
FROM ledger_accepted a
JOIN ledger_credit c ON c.institution = a.institution AND c.statement_id = a.statement_id
WHERE a.institution = :institution AND a.year = :year AND a.accepted > 0 AND c.standing = 1
ORDER BY a.person, a.day, a.statement_id"""
RELEASES_OF = """
SELECT * FROM ledger_release WHERE institution = :institution AND person = :person
ORDER BY seq"""
YEARS = """
WITH RECURSIVE found (year) AS (
    SELECT MAX(year) FROM ledger_accepted WHERE institution = :institution
    UNION ALL
    SELECT (SELECT MAX(a.year) FROM ledger_accepted a WHERE a.institution = :institution AND a.year < f.year)
    FROM found f WHERE f.year IS NOT NULL)
SELECT year FROM found"""
STATE = """
SELECT s.cursor, s.rules_hash, COUNT(y.person) AS people, CAST(COALESCE(SUM(y.credits), 0) AS BIGINT) AS credits,
       CAST(COALESCE(SUM(y.credits * y.credits), 0) AS BIGINT) AS by_person,
       CAST(COALESCE(SUM(y.accepted), 0) AS BIGINT) AS accepted
FROM ledger_state s
LEFT JOIN ledger_person_year y ON y.institution = s.institution AND y.year = :year
WHERE s.institution = :institution
GROUP BY s.cursor, s.rules_hash"""
Row = Mapping[str, object]


class Ledger:
    """The ledger of `institution` (32 hex) in the database of `engine`, migrated as `xapi.audit`."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self.institution = institution

    @property
    def engine(self) -> Engine:
        """Its database, for what is kept beside it."""
        return self._engine

    def of(self, institution: str) -> "Ledger":
        """The ledger of another institution in the same database."""
        return Ledger(self._engine, institution)

    @property
    def plans(self) -> Plans:
        """The plans of people, which lie beside the ledger."""
        return Plans(self._engine, self.institution)

    @property
    def proofs(self) -> Proofs:
        """What people have shown of competencies."""
        return Proofs(self._engine, self.institution)

    @contextmanager
    def writing(self) -> Iterator[LedgerWriter]:
        """One write transaction; nothing of it stays when the block fails."""
        with writing(self._engine) as connection:
            make_room(connection)
            yield LedgerWriter(connection, self.institution)

    def rules(self) -> RuleSet:
        """The rules by which the ledger was last projected. Raises AuditError when it never was, or is damaged."""
        with reading(self._engine) as connection:
            query = text("SELECT rules FROM ledger_state WHERE institution = :institution")
            encoded = connection.execute(query, {"institution": self.institution}).scalar()
        if encoded is None:
            raise AuditError("audit.not_projected", "the ledger has not been projected yet")
        return _decoded(encoded)

    def is_projected(self) -> bool:
        """Whether the ledger was ever projected."""
        return bool(self._read("SELECT 1 AS one FROM ledger_state WHERE institution = :institution"))

    @contextmanager
    def snapshot(self) -> Iterator[SqlEngine]:
        """The ledger as it is now, for reading much of it while it goes on."""
        with reading(self._engine) as connection:
            yield SqlEngine(connection, self.institution)

    def cursor(self) -> int:
        """The `seq` of the last statement that the ledger has seen, 0 before the first projection."""
        with reading(self._engine) as connection:
            return LedgerWriter(connection, self.institution).cursor

    def is_made_by(self, rules: RuleSet) -> bool:
        """Whether the ledger was last projected by `rules`, and by this release."""
        with reading(self._engine) as connection:
            return LedgerWriter(connection, self.institution).is_made_by(rules)

    def rows(self, names: Sequence[str], year: int) -> dict[str, list[dict[str, object]]]:
        """The rows of the SQL files `names` about `year`, all read in one snapshot."""
        return dict(zip(names, self.scoped_rows([(name, EVERYONE) for name in names], year), strict=True))

    def scoped_rows(self, wanted: Sequence[tuple[str, Scope]], year: int) -> list[list[dict[str, object]]]:
        """The rows of SQL files about `year`, each narrowed to the scope beside its name, all read in one snapshot."""
        settings = self.rules().of_year(year).settings
        with reading(self._engine) as connection:
            engine = SqlEngine(connection, self.institution)
            engine.parameters(year, settings.minutes_per_jp, settings.bulk_threshold)
            found = []
            for name, scope in wanted:
                engine.scope(scope)
                found.append(engine.rows(name))
            return found

    def how_many(self, names: Sequence[str], year: int) -> dict[str, int]:
        """How many rows each of the SQL files `names` has about `year`, all counted in one snapshot."""
        settings = self.rules().of_year(year).settings
        with reading(self._engine) as connection:
            engine = SqlEngine(connection, self.institution)
            engine.parameters(year, settings.minutes_per_jp, settings.bulk_threshold)
            return {name: engine.how_many(name) for name in names}

    def state(self, year: int) -> tuple[object, ...]:
        """What changes when the SQL files may say something else about `year`: cheap to ask, to be compared.

        Statements and rules are in it exactly, the roster and people who became one by the figures that follow.
        """
        with reading(self._engine) as connection:
            found = connection.execute(text(STATE), {"institution": self.institution, "year": year}).one_or_none()
        return () if found is None else tuple(found)

    def roster(self, year: int) -> dict[str, RosterRow]:
        """The place of each person, as last written for `year`."""
        query = f"SELECT person, {', '.join(RosterRow._fields)} FROM ledger_employee"
        where = "WHERE institution = :institution AND year = :year"
        with reading(self._engine) as connection:
            rows = connection.execute(text(f"{query} {where}"), {"institution": self.institution, "year": year})
            return {str(row[0]): RosterRow._make(row[1:]) for row in rows}

    def roster_size(self, year: int) -> int:
        """How many people are on the roster of `year`, as last written."""
        query = "SELECT COUNT(*) AS n FROM ledger_employee WHERE institution = :institution AND year = :year"
        return int(str(self._read(query, year=year)[0]["n"]))

    def place(self, person: str, year: int) -> RosterRow | None:
        """The place of one person, as last written for `year`; None when they are not on its roster."""
        query = f"SELECT {', '.join(RosterRow._fields)} FROM ledger_employee"
        where = "WHERE institution = :institution AND year = :year AND person = :person"
        found = self._read(f"{query} {where}", year=year, person=person)
        return RosterRow(**found[0]) if found else None  # type: ignore[arg-type]

    def places(self, year: int) -> list[tuple[str, str, str]]:
        """The OPDs, statuses and grades that employees of `year` have, each as it occurs with the others."""
        query = "SELECT DISTINCT opd, status, grade FROM ledger_employee WHERE institution = :institution"
        found = self._read(f"{query} AND year = :year", year=year)
        return [(str(row["opd"]), str(row["status"]), str(row["grade"])) for row in found]

    def years(self) -> list[int]:
        """The years in which anyone has a credit, newest first; one look into the index for each."""
        return [int(str(row["year"])) for row in self._read(YEARS) if row["year"] is not None]

    def roster_years(self) -> list[int]:
        """The years whose roster has been written, newest first."""
        query = "SELECT DISTINCT year FROM ledger_employee WHERE institution = :institution ORDER BY year DESC"
        return [row["year"] for row in self._read(query)]  # type: ignore[misc]

    def findings(self) -> list[Row]:
        """Statements that meant to give, judge or take back a credit and could not, oldest first."""
        return self._read(FINDINGS)

    def finding_count(self) -> int:
        """How many statements could not be used."""
        return int(str(self._read(f"SELECT COUNT(*) AS n FROM ({FINDINGS}) f")[0]["n"]))

    def credit_place(self, statement_id: str) -> tuple[str, int] | None:
        """The person and year of the credit that rests on the statement, or None when none does."""
        query = (
            "SELECT person, year FROM ledger_credit WHERE institution = :institution AND statement_id = :statement_id"
        )
        for row in self._read(query, statement_id=statement_id):
            return str(row["person"]), int(str(row["year"]))
        return None

    def credits_of(self, person: str, year: int) -> list[Row]:
        """Every credit of the person and year, also voided ones, with what the rules made of it."""
        return self._read(CREDITS_OF, person=person, year=year)

    def accepted_of(self, year: int) -> list[Row]:
        """Every credit that gave JP in `year`, with the JP it gave (`accepted`, hundredths), by person and day."""
        return self._read(GIVEN, year=year)

    def pending(self, year: int, limit: int, offset: int = 0) -> list[Row]:
        """At most `limit` credits of the year, of people on its roster, that wait for a validator, oldest first."""
        query = f"SELECT a.* {WAITING} ORDER BY a.day, a.statement_id LIMIT :limit OFFSET :offset"
        return self._read(query, year=year, limit=limit, offset=offset)

    def pending_count(self, year: int) -> int:
        """How many credits of the year, of people on its roster, wait for a validator."""
        return int(str(self._read(f"SELECT COUNT(*) AS n {WAITING}", year=year)[0]["n"]))

    def pending_list(self, year: int) -> SqlList:
        """The same for a page."""
        return pending_list(self._engine, self.institution, year)

    def reviews_of(self, person: str, year: int) -> list[Row]:
        """Every review of these credits, oldest first."""
        return self._read(REVIEWS_OF, person=person, year=year)

    def releases_of(self, person: str) -> list[Row]:
        """The records of implementations of the person, oldest first; each names the activity that it releases."""
        return self._read(RELEASES_OF, person=person)

    def voids_of(self, person: str, year: int) -> list[Row]:
        """The voids that took credits of the person and year away."""
        return self._read(VOIDS_OF, person=person, year=year)

    def has_targets(self, year: int) -> bool:
        """Whether the targets of `year` have been written."""
        query = "SELECT 1 AS one FROM ledger_target_rule WHERE institution = :institution AND year = :year LIMIT 1"
        return bool(self._read(query, year=year))

    def _read(self, query: str, **values: object) -> list[Row]:
        with reading(self._engine) as connection:
            rows = connection.execute(text(query), {"institution": self.institution, **values})
            return [dict(row) for row in rows.mappings()]


@lru_cache(maxsize=16)
def _decoded(encoded: str) -> RuleSet:
    try:
        return msgspec.json.decode(encoded, type=RuleSet)
    except msgspec.DecodeError as cause:
        raise AuditError("audit.ledger_damaged", "the rules of the ledger cannot be read") from cause
